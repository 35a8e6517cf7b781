// One inbox for everything that needs a person, worst first.
import { Segmented, Skeleton } from 'antd';
import { useState } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { EntryCard } from './entry-card.tsx';
import { HeldEntry } from './held-entry.tsx';
import { HeldPeople } from './held-people.tsx';
import { Nothing } from './nothing.tsx';
import { ProblemGroups } from './problem-groups.tsx';
import styles from './waiting.module.css';
import { isAsked, isProblem, type Entry } from './ways.ts';

const LOOK_MS = 4_000;
const urgencies = ['stopped', 'asked', 'look'] as const;
type By = 'question' | 'person';

function inside(entry: Entry) {
  if (!isProblem(entry) || entry.job === null) return undefined;
  const cause = entry.settle.find((way) => way.input.cause !== undefined)?.input.cause;
  return <ProblemGroups job={entry.job} cause={typeof cause === 'string' ? cause : null} />;
}

function Held({ entries }: { readonly entries: readonly Entry[] }) {
  const { t } = useWords();
  const [by, setBy] = useState<By>('question');
  return (
    <>
      <div className={styles.by}>
        <Segmented<By>
          size="small"
          aria-label={t('waiting.by.label')}
          value={by}
          onChange={setBy}
          options={(['question', 'person'] as const).map((value) => ({ value, label: t(`waiting.by.${value}`) }))}
        />
      </div>
      {by === 'person' ? (
        <HeldPeople />
      ) : (
        entries.map((entry) => <HeldEntry key={entry.id} job={entry.job!} question={String(entry.see?.input.question)} />)
      )}
    </>
  );
}

export function WaitingPage() {
  const { t, language } = useWords();
  const list = useAnswer('waiting.list', {}, { everyMs: LOOK_MS, anew: true });
  return (
    <Page title={t('waiting.title')} about={t('waiting.about')}>
      <Answered of={list} rows={6}>
        {({ waiting, leftOut }) => {
          // That nothing waits is said only of now: what another page was told a moment ago may be over.
          if (waiting.length === 0)
            return list.isFetchedAfterMount ? <Nothing /> : <Skeleton active title={false} paragraph={{ rows: 6 }} />;
          return (
            <>
              {urgencies.map((urgency) => {
                const own = waiting.filter((entry) => entry.urgency === urgency);
                if (own.length === 0) return null;
                const held = own.filter(isAsked);
                return (
                  <Part key={urgency} title={t(`waiting.urgency.${urgency}`)}>
                    {held.length > 0 && <Held entries={held} />}
                    {own
                      .filter((entry) => !isAsked(entry))
                      .map((entry) => (
                        <EntryCard key={entry.id} entry={entry} inside={inside(entry)} />
                      ))}
                  </Part>
                );
              })}
              {leftOut > 0 && <p className="soft">{t('waiting.leftOut', { n: leftOut.toLocaleString(language) })}</p>}
            </>
          );
        }}
      </Answered>
    </Page>
  );
}
