// Closing everything that a person has, now: what would happen in each system first, then the word, then how it goes.
import { Alert, Button, Input, Modal, Skeleton } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { Sign, type Tone } from '../../ui/sign.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { closingWay } from './person-ways.ts';
import styles from './person.module.css';

type Closing = WireOutput<'leaver.preview'>['closings'][number];
const tones: Readonly<Record<Closing['does'], Tone>> = {
  disable: 'bad',
  leave: 'bad',
  nothing: 'still',
  refused: 'warn',
  unreachable: 'warn',
};

interface CloseProps {
  readonly person: string;
  readonly name: string;
  /** It has been said and is being carried out: the button would only say it again. */
  readonly isUnderWay?: boolean;
  readonly onBegun?: () => void;
}

export function CloseEverything({ person, name, isUnderWay = false, onBegun }: CloseProps) {
  const { t } = useWords();
  const may = useMay();
  const [open, setOpen] = useState(false);
  if (!may('leaver.close')) return <NeedsRole deed="leaver.close" />;
  return (
    <>
      {!isUnderWay && (
        <Button danger onClick={() => setOpen(true)}>
          {t('leaver.close')}
        </Button>
      )}
      {open && <Dialogue person={person} name={name} onBegun={onBegun} onEnd={() => setOpen(false)} />}
    </>
  );
}

type DialogueProps = Omit<CloseProps, 'isUnderWay'> & { readonly onEnd: () => void };

function Dialogue({ person, name, onBegun, onEnd }: DialogueProps) {
  const { t } = useWords();
  const preview = useCommand('leaver.preview');
  const close = useCommand('leaver.close');
  const [why, setWhy] = useState('');
  const staying = useStaying(person);
  const { mutate: look } = preview;
  useEffect(() => look({ person }), [look, person]);
  const closings = preview.data?.closings ?? [];
  const count = closings.filter((one) => one.does === 'disable' && one.connection !== null).length;
  const way = preview.data ? closingWay(preview.data.closings) : null;
  const hasWork = way === 'close' || way === 'mark' || way === 'later';
  const sheet = `/people/${person}/leaver-sheet`;
  return (
    <Modal
      open
      width={620}
      title={t('leaver.closeTitle', { name })}
      onCancel={onEnd}
      footer={
        close.isSuccess ? (
          <Link to={sheet} onClick={onEnd}>
            <Button type="primary">{t('leaver.toSheet')}</Button>
          </Link>
        ) : (
          <>
            <Button onClick={onEnd}>{t('app.cancel')}</Button>
            <Button
              danger
              type="primary"
              disabled={!hasWork}
              loading={close.isPending}
              onClick={() => preview.data && close.mutate({ person, token: preview.data.token, why }, { onSuccess: onBegun })}
            >
              {way === 'mark' || way === 'later' ? t(`leaver.do.${way}`) : count > 0 ? t('leaver.closeNow', { count }) : t('leaver.close')}
            </Button>
          </>
        )
      }
    >
      <div aria-live="polite">
        {close.isSuccess ? (
          <Alert type="success" showIcon title={t('leaver.begun')} description={t('leaver.begunMore')} />
        ) : (
          <>
            <p>{t('leaver.explain')}</p>
            {preview.error && <Trouble error={preview.error} onRetry={() => look({ person })} />}
            {preview.isPending && (
              <>
                <p className="soft">{t('leaver.looking')}</p>
                <Skeleton active title={false} paragraph={{ rows: 4 }} />
              </>
            )}
            {preview.data && (
              <ul className={styles.closings}>
                {closings.map((one) => (
                  <OneClosing key={`${one.connection} ${one.account}`} closing={one} />
                ))}
              </ul>
            )}
            {(way === 'later' || way === 'refused' || way === 'nothing') && (
              <Alert type="info" showIcon title={t(`leaver.rest.${way}`)} style={{ marginBottom: 14 }} />
            )}
            {hasWork && staying && (
              <Alert type="warning" showIcon title={t('leaver.staying')} description={staying} style={{ marginBottom: 14 }} />
            )}
            {hasWork && (
              <label className={styles.field}>
                {t('leaver.why')}
                <Input value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} placeholder={t('leaver.whyExample')} />
              </label>
            )}
            {close.error && <Trouble error={close.error} onRetry={() => look({ person })} />}
          </>
        )}
      </div>
    </Modal>
  );
}

/** Closing accounts leaves them as they are: who reports to somebody, and which departments somebody leads. */
function useStaying(person: string): ReactNode {
  const { t, list, language } = useWords();
  const place = useAnswer('directory.place', { object: person });
  if (!place.data) return null;
  const { leads, reports } = place.data;
  const names = reports.people.map((one) => one.title);
  const more = reports.count - names.length;
  const people = more > 0 ? t('leaver.andMore', { names: list(names), count: more, n: more.toLocaleString(language) }) : list(names);
  const said = [
    leads.length > 0 && t('leaver.leads', { names: list(leads.map((one) => one.name)) }),
    reports.count > 0 && t('leaver.reportsNamed', { names: people }),
  ].filter((one) => one !== false);
  return said.length === 0 ? null : said.map((one) => <div key={one}>{one}</div>);
}

function OneClosing({ closing }: { readonly closing: Closing }) {
  const { t, say } = useWords();
  return (
    <li>
      <div className={styles.closing}>
        <b>{closing.connectionName ?? t('leaver.directory')}</b>
        <Sign tone={tones[closing.does]}>{t(`leaver.does.${closing.does}`)}</Sign>
      </div>
      <div className="soft">{say(closing.says)}</div>
    </li>
  );
}
