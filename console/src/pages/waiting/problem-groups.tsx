// Problems of one job with one cause: groups with an example and the remedy; tried again, known or waived one by one, as a group, or all.
import { App, Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords, type Label } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { DecideWho } from './decide-who.tsx';
import styles from './waiting.module.css';

type Group = WireOutput<'item.groups'>['groups'][number];

const SHOWN = 100;

interface Which {
  readonly job: number;
  readonly type?: string;
  readonly cause?: string;
  readonly attribute?: string;
  readonly keys?: { readonly type: string; readonly id: string }[];
}

function Deeds({ which }: { readonly which: Which }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const may = useMay();
  const retry = useCommand('item.retry');
  const triage = useCommand('item.triage');
  const onError = (error: Error): void => void message.error(error.message);
  const mark = (as: 'known' | 'waived'): void =>
    triage.mutate({ ...which, triage: as }, { onSuccess: () => void message.success(t('waiting.problem.marked')), onError });
  if (!may('item.retry')) return null;
  return (
    <span className={styles.deeds}>
      <Button
        size="small"
        loading={retry.isPending}
        onClick={() => retry.mutate(which, { onSuccess: () => void message.success(t('waiting.problem.retried')), onError })}
      >
        {t('waiting.problem.retry')}
      </Button>
      <Button size="small" disabled={triage.isPending} onClick={() => mark('known')}>
        {t('waiting.problem.known')}
      </Button>
      <Button size="small" disabled={triage.isPending} onClick={() => mark('waived')}>
        {t('waiting.problem.waive')}
      </Button>
    </span>
  );
}

function Records({ group }: { readonly group: Group }) {
  const { t, say } = useWords();
  const { job, type, cause, attribute } = group;
  const list = useAnswer('item.list', { job, type, cause, attribute, limit: SHOWN });
  return (
    <Answered of={list} rows={3}>
      {({ items, next }) => (
        <>
          <ul className={styles.records}>
            {items.map((item) => (
              <li key={item.key}>
                <span className={styles.says}>
                  <b>{item.title ?? item.key}</b> {say(item.message)}{' '}
                  <Link to={`/runs/${item.lastRun}`}>{t('waiting.problem.run', { run: item.lastRun })}</Link>
                </span>
                <Deeds which={{ job, keys: [{ type, id: item.key }] }} />
                {cause === 'ambiguous' && <DecideWho job={job} type={type} record={item.key} run={item.lastRun} />}
              </li>
            ))}
          </ul>
          {next !== null && <p className="soft">{t('waiting.problem.more', { n: SHOWN })}</p>}
          <ExportMenu list="problems" filter={{ job, type, cause, attribute }} />
        </>
      )}
    </Answered>
  );
}

/** One cause: an example, and all records when they are asked for. */
export function ProblemGroup({ group }: { readonly group: Group }) {
  const { t, say } = useWords();
  const [isOpen, setOpen] = useState(false);
  const types: Readonly<Record<string, Label>> = words.type;
  const type = types[group.type];
  return (
    <div className={styles.group}>
      <div className={styles.top}>
        <div className={styles.says}>
          <b>
            {type ? say(type) : group.type} · {group.attributeLabel ? say(group.attributeLabel) : t('waiting.problem.whole')}
          </b>
          <p>{t('waiting.problem.example', { title: group.example.title ?? group.example.key, message: say(group.example.message) })}</p>
          <p className="soft number">
            {t('waiting.problem.counts', { new: group.new, known: group.known, waived: group.waived, dead: group.dead })}
          </p>
        </div>
        <Deeds which={{ job: group.job, type: group.type, cause: group.cause, attribute: group.attribute }} />
      </div>
      <Button type="link" size="small" className={styles.unfold} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t(isOpen ? 'waiting.fold' : 'waiting.problem.records')}
      </Button>
      {isOpen && <Records group={group} />}
    </div>
  );
}

/** `cause`: null = all of the job. */
export function ProblemGroups({ job, cause }: { readonly job: number; readonly cause: string | null }) {
  const groups = useAnswer('item.groups', { job });
  return (
    <Answered of={groups} rows={3}>
      {(answer) =>
        answer.groups
          .filter((group) => cause === null || group.cause === cause)
          .map((group) => <ProblemGroup key={`${group.type} ${group.cause} ${group.attribute}`} group={group} />)
      }
    </Answered>
  );
}
