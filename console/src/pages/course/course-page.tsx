// #/course: how things went, as pictures: people, changes by kind, differences, delays, and what is wrong now by cause.
import { Segmented, Select } from 'antd';
import { Link, useSearchParams } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { DayChart, type Series } from '../../ui/day-chart.tsx';
import { Page, Part } from '../../ui/page.tsx';
import styles from './course.module.css';

type Course = WireOutput<'course'>;
type Kind = keyof Course['days'][number]['changes'];

const SPANS = [7, 30, 90] as const;
const LOOK_MS = 60_000;
const SECOND_MS = 1_000;
const MOST_CAUSES = 8;

/** What stands together in one colour. */
const looks: readonly { readonly look: Series['look']; readonly kinds: readonly Kind[] }[] = [
  { look: 'new', kinds: ['created'] },
  { look: 'changed', kinds: ['updated'] },
  { look: 'other', kinds: ['linked', 'enabled', 'unlinked'] },
  { look: 'off', kinds: ['disabled'] },
  { look: 'gone', kinds: ['removed'] },
];

export function CoursePage() {
  const { t } = useWords();
  const [asked, setAsked] = useSearchParams();
  const days = SPANS.find((span) => String(span) === asked.get('days')) ?? 30;
  const job = asked.get('job') === null ? undefined : Number(asked.get('job'));
  const course = useAnswer(
    'course',
    { days, aheadMinutes: -new Date().getTimezoneOffset(), ...(job === undefined ? {} : { job }) },
    { everyMs: LOOK_MS },
  );
  const jobs = useAnswer('job.list', {});
  const ask = (name: string, value: string | null): void =>
    setAsked(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === null) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return (
    <Page
      wide
      title={t('course.title')}
      above={<Link to="/">{t('home.title')}</Link>}
      about={t('course.about')}
      actions={
        <>
          <Select
            aria-label={t('course.job')}
            className={styles.job!}
            value={job ?? 0}
            options={[
              { value: 0, label: t('course.allJobs') },
              ...(jobs.data?.jobs ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(next: number) => ask('job', next === 0 ? null : String(next))}
          />
          <Segmented
            aria-label={t('course.span')}
            value={days}
            options={SPANS.map((value) => ({ value, label: t('course.days', { count: value }) }))}
            onChange={(next) => ask('days', String(next))}
          />
        </>
      }
    >
      <Answered of={course} rows={12}>
        {(found) => <Pictures course={found} job={job} />}
      </Answered>
    </Page>
  );
}

function Pictures({ course, job }: { readonly course: Course; readonly job: number | undefined }) {
  const { t, language } = useWords();
  const days = course.days.map(({ day }) => day);
  const seconds = (ms: number): string =>
    t('course.seconds', { n: (ms / SECOND_MS).toLocaleString(language, { maximumFractionDigits: ms < 10 * SECOND_MS ? 1 : 0 }) });
  const one = (name: string, look: Series['look'], of: (day: Course['days'][number]) => number | null): Series => ({
    name,
    look,
    values: course.days.map(of),
  });
  const changes = looks.map(({ look, kinds }) =>
    one(t(`course.kind.${look}`), look, (day) => kinds.reduce((sum, kind) => sum + (day.changes[kind] ?? 0), 0)),
  );
  return (
    <div className={styles.grid}>
      {job === undefined && (
        <Part>
          <DayChart
            title={t('course.people.title')}
            about={t('course.people.about')}
            days={days}
            as="line"
            series={[one(t('course.people.title'), 'changed', (day) => day.people)]}
          />
        </Part>
      )}
      <Part>
        <DayChart title={t('course.changes.title')} about={t('course.changes.about')} days={days} as="bars" series={changes} />
      </Part>
      <Part>
        <DayChart
          title={t('course.failed.title')}
          about={t('course.failed.about')}
          days={days}
          as="bars"
          series={[one(t('course.failed.title'), 'gone', (day) => day.changes.failed ?? 0)]}
        />
      </Part>
      <Part>
        <DayChart
          title={t('course.drift.title')}
          about={t('course.drift.about')}
          days={days}
          as="bars"
          series={[one(t('course.drift.title'), 'off', (day) => day.drift)]}
        />
      </Part>
      <Part>
        <DayChart
          title={t('course.lag.title')}
          about={t('course.lag.about')}
          days={days}
          as="line"
          show={seconds}
          series={[
            one(t('course.lag.usual'), 'changed', (day) => day.lag?.usualMs ?? null),
            one(t('course.lag.worst'), 'off', (day) => day.lag?.worstMs ?? null),
          ]}
        />
      </Part>
      <Part>
        <Causes job={job} />
      </Part>
    </div>
  );
}

/** What is wrong now: lengths to compare, numbers to read. */
function Causes({ job }: { readonly job: number | undefined }) {
  const { t } = useWords();
  const groups = useAnswer('item.groups', job === undefined ? {} : { job });
  return (
    <figure className={styles.causes}>
      <figcaption>
        <b>{t('course.causes.title')}</b>
        <span>{t('course.causes.about')}</span>
      </figcaption>
      <Answered of={groups} rows={3}>
        {(found) => <CauseBars groups={found.groups} />}
      </Answered>
    </figure>
  );
}

function CauseBars({ groups }: WireOutput<'item.groups'>) {
  const { t, say, language } = useWords();
  const causes = [...Map.groupBy(groups, (group) => group.cause).values()]
    .map((own) => ({ title: say(own[0]!.title), cause: own[0]!.cause, count: own.reduce((sum, group) => sum + group.count, 0) }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_CAUSES);
  if (causes.length === 0) return <p className={styles.empty}>{t('course.causes.none')}</p>;
  return (
    <>
      <ul>
        {causes.map(({ title, cause, count }) => (
          <li key={cause}>
            <span>{title}</span>
            <b className="number">{count.toLocaleString(language)}</b>
            <span className={styles.length} style={{ width: `${(count / causes[0]!.count) * 100}%` }} aria-hidden />
          </li>
        ))}
      </ul>
      <Link to="/waiting">{t('course.causes.mend')}</Link>
    </>
  );
}
