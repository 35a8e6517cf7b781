// A plan in short: what would happen, gravest first, how often, why something waits, and a few examples of each.
import { Alert, Empty, Tag } from 'antd';
import { Link } from 'react-router';
import { words } from '../api/generated.ts';
import { useAnswer } from '../api/hooks.ts';
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { useWords, type Label } from '../i18n/i18n.ts';
import { useMoves } from './moves.ts';
import { sampleOf } from './plan-sample.ts';
import { useNumber } from './told-apart.ts';
import { useTypeName } from './type-name.ts';
import { useValue } from './values.tsx';
import styles from './plan-groups.module.css';

type PlanOf = WireOutput<'run.plan'>;
type Group = PlanOf['groups'][number];

const grave = new Set(['remove', 'disable', 'unlink']);

/** So many moves are read to say where people go; of more the list of the run tells. */
const MOVES_READ = 1000;
/** So few are named without unfolding: which department would be deleted is the first thing to know. */
const NAMED = 3;

export function PlanGroups({ plan }: { readonly plan: PlanOf }) {
  const { t, say } = useWords();
  const changes = plan.groups.filter((group) => group.state !== 'skipped');
  return (
    <>
      {plan.problems > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('app.plan.problems', { count: plan.problems })}
          action={<Link to={`/runs/${plan.run.id}`}>{t('app.plan.seeProblems')}</Link>}
          style={{ marginBottom: 12 }}
        />
      )}
      {plan.run.staysOpen && <Alert type="warning" showIcon title={say(plan.run.staysOpen)} style={{ marginBottom: 12 }} />}
      {plan.run.withoutPassword && <Alert type="info" showIcon title={say(plan.run.withoutPassword)} style={{ marginBottom: 12 }} />}
      {changes.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('app.plan.nothing')} />
      ) : (
        <>
          <Moves plan={plan} />
          <ul className={styles.groups}>
            {changes.map((group) => (
              <li key={`${group.action} ${group.type} ${group.situation} ${group.state} ${group.question}`}>
                <OneGroup group={group} isOnly={changes.length === 1} run={plan.run.id} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** Where people go, above the single changes: thirty lines that say the same are read by nobody. */
function Moves({ plan }: { readonly plan: PlanOf }) {
  const told = useMoves();
  const updates = plan.groups.filter(({ action, type, state }) => action === 'update' && type === 'person' && state !== 'skipped');
  const count = updates.reduce((sum, group) => sum + group.count, 0);
  const moves = useAnswer(
    'run.changes',
    { run: plan.run.id, deeds: ['move'], limit: MOVES_READ },
    { enabled: count > 0 && count <= MOVES_READ },
  );
  const lines = told((moves.data?.changes ?? []).filter(({ state }) => state !== 'skipped'));
  return lines.length === 0 ? null : (
    <ul className={styles.moves}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

/** Of a group that takes something away and is small, whom it is about; elsewhere the examples tell. */
function namesOf({ action, objects, examples }: Group): readonly string[] {
  const names = new Map(examples.map((change) => [change.key, change.title]));
  return grave.has(action) && objects <= NAMED && names.size >= objects ? [...names.values()] : [];
}

/** What an account that was there before keeps. */
function Keeps({ of }: { readonly of: readonly Label[] }) {
  const { t, say, list } = useWords();
  return of.length === 0 ? null : <p className={styles.why}>{t('app.plan.keeps', { names: list(of.map(say)) })}</p>;
}

/** What is made shows its number among its values. */
function Who({ change }: { readonly change: Group['examples'][number] }) {
  const isMade = change.action === 'create';
  const number = useNumber(change, !isMade);
  return (
    <>
      <b>{change.title}</b>
      {!isMade && number !== null && <span className="soft number"> {number}</span>}
    </>
  );
}

function OneGroup({ group, isOnly, run }: { readonly group: Group; readonly isOnly: boolean; readonly run: number }) {
  const { t, say, language } = useWords();
  const typeName = useTypeName();
  const action = (words.action as Readonly<Record<string, Label>>)[group.action];
  const valueOf = useValue(group.type);
  const state = (words.change as Readonly<Record<string, Label>>)[group.state];
  // What is alone is unfolded, and named there.
  const names = isOnly ? [] : namesOf(group);
  return (
    <details open={isOnly} className={`${styles.group} ${grave.has(group.action) ? styles.grave : ''}`}>
      <summary>
        <b className={`number ${styles.count}`}>{group.objects.toLocaleString(language)}</b>
        <span className={styles.what}>
          {action && say(action)} · {typeName(group.type)}
        </span>
        {names.length > 0 && <b className={styles.names}>{names.join(t('settings.listComma'))}</b>}
        {group.objects !== group.count && (
          <span className="soft number">{t('runs.counts.changes', { count: group.count, n: group.count.toLocaleString(language) })}</span>
        )}
        <span className="soft">{say(group.because)}</span>
        {group.state !== 'planned' && state && <Tag color={group.state === 'held' ? 'warning' : 'default'}>{say(state)}</Tag>}
      </summary>
      {group.why && <p className={styles.why}>{say(group.why)}</p>}
      <Keeps of={group.examples[0]?.keeps ?? []} />
      {group.examples[0]?.later && <p className={styles.why}>{say(group.examples[0].later)}</p>}
      <ul className={styles.examples} aria-label={t('app.plan.examples')}>
        {group.examples
          .map((change) => ({ change, sample: sampleOf(change) }))
          .map(({ change, sample }) => (
            <li key={change.id}>
              <Who change={change} />
              <dl className={styles.lines}>
                {sample.edges.map((edge) => (
                  <div key={`${edge.relation} ${edge.type} ${edge.name}`}>
                    <dt>{say(edge.label)}</dt>
                    <dd>{edge.op === 'remove' ? <del>{edge.name}</del> : <ins>{edge.name}</ins>}</dd>
                  </div>
                ))}
                {sample.attributes.map((attribute) => (
                  <div key={attribute.name}>
                    <dt>{say(attribute.label)}</dt>
                    <dd>
                      {attribute.before !== undefined && attribute.before !== null && (
                        <del>{valueOf(attribute.before, attribute.name)}</del>
                      )}{' '}
                      {attribute.after === null || attribute.after === undefined ? (
                        <span className="soft">{t('app.plan.empty')}</span>
                      ) : (
                        <ins>{valueOf(attribute.after, attribute.name)}</ins>
                      )}
                    </dd>
                  </div>
                ))}
              </dl>
              {sample.left > 0 && <small className="soft">{t('app.plan.moreValues', { count: sample.left })}</small>}
            </li>
          ))}
      </ul>
      {group.examples.length < group.count && (
        <p className={`soft ${styles.sample}`}>
          {t('app.plan.sample', {
            shown: group.examples.length.toLocaleString(language),
            count: group.count,
            of: group.count.toLocaleString(language),
          })}{' '}
          <Link to={`/runs/${run}`}>{t('app.plan.whole')}</Link>
        </p>
      )}
    </details>
  );
}
