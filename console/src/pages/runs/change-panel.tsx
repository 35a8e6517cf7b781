// One change in full: every value before and after, memberships, why, what came of it, and what can be done.
import { DownOutlined, UpOutlined } from '@ant-design/icons';
import { Alert, App, Button, Drawer } from 'antd';
import type { ReactNode } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Copy } from '../../ui/copy.tsx';
import { State } from '../../ui/state.tsx';
import { Clock, When } from '../../ui/when.tsx';
import styles from './change-panel.module.css';
import { wordOf } from './run-kind.ts';
import type { Unwanted } from './unwanted.ts';
import { EdgeLine, useAccountSides, useSides } from '../../ui/values.tsx';

export type Change = WireOutput<'run.changes'>['changes'][number];

interface PanelProps {
  readonly change: Change | null;
  readonly unwanted: Unwanted | null;
  /** The neighbours in the list; missing = there is none. */
  readonly onPrevious?: (() => void) | undefined;
  readonly onNext?: (() => void) | undefined;
  readonly onClose: () => void;
}

/** An id of the directory tells nobody anything. */
const OWN_ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

const newFirst = (a: { readonly op: string }, b: { readonly op: string }): number => Number(a.op === 'remove') - Number(b.op === 'remove');

function Values({ change }: { readonly change: Change }) {
  const { t, say } = useWords();
  const sides = useSides(change);
  const account = useAccountSides(change);
  if (change.attributes.length === 0 && change.edges.length === 0 && !account) return <p className="soft">{t('runs.change.nothing')}</p>;
  return (
    <>
      {(change.attributes.length > 0 || account) && (
        <table className={styles.values}>
          <thead>
            <tr>
              <th scope="col">{t('runs.change.field')}</th>
              <th scope="col">{t('runs.change.before')}</th>
              <th scope="col">{t('runs.change.after')}</th>
            </tr>
          </thead>
          <tbody>
            {account && (
              <tr>
                <th scope="row">{t('runs.change.account')}</th>
                <td>{account.before}</td>
                <td>{account.after}</td>
              </tr>
            )}
            {change.attributes.map((one) => {
              const { before, after } = sides(one);
              return (
                <tr key={one.name}>
                  <th scope="row">{say(one.label)}</th>
                  <td>{before}</td>
                  <td>{after}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {change.edges.length > 0 && (
        <ul className={styles.edges}>
          {change.edges.toSorted(newFirst).map((edge) => (
            <li key={`${edge.relation} ${edge.type} ${edge.name}`}>
              <EdgeLine edge={edge} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Only what there is to say. */
function Facts({ change, unwanted }: { readonly change: Change; readonly unwanted: Unwanted | null }) {
  const { t, say, list } = useWords();
  const facts: readonly (readonly [name: string, value: ReactNode])[] = [
    [t('runs.change.situation'), say(change.because)],
    [t('runs.change.rule'), change.ruleSays ? say(change.ruleSays) : ''],
    [t('runs.change.keeps'), list(change.keeps.map(say))],
    [t('runs.change.later'), change.later ? say(change.later) : ''],
    [t('runs.change.guard'), change.why ? say(change.why) : ''],
    [
      t('runs.change.decided'),
      unwanted ? (
        <>
          {unwanted.by} · <When at={unwanted.at} />
          <Clock at={unwanted.at} />
        </>
      ) : (
        ''
      ),
    ],
    [t('runs.change.attempts'), change.attempts > 1 ? change.attempts : ''],
    [
      t('runs.change.written'),
      change.state === 'applied' && change.endedAt !== null ? (
        <>
          <When at={change.endedAt} />
          <Clock at={change.endedAt} />
        </>
      ) : (
        ''
      ),
    ],
    [t('runs.change.number'), <span className={styles.id}>{change.key}</span>],
    // Of what is not made yet it is only the number that it will have.
    [
      t('runs.change.target'),
      change.targetKey === null || OWN_ID.test(change.targetKey) || (change.action === 'create' && change.state !== 'applied') ? (
        ''
      ) : (
        <span className={styles.id}>{change.targetKey}</span>
      ),
    ],
  ];
  return (
    <dl className={styles.facts}>
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Failure({ change }: { readonly change: Change }) {
  const { t, say } = useWords();
  const { message } = App.useApp();
  const may = useMay();
  const retry = useCommand('item.retry');
  if (!change.error) return null;
  const text = [change.title, say(change.error), ...(change.remedy ? [say(change.remedy)] : [])].join('\n');
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBottom: 18 }}
      title={say(change.error)}
      description={
        <>
          {change.remedy && <p style={{ margin: '0 0 10px' }}>{say(change.remedy)}</p>}
          <span className={styles.deeds}>
            <Copy text={text} />
            {may('item.retry') && (
              <Button
                size="small"
                loading={retry.isPending}
                onClick={() =>
                  retry.mutate(
                    { job: change.job, keys: [{ type: change.type, id: change.key }] },
                    { onSuccess: () => void message.success(t('runs.do.retried')), onError: (error) => void message.error(error.message) },
                  )
                }
              >
                {t('runs.change.retry')}
              </Button>
            )}
          </span>
        </>
      }
    />
  );
}

export function ChangePanel({ change, unwanted, onPrevious, onNext, onClose }: PanelProps) {
  const { t, say } = useWords();
  return (
    <Drawer
      open={change !== null}
      onClose={onClose}
      size={620}
      title={change?.title ?? ''}
      extra={
        <>
          <Button type="text" icon={<UpOutlined />} aria-label={t('runs.change.previous')} disabled={!onPrevious} onClick={onPrevious} />
          <Button type="text" icon={<DownOutlined />} aria-label={t('runs.change.next')} disabled={!onNext} onClick={onNext} />
        </>
      }
    >
      {change && (
        <>
          <p className={styles.head}>
            <b>{say(wordOf(words.deed, change.deed))}</b>
            <span className="soft">{say(wordOf(words.type, change.type))}</span>
            <State kind="change" code={change.state} />
          </p>
          <Failure change={change} />
          <Values change={change} />
          <h3 className={styles.why}>{t('runs.change.why')}</h3>
          <Facts change={change} unwanted={unwanted} />
        </>
      )}
    </Drawer>
  );
}
