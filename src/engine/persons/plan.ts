// Stages 2, 7 and 8 of a merge or a split: whom it concerns, what becomes of each of them, and that it is done as a whole or not at all.
import { LIFECYCLE } from '../../core/directory-types.ts';
import { kindsOf } from '../../core/guard.ts';
import type { Attributes, Label, ObjectTypeSpec } from '../../core/model.ts';
import type { RegroupOrder } from '../../core/regroup.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { objectsOf, type ObjectRow } from '../../store/directory.ts';
import { clearPlan, patchChanges, planChanges, planPage, type ChangeRow, type NewChange } from '../../store/ledger.ts';
import { pointersTo } from '../../store/persons.ts';
import { patchStaged, stagedOf, type StagedPatch } from '../../store/staged.ts';
import { clearLosses } from '../../store/undo.ts';
import { BATCH, typeOrder, type RunContext } from '../context.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { changeHash } from '../stages/change-hash.ts';
import type { Depths } from '../stages/diff.ts';
import { diffAgainstDirectory } from '../stages/diff-directory.ts';
import { guard } from '../stages/guard.ts';
import { REGROUP } from '../undo/orders.ts';
import { regroupOf, wordsOf } from './overlay.ts';

const PERSON = 'person';

const orderOf = (context: RunContext): RegroupOrder => regroupOf(context.run)!;

/** Both people, and everything that points to one of them. */
export async function stageRegroup(context: RunContext): Promise<void> {
  const { from, to } = orderOf(context);
  const pointers = await pointersTo(context.database, [from, to]);
  const all = new Map([...pointers, { type: PERSON, id: from }, { type: PERSON, id: to }].map((one) => [one.id, one.type]));
  await context.database.write((transaction) =>
    patchStaged(
      transaction,
      context.run.id,
      [...all].map(([id, type]): StagedPatch => ({ type, key: id, step: 'correlated', directoryId: id, relations: '[]' })),
    ),
  );
}

const flat: Depths = { depth: new Map(), cyclic: new Set(), deepest: 0, chains: new Map() };

/** Nobody is one step before the other: all of it is written in one transaction. */
const asOne = (change: NewChange, kind: RegroupOrder['kind']): NewChange => ({
  ...change,
  wave: 2,
  depth: 0,
  needs: null,
  aspect: REGROUP,
  situation: kind === 'merge' ? 'merged' : 'split',
});

export async function planRegroup(context: RunContext): Promise<void> {
  const { database, run, job, outside } = context;
  const order = orderOf(context);
  const objects = new Map((await objectsOf(database, [order.from, order.to])).map((row) => [row.id, row]));
  await database.write(async (transaction) => {
    await clearPlan(transaction, run.id);
    await clearLosses(transaction, run.id);
  });
  const changes: NewChange[] = [];
  if (order.kind === 'merge') {
    const gone = objects.get(order.from);
    if (!gone || gone.lifecycle === 'absent') throw notThere;
    await giveUp(context, order.from, valuesGivenUp(context));
    changes.push(removalOf(context, gone));
  }
  // Who gives values up is planned before who takes them.
  const first = order.kind === 'split' ? [order.from] : [order.to];
  changes.push(...(await planned(context, PERSON, first)));
  if (order.kind === 'split') {
    await giveUp(context, order.from, parseJson<Attributes>(changes[0]?.after, {}));
    const made = await planned(context, PERSON, [order.to]);
    if (!made.some((change) => change.action === 'create')) throw notMade;
    changes.push(...made);
  }
  const pointers = (await pointersTo(database, [order.from, order.to])).filter((one) => one.id !== order.from && one.id !== order.to);
  for (const type of typeOrder)
    changes.push(
      ...(await planned(
        context,
        type,
        pointers.filter((one) => one.type === type).map((one) => one.id),
      )),
    );
  await database.write(async (transaction) => {
    await planChanges(
      transaction,
      { run: run.id, job: job.id, connection: outside.id },
      changes.map((change) => asOne(change, order.kind)),
    );
    await patchStaged(transaction, run.id, await relationsKnown(context, [order.to, order.from]));
  });
}

const problem = (en: string, zh: string): ConnectorError => new ConnectorError('config', { en, zh });
const notThere = problem('One of the two is not in the directory any more.', '其中一人已不在目录中。');
const notMade = problem(
  'The records named do not make a person: a required value is missing, or somebody else has one that only one may have.',
  '所选记录不足以构成一个人员：缺少必填值，或唯一值已被他人占用。',
);

async function planned(context: RunContext, type: string, ids: readonly string[]): Promise<readonly NewChange[]> {
  const plan = context.types.find((one) => one.type === type);
  if (!plan) return [];
  const changes: NewChange[] = [];
  for (let from = 0; from < ids.length; from += BATCH) {
    const batch = await stagedOf(context.database, context.run.id, type, ids.slice(from, from + BATCH));
    changes.push(...(await diffAgainstDirectory(context, plan, batch, flat)).changes);
  }
  return changes;
}

const personSpec = (context: RunContext): ObjectTypeSpec => context.target.types.find((spec) => spec.id === PERSON)!;

/** Of whom is removed, every value that only one may have is free. */
const valuesGivenUp = (context: RunContext): Attributes =>
  Object.fromEntries(
    personSpec(context)
      .attributes.filter((spec) => spec.unique)
      .map((spec) => [spec.name, null]),
  );

const giveUp = (context: RunContext, id: string, attributes: Attributes): Promise<void> =>
  context.database.write((transaction) =>
    patchStaged(transaction, context.run.id, [
      { type: PERSON, key: id, step: 'correlated', directoryId: id, desired: JSON.stringify({ a: attributes, x: 'active' }) },
    ]),
  );

function removalOf(context: RunContext, object: ObjectRow): NewChange {
  const type = personSpec(context);
  const before = { [LIFECYCLE]: object.lifecycle };
  const after = { [LIFECYCLE]: 'absent' };
  const kinds = kindsOf({ action: 'remove', type: PERSON, before, after, edgesLost: 0, moves: false, messages: 0 }, [type]);
  const title = parseJson<Attributes>(object.data, {})[type.title];
  return {
    wave: 2,
    depth: 0,
    type: PERSON,
    source_key: object.id,
    directory_id: object.id,
    target_key: object.id,
    title: typeof title === 'string' ? title : null,
    action: 'remove',
    aspect: REGROUP,
    situation: 'merged',
    reason: '',
    kinds: kinds.length > 0 ? `|${kinds.join('|')}|` : '',
    before: JSON.stringify(before),
    after: JSON.stringify(after),
    hash: changeHash('remove', JSON.stringify(before), JSON.stringify(after), []),
    precondition: JSON.stringify({ o: object.revision, c: object.contributions }),
    needs: null,
    secrets: null,
    temporary: null,
    edges: [],
  };
}

/** What is known of each of them afterwards: what all their records know. */
async function relationsKnown(context: RunContext, ids: readonly string[]): Promise<readonly StagedPatch[]> {
  const order = orderOf(context);
  const rows = await wordsOf(context, ids, await connectionsOfJobs(context));
  const words = groupBy(rows, (row) => row.directory_id);
  return ids
    .filter((id) => order.kind === 'split' || id !== order.from)
    .map((id) => ({
      type: PERSON,
      key: id,
      step: 'diffed' as const,
      directoryId: id,
      relations: JSON.stringify([...new Set((words.get(id) ?? []).flatMap((row) => parseJson<string[]>(row.relations, [])))].sort()),
    }));
}

async function connectionsOfJobs(
  context: RunContext,
): Promise<ReadonlyMap<number, { connection: string; settings: RunContext['settings'] }>> {
  const rows = await context.database.all<{ id: number; connection: string }>('SELECT id, connection FROM job');
  return new Map(rows.map((row) => [row.id, { connection: row.connection, settings: context.settings }]));
}

/** Stage 8: judged like everything else; and as one. */
export async function guardRegroup(context: RunContext): Promise<void> {
  await guard(context);
  const { database, run } = context;
  const changes: ChangeRow[] = [];
  for (let after = 0; ; ) {
    const page = await planPage(database, run.id, after, BATCH);
    changes.push(...page);
    if (page.length < BATCH) break;
    after = page.at(-1)!.id;
  }
  const stopped =
    changes.find((change) => change.state === 'refused' || change.state === 'skipped') ?? changes.find((change) => change.state === 'held');
  if (!stopped) return;
  const { question } = parseJson<{ question?: string }>(stopped.verdict, {});
  await database.write((transaction) =>
    patchChanges(
      transaction,
      changes
        .filter((change) => change.state === 'planned')
        .map((change) => ({
          id: change.id,
          state: stopped.state,
          at: run.now,
          verdict: JSON.stringify({ verdict: stopped.state, ...(question === undefined ? {} : { question }), reason: together }),
        })),
    ),
  );
}

const together: Label = {
  en: 'Two people are made one, or one made two, as a whole or not at all; another part of it waits for a person or is refused.',
  zh: '合并或拆分人员须整体执行；其中另一部分待确认或被拒绝。',
};
