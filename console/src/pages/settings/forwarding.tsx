// Where the audit log is sent beside being kept here: how far it is, and to which collector.
import { Alert, Button, Checkbox, Input, InputNumber, Modal, Select } from 'antd';
import { useState } from 'react';
import type { WireInput, WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Answered } from '../../ui/answered.tsx';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { Part } from '../../ui/page.tsx';
import { SavedMeanwhile } from '../../ui/saved-meanwhile.tsx';
import { useApp } from '../../ui/use-app.ts';
import { When } from '../../ui/when.tsx';
import { whyNotSent } from './not-sent.ts';
import styles from './settings.module.css';

type Forwarding = WireOutput<'audit.forwarding'>;
type Wanted = NonNullable<WireInput<'audit.forward'>['to']>;
const usual: Wanted = { transport: 'tls', host: '', port: 6514 };

const addressOf = ({ transport, host, port }: NonNullable<Forwarding['to']>): string => `${transport}://${host}:${port}`;

export function AuditForwarding() {
  const { t, language } = useWords();
  const { modal, message } = useApp();
  const may = useMay();
  const now = useAnswer('audit.forwarding', {});
  const forward = useCommand('audit.forward');
  const [isOpen, open] = useState(false);
  const stop = (saved: Forwarding & { readonly to: NonNullable<Forwarding['to']> }): void =>
    void modal.confirm({
      title: t('forwarding.stopAsk', { to: addressOf(saved.to) }),
      content: t('forwarding.stopMeans'),
      okText: t('forwarding.stop'),
      cancelText: t('app.cancel'),
      onOk: () =>
        forward.mutateAsync({ to: null, revision: saved.revision }).then(
          () => void message.success(t('forwarding.stopped')),
          (error: Error) => void message.error(error.message, 8),
        ),
    });
  const said = (error: string): string => {
    const why = whyNotSent(error);
    return why === null ? error : t(`forwarding.why.${why}`);
  };
  return (
    <Part title={t('forwarding.title')} extra={<NeedsRole deed="audit.forward" />}>
      <div className={styles.text}>
        <p className="soft">{t('forwarding.about')}</p>
        <Answered of={now} rows={1}>
          {(saved) => {
            const { to, error } = saved;
            return (
              <>
                <p>
                  {to === null ? t('forwarding.off') : t('forwarding.on', { to: addressOf(to) })}{' '}
                  {to !== null && (
                    <span className="soft">
                      {t('forwarding.sent', { sent: saved.sent.toLocaleString(language), last: saved.last.toLocaleString(language) })}{' '}
                      {saved.sentAt !== null && <When at={saved.sentAt} />}
                    </span>
                  )}
                </p>
                {to !== null && error !== null && (
                  <Alert className={styles.alert!} type="warning" showIcon title={t('forwarding.error', { error: said(error) })} />
                )}
                {may('audit.forward') && (
                  <div className={styles.ways}>
                    <Button onClick={() => open(true)}>{t(to === null ? 'forwarding.set' : 'forwarding.change')}</Button>
                    {to !== null && <Button onClick={() => stop({ ...saved, to })}>{t('forwarding.stop')}</Button>}
                  </div>
                )}
                {isOpen && <Collector saved={saved} onEnd={() => open(false)} />}
              </>
            );
          }}
        </Answered>
      </div>
    </Part>
  );
}

function Collector({ saved, onEnd }: { readonly saved: Forwarding; readonly onEnd: () => void }) {
  const { t } = useWords();
  const { message } = useApp();
  const forward = useCommand('audit.forward');
  // As it was when this was opened: how far it is changes all the time.
  const [before] = useState(saved);
  const [wanted, setWanted] = useState<Wanted>(
    before.to === null ? usual : { ...before.to, transport: before.to.transport as 'tls', ca: null },
  );
  const [again, setAgain] = useState(false);
  const set = (change: Partial<Wanted>): void => setWanted({ ...wanted, ...change });
  const save = (): void =>
    forward.mutate(
      { to: { ...wanted, host: wanted.host.trim() }, again, revision: before.revision },
      {
        onSuccess: () => {
          void message.success(t('forwarding.saved'));
          onEnd();
        },
      },
    );
  return (
    <Modal
      open
      title={t('forwarding.title')}
      onCancel={onEnd}
      okText={t('settings.save')}
      cancelText={t('app.cancel')}
      okButtonProps={{ disabled: wanted.host.trim() === '', loading: forward.isPending }}
      onOk={save}
    >
      <div className={styles.lookup}>
        <Field label={t('forwarding.host')} help={t('forwarding.hostHelp')} required>
          {(id, help) => (
            <Input id={id} aria-describedby={help} value={wanted.host} onChange={({ target }) => set({ host: target.value })} />
          )}
        </Field>
        <Field label={t('forwarding.port')} required>
          {(id) => (
            <InputNumber
              id={id}
              min={1}
              max={65_535}
              precision={0}
              value={wanted.port ?? 6514}
              onChange={(port) => set({ port: port ?? 6514 })}
            />
          )}
        </Field>
        <Field label={t('forwarding.transport')} required {...(wanted.transport === 'tcp' ? { help: t('forwarding.tcpHelp') } : {})}>
          {(id, help) => (
            <Select
              id={id}
              aria-describedby={help}
              className={styles.control!}
              value={wanted.transport ?? 'tls'}
              options={(['tls', 'tcp'] as const).map((one) => ({ value: one, label: t(`forwarding.transports.${one}`) }))}
              onChange={(transport: 'tls' | 'tcp') => set({ transport })}
            />
          )}
        </Field>
        {wanted.transport !== 'tcp' && (
          <Field label={t('forwarding.ca')} help={t(before.to?.ca ? 'forwarding.caKept' : 'forwarding.caHelp')}>
            {(id, help) => (
              <Input.TextArea
                id={id}
                aria-describedby={help}
                rows={3}
                spellCheck={false}
                value={wanted.ca ?? ''}
                onChange={({ target }) => set({ ca: target.value.trim() === '' ? null : target.value })}
              />
            )}
          </Field>
        )}
        <Checkbox checked={again} onChange={({ target }) => setAgain(target.checked)}>
          {t('forwarding.again')}
        </Checkbox>
        {forward.error && <SavedMeanwhile error={forward.error} onReload={onEnd} />}
      </div>
    </Modal>
  );
}
