// Who hears of an account that is made for somebody, and whether it gets a password to begin with.
import { Radio, Select } from 'antd';
import { Link } from 'react-router';
import { useAnswer, useMay } from '../api/hooks.ts';
import { Field } from '../forms/settings-form.tsx';
import { useWords } from '../i18n/i18n.ts';
import type { PartProps } from './part.ts';
import styles from './parts.module.css';

interface Welcome {
  readonly channel: string;
  readonly to?: 'person' | 'manager';
  readonly address?: readonly string[];
  readonly password?: boolean;
}
/** The server's own, shown until somebody chooses. */
const usual = { to: 'person', address: ['privateEmail', 'email'] } as const;
const MOST_ADDRESSES = 5;
const recipients = ['person', 'manager'] as const;

type Way = 'silent' | 'told' | 'password';
const wayOf = (welcome: Welcome | null): Way => (welcome === null ? 'silent' : welcome.password ? 'password' : 'told');

/** Nothing where the system takes no password from us, and nobody is told. */
export function NewAccounts({ connector, direction, settings, onChange }: PartProps) {
  const { t, say } = useWords();
  const may = useMay();
  const welcome = (settings.welcome ?? null) as Welcome | null;
  const password = connector.types.find((type) => type.id === 'person')?.attributes.find((one) => one.kind === 'secret' && one.initial);
  const isShown = direction === 'down' && (password !== undefined || welcome !== null);
  const known = useAnswer('channel.list', {}, { enabled: isShown && may('channel.list') }).data;
  if (!isShown) return null;
  const writing = new Set(known?.kinds.filter((kind) => kind.toPeople).map((kind) => kind.id));
  const channels = known?.channels.filter((channel) => writing.has(channel.kind)) ?? [];
  const name = say(connector.name);
  const way = wayOf(welcome);
  const choose = (next: Way): void =>
    onChange({ welcome: next === 'silent' ? null : { ...(welcome ?? { channel: channels[0]!.id }), password: next === 'password' } });
  const cannotTell = welcome === null && channels.length === 0;
  return (
    <>
      <h3 className={styles.small}>{t('wizard.parts.welcome.title')}</h3>
      <Radio.Group
        aria-label={t('wizard.parts.welcome.title')}
        className={styles.choices!}
        value={way}
        onChange={(event) => choose(event.target.value as Way)}
      >
        <Radio value="silent">
          {t(password?.required ? 'wizard.parts.welcome.silentRequired' : 'wizard.parts.welcome.silent', { name })}
        </Radio>
        <Radio value="told" disabled={cannotTell}>
          {t('wizard.parts.welcome.told')}
        </Radio>
        {(password !== undefined || way === 'password') && (
          <Radio value="password" disabled={cannotTell}>
            {t('wizard.parts.welcome.password')}
          </Radio>
        )}
      </Radio.Group>
      {known && cannotTell && (
        <p className={styles.lead}>
          {t('wizard.parts.welcome.noChannel')} <Link to="/settings/notices">{t('settings.section.notices')}</Link>
        </p>
      )}
      {welcome !== null && (
        <>
          <Told welcome={welcome} channels={channels} onChange={(change) => onChange({ welcome: { ...welcome, ...change } })} />
          <p className={styles.lead}>{t('wizard.parts.welcome.first')}</p>
          {way === 'password' && <p className={styles.lead}>{t('wizard.parts.welcome.firstPassword')}</p>}
        </>
      )}
    </>
  );
}

interface ToldProps {
  readonly welcome: Welcome;
  readonly channels: readonly { readonly id: string; readonly name: string }[];
  readonly onChange: (change: Partial<Welcome>) => void;
}

function Told({ welcome, channels, onChange }: ToldProps) {
  const { t, say } = useWords();
  const person = useAnswer('schema.get', {}).data?.types.find((type) => type.id === 'person');
  const texts = person?.attributes.filter((one) => one.type === 'string' && !one.many) ?? [];
  return (
    <div className={styles.fields}>
      <Field label={t('wizard.parts.welcome.channel')} required>
        {(id, describedBy) => (
          <Select
            id={id}
            aria-describedby={describedBy}
            className={styles.wide!}
            value={welcome.channel}
            options={channels.map((channel) => ({ value: channel.id, label: channel.name }))}
            onChange={(channel: string) => onChange({ channel })}
          />
        )}
      </Field>
      <Field label={t('wizard.parts.welcome.to')} required>
        {(id, describedBy) => (
          <Select
            id={id}
            aria-describedby={describedBy}
            className={styles.wide!}
            value={welcome.to ?? usual.to}
            options={recipients.map((one) => ({ value: one, label: t(`wizard.parts.recipient.${one}`) }))}
            onChange={(to: (typeof recipients)[number]) => onChange({ to })}
          />
        )}
      </Field>
      <Field label={t('wizard.parts.welcome.address')} help={t('wizard.parts.welcome.addressHelp')} required>
        {(id, describedBy) => (
          <Select
            id={id}
            aria-describedby={describedBy}
            mode="multiple"
            maxCount={MOST_ADDRESSES}
            optionFilterProp="label"
            className={styles.wide!}
            value={[...(welcome.address ?? usual.address)]}
            options={texts.map((one) => ({ value: one.name, label: say(one.label) }))}
            onChange={(address: string[]) => address.length > 0 && onChange({ address })}
          />
        )}
      </Field>
    </div>
  );
}
