// Why a job failed and what mends it, to read and to copy: of a run that failed in part, the causes that most records have, with what to do about each.
import { Skeleton } from 'antd';
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { words } from '../api/generated.ts';
import { useAnswer } from '../api/hooks.ts';
import { useWords, type Label } from '../i18n/i18n.ts';
import { RemedyWays } from '../pages/runs/remedy-ways.tsx';
import { Copy } from '../ui/copy.tsx';
import type { Job } from './picture.ts';
import styles from './why.module.css';

type Group = WireOutput<'item.groups'>['groups'][number];

/** So many are read in a panel; the page of the job has all. */
const SHOWN = 3;

export function Why({ job }: { readonly job: Job }) {
  const { say } = useWords();
  const run = job.lastRun;
  const problem = run?.problem ?? job.stateReason;
  const got = useAnswer('run.get', { run: run?.id ?? 0 }, { enabled: run?.state === 'failed' });
  const remedy = got.data?.remedy;
  if (!problem) return <Causes job={job} />;
  return (
    <div className={styles.why}>
      <p>{say(problem)}</p>
      {remedy && <RemedyWays remedy={remedy} />}
      <Ways job={job} text={say(problem)} />
    </div>
  );
}

function Causes({ job }: { readonly job: Job }) {
  const { t, say, language } = useWords();
  const { data, error } = useAnswer('item.groups', { job: job.id });
  if (!data && !error) return <Skeleton active title={false} paragraph={{ rows: 4 }} className={styles.why!} />;
  // What was waived is no trouble any more.
  const troubled = (group: Group): number => group.count - group.waived;
  const causes = (data?.groups ?? []).filter((group) => troubled(group) > 0).toSorted((a, b) => troubled(b) - troubled(a));
  const shown = causes.slice(0, SHOWN).map((group) => ({
    key: `${group.type} ${group.cause} ${group.attribute}`,
    count: troubled(group).toLocaleString(language),
    title: say(group.title),
    where: [say((words.type as Readonly<Record<string, Label>>)[group.type] ?? { en: group.type, zh: group.type })]
      .concat(group.attributeLabel ? [say(group.attributeLabel)] : [])
      .join(' · '),
    example: t('waiting.problem.example', { title: group.example.title ?? group.example.key, message: say(group.example.message) }),
    remedy: say(group.remedy),
  }));
  if (shown.length === 0)
    return (
      <div className={styles.why}>
        <p>{t('canvas.someFailed')}</p>
        <Ways job={job} text={t('canvas.someFailed')} />
      </div>
    );
  const text = shown.map((one) => `${one.count} × ${one.title} (${one.where})\n${one.example}\n${one.remedy}`).join('\n\n');
  return (
    <div className={styles.why}>
      <ul className={styles.causes}>
        {shown.map((one) => (
          <li key={one.key}>
            <b className="number">{one.count}</b>
            <span>
              <b>{one.title}</b> <span className="soft">{one.where}</span>
              <span className={styles.says}>{one.example}</span>
              <span className={styles.says}>{one.remedy}</span>
            </span>
          </li>
        ))}
      </ul>
      <p>
        <a href={`#/jobs/${job.id}/problems`}>
          {causes.length > shown.length ? t('canvas.moreCauses', { count: causes.length - shown.length }) : t('canvas.eachRecord')}
        </a>
      </p>
      <Ways job={job} text={text} />
    </div>
  );
}

function Ways({ job, text }: { readonly job: Job; readonly text: string }) {
  const { t } = useWords();
  return (
    <div className={styles.ways}>
      <Copy text={`${job.name}: ${text}`} />
      {job.lastRun && <a href={`#/runs/${job.lastRun.id}`}>{t('canvas.openRun')}</a>}
    </div>
  );
}
