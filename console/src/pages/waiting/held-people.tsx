// Held work by person: what waits about somebody in every system is confirmed or left alone once.
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { objectsOf } from '../../ui/counted.ts';
import { Endless } from '../../ui/endless.tsx';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { When } from '../../ui/when.tsx';
import { useDecision } from '../runs/decision.ts';
import { useConsequence, useWhom } from '../runs/held-question.tsx';
import { HeldWho } from '../runs/held-who.tsx';
import { wordOf } from '../runs/run-kind.ts';
import styles from './waiting.module.css';

type Somebody = WireOutput<'held.people'>['people'][number];

const ROW = 60;
const PAGE = 100;

/** Somebody who may not answer has nothing to choose. */
function Row({ somebody, isOn, onTurn }: { readonly somebody: Somebody; readonly isOn: boolean; readonly onTurn: (() => void) | null }) {
  const { t, say } = useWords();
  return (
    <div className={styles.person}>
      <span role="cell">{onTurn && <Checkbox checked={isOn} onChange={onTurn} aria-label={somebody.title} />}</span>
      <span role="cell" className={styles.cut}>
        <HeldWho
          held={{ ...somebody.held[0]!, title: somebody.title, type: somebody.type }}
          more={
            <>
              {t('waiting.since')} <When at={somebody.since} />
            </>
          }
        />
      </span>
      <span role="cell" className={styles.wheres}>
        {somebody.held.map((held) => (
          <span key={held.id} className={styles.where}>
            {t('waiting.people.where', { deed: say(wordOf(words.action, held.action)), job: held.jobName })}
            {held.confirmedBy.length > 0 &&
              ` (${t('runs.held.voted', { by: held.confirmedBy.map((vote) => vote.by).join(t('settings.listComma')) })})`}
          </span>
        ))}
      </span>
    </div>
  );
}

export function HeldPeople() {
  const { t, language } = useWords();
  const mayDecide = useMay()('held.decide');
  const consequence = useConsequence();
  const whom = useWhom();
  const { decide, isPending } = useDecision();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const list = usePages('held.people', { limit: PAGE });
  const people = list.data?.pages.flatMap((page) => page.people) ?? [];
  const picked = people.filter((one) => chosen.has(one.object));
  const held = picked.flatMap((one) => one.held);
  const count = objectsOf(held).toLocaleString(language);
  const which = { objects: picked.map((one) => one.object) };
  const asks = { said: [...consequence(held), ...whom(held)], count, run: held[0]?.lastRun ?? 0 };
  const turn = (object: string): void =>
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(object)) next.add(object);
      return next;
    });
  return (
    <Answered of={list} rows={4}>
      {() => (
        <div className={styles.people}>
          <p className="soft">{t('waiting.people.explain')}</p>
          {mayDecide ? (
            <div className={styles.choice}>
              <Checkbox
                checked={picked.length > 0 && picked.length === people.length}
                indeterminate={picked.length > 0 && picked.length < people.length}
                onChange={(event) => setChosen(new Set(event.target.checked ? people.map((one) => one.object) : []))}
              >
                {t('runs.held.all')}
              </Checkbox>
              <span className={styles.would} role="status">
                {consequence(held).join(' · ')}
              </span>
              <span className={styles.deeds}>
                <Button disabled={picked.length === 0 || isPending} onClick={() => decide('cancel', which, held, asks)}>
                  {t('runs.held.cancel', { n: count })}
                </Button>
                <Button type="primary" disabled={picked.length === 0 || isPending} onClick={() => decide('approve', which, held, asks)}>
                  {t('runs.held.confirm', { n: count })}
                </Button>
              </span>
            </div>
          ) : (
            <p>
              <NeedsRole deed="held.decide" />
            </p>
          )}
          <Endless<Somebody>
            label={t('waiting.people.label')}
            rows={people}
            height={ROW}
            keyOf={(one) => one.object}
            more={{ has: list.hasNextPage, isLoading: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
            loading={t('runs.more')}
          >
            {(one) => <Row somebody={one} isOn={chosen.has(one.object)} onTurn={mayDecide ? () => turn(one.object) : null} />}
          </Endless>
        </div>
      )}
    </Answered>
  );
}
