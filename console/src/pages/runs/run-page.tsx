// One run: where it stands, what it planned and did, what waits for a person, and what can be done with it.
import { Alert, Button } from 'antd';
import { Link, useParams } from 'react-router';
import type { RunView, WireOutput } from '../../../../src/server/api/wire.ts';
import { useProgress } from '../../api/follow-run.ts';
import { words } from '../../api/generated.ts';
import { useAnswer, useMay } from '../../api/hooks.ts';
import { readOfEach, troublesIn, useKinds } from '../../ui/counted.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { isMissing, NotThere } from '../../ui/answered-page.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Counts } from '../../ui/counts.tsx';
import { GoneDepartments } from '../../ui/gone-departments.tsx';
import { useJobName } from '../../ui/job-name.ts';
import { Page, Part } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { Clock, When } from '../../ui/when.tsx';
import { HeldPart } from './held-part.tsx';
import { Kept } from './kept-part.tsx';
import { lengthOf } from './length.ts';
import { PlanPart } from './plan-part.tsx';
import { ProblemsPart } from './problems-part.tsx';
import { RemedyWays } from './remedy-ways.tsx';
import { RunActions } from './run-actions.tsx';
import { hasPlan, useRunKind } from './run-kind.ts';
import styles from './run.module.css';
import { StageLine } from './stage-line.tsx';
import { StaysPart } from './stays-part.tsx';
import { useStart } from './start.ts';

const LOOK_MS = 2_000;

type Got = WireOutput<'run.get'>;

/** What kind of run, who began it when, and how long it took. */
function About({ run, undo }: Pick<Got, 'run' | 'undo'>) {
  const { t, language } = useWords();
  const kind = useRunKind();
  const began = run.startedAt ?? run.queuedAt;
  const time = lengthOf(Math.max(0, (run.endedAt ?? Date.now()) - began), language);
  const other = [
    ...(run.ofPlan === null ? [] : [{ run: run.ofPlan, says: t('runs.run.ofPlan', { run: run.ofPlan }) }]),
    ...(run.undoes === null
      ? []
      : [{ run: run.undoes, says: t(run.dryRun ? 'runs.run.wouldUndo' : 'runs.run.undoes', { run: run.undoes }) }]),
    ...(undo === null
      ? []
      : [{ run: undo.run, says: t(undo.stands === 'whole' ? 'runs.run.undoneBy' : 'runs.run.itsUndo', { run: undo.run }) }]),
  ];
  return (
    <span className={styles.about}>
      <State kind="run" code={run.state} />
      <span>{kind(run)}</span>
      {/* What began by itself has its cause for an actor, and that stands before this. */}
      {!(run.actor in words.cause) && <span>{t('runs.run.by', { actor: run.actor })}</span>}
      <span>
        <When at={began} />
        <Clock at={began} />
      </span>
      <span className="number">{t(run.endedAt === null ? 'runs.run.goingFor' : 'runs.run.took', { time })}</span>
      {other.map((one) => (
        <Link key={one.says} to={`/runs/${one.run}`}>
          {one.says}
        </Link>
      ))}
    </span>
  );
}

/** Why it failed or waits, and what the source could not prove. */
function Notes({ run, brakes, outdated, remedy }: Pick<Got, 'run' | 'brakes' | 'outdated' | 'remedy'>) {
  const { t, say } = useWords();
  const may = useMay();
  const start = useStart();
  const kind = run.state === 'failed' ? 'failed' : run.state === 'waiting' ? 'waiting' : 'other';
  return (
    <div className={styles.notes}>
      {run.endedAt === null &&
        brakes.map((brake) => (
          <Alert key={brake.scope} type="warning" showIcon title={t('runs.run.brake', { by: brake.by, reason: brake.reason })} />
        ))}
      {outdated && (
        <Alert
          type="warning"
          showIcon
          title={say(outdated)}
          action={
            may('run.start') && (
              <Button loading={start.isPending} onClick={() => start.begin({ job: run.job, mode: 'full', dryRun: true })}>
                {t('wizard.review.again')}
              </Button>
            )
          }
        />
      )}
      {run.problem && (
        <Alert
          type={kind === 'failed' ? 'error' : 'warning'}
          showIcon
          title={t(`runs.run.why.${kind}`)}
          description={
            <>
              <p>{say(run.problem)}</p>
              {remedy && <RemedyWays remedy={remedy} />}
            </>
          }
          action={<Copy text={say(run.problem)} />}
        />
      )}
      {run.warnings.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('runs.run.warnings')}
          description={
            <ul className={styles.list}>
              {run.warnings.map((warning) => (
                <li key={warning.en}>{say(warning)}</li>
              ))}
            </ul>
          }
          action={<Copy text={run.warnings.map(say).join('\n')} />}
        />
      )}
      {run.withoutPassword && <Alert type="info" showIcon title={say(run.withoutPassword)} />}
      {run.staysOpen && <Alert type="warning" showIcon title={say(run.staysOpen)} action={<Copy text={say(run.staysOpen)} />} />}
    </div>
  );
}

function Numbers({ run }: { readonly run: RunView }) {
  const { t, language } = useWords();
  const { read = 0, same = 0 } = run.counts;
  const kinds = useKinds()(readOfEach(run.counts));
  // What was confirmed is carried out as it was planned: nothing is read for it.
  const isRead = read > 0 || run.mode !== 'keys';
  /** Who was read and is in none of the other numbers. */
  const others = (['outOfScope', 'withoutAccount', 'notTried'] as const).filter((name) => (run.counts[name] ?? 0) > 0);
  return (
    <p className={styles.numbers}>
      {isRead && (
        <>
          <span>
            <b className="number">{read.toLocaleString(language)}</b> {t('runs.run.read')}
            {kinds !== '' && <span className="soft">{kinds}</span>}
          </span>
          <span>
            <b className="number">{same.toLocaleString(language)}</b> {t('runs.run.same')}
          </span>
        </>
      )}
      {others.map((name) => (
        <span key={name}>
          <b className="number">{run.counts[name]!.toLocaleString(language)}</b> {t(`runs.run.others.${name}`)}
        </span>
      ))}
      <Counts of={run.counts} hasPlan={run.endedAt !== null && hasPlan(run)} />
      {run.dryRun && <span className="soft">{t('runs.run.writes')}</span>}
    </p>
  );
}

/** A run that reads into the directory and deletes departments there, or would: what that leads to below stands with it. */
function GonePart({ run }: { readonly run: RunView }) {
  const job = useAnswer('job.get', { job: run.job });
  return job.data?.direction === 'up' ? <GoneDepartments run={run.id} /> : null;
}

const deletesDepartments = ({ counts }: RunView): boolean =>
  (['planned', 'held', 'applied'] as const).some((state) => (counts[`${state}.remove.department`] ?? 0) > 0);

function Shown({ run, expected, brakes, outdated, remedy }: Got) {
  const progress = useProgress(run.state === 'running' || run.state === 'queued' ? run.id : null);
  const rest = (
    <>
      {!run.dryRun && <HeldPart run={run.id} expected={(run.counts.held ?? 0) > 0} />}
      {run.endedAt !== null && troublesIn(run.counts) > 0 && <ProblemsPart run={run} />}
      <PlanPart key={run.id} run={run} />
    </>
  );
  // Of a job that is not there any more nobody knows what it does.
  const isOver = run.endedAt !== null && !run.jobRemoved;
  return (
    <>
      <Notes run={run} brakes={brakes} outdated={outdated} remedy={remedy} />
      <Part>
        <StageLine run={run} progress={progress} expected={expected} />
        {run.endedAt !== null && <Numbers run={run} />}
      </Part>
      {isOver && deletesDepartments(run) && <GonePart run={run} />}
      {isOver && run.mode === 'full' && <StaysPart run={run} />}
      {run.undoes !== null && !run.dryRun && run.endedAt !== null ? <Kept run={run.id}>{rest}</Kept> : rest}
    </>
  );
}

export function RunPage() {
  const { t } = useWords();
  const called = useJobName();
  const number = Number(useParams().run);
  const got = useAnswer('run.get', { run: number }, { everyMs: LOOK_MS });
  const run = got.data?.run;
  if (run === undefined && isMissing(got.error)) return <NotThere kind="run" />;
  return (
    <Page
      wide
      title={run ? `${called(run)} · ${t('runs.number', { run: run.id })}` : t('runs.number', { run: number })}
      above={<Link to="/runs">{t('runs.title')}</Link>}
      about={got.data && <About {...got.data} />}
      // By its number: from a run to the one that took it back, a dialog does not stay open.
      actions={got.data && <RunActions key={got.data.run.id} run={got.data.run} undo={got.data.undo} />}
    >
      <Answered of={got} rows={10}>
        {(answer) => <Shown {...answer} />}
      </Answered>
    </Page>
  );
}
