// Pins of an undo: stored before it writes, for what the run did and for what it could not do; taken back for what was not carried out.
import { LIFECYCLE } from '../../core/directory-types.ts';
import type { Attributes, Value } from '../../core/model.ts';
import { EXISTENCE, edgeSubject, type Pin, type Wish } from '../../core/pin.ts';
import type { Action } from '../../core/plan.ts';
import type { Reader } from '../../store/database.ts';
import { changesIn, edgesOfChanges, type ChangeEdgeRow, type ChangeRow } from '../../store/ledger.ts';
import { dropPins, dropPinsNotCarriedOut, pinsLeft, pinsOf, putPins, unsettleObjects, type PinRow } from '../../store/pins.ts';
import { leftOpenBy } from '../../store/undo.ts';
import { BATCH, type RunContext } from '../context.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { confirm } from '../stages/confirm.ts';
import { record } from '../stages/record.ts';

/** Pins of a batch of objects, by directory id. `at`: the connection, or 'directory'. */
export async function pinsFor(
  reader: Reader,
  at: string,
  type: string,
  objects: readonly string[],
): Promise<ReadonlyMap<string, readonly Pin[]>> {
  const rows = await pinsOf(reader, at, type, objects);
  return new Map([...groupBy(rows, (row) => row.object)].map(([object, own]) => [object, own.map(pinOf)]));
}

const pinOf = (row: PinRow): Pin => ({
  subject: row.subject,
  undone: JSON.parse(row.undone) as Value | null,
  keep: JSON.parse(row.keep) as Value | null,
});

/** At a target an action says what had been wanted before, and in what state the object is kept. */
const existence: Readonly<Partial<Record<Action, { readonly undone: Wish; readonly keep: string }>>> = {
  create: { undone: 'leaving', keep: 'created' },
  link: { undone: 'leaving', keep: 'linked' },
  enable: { undone: 'leaving', keep: 'enabled' },
  disable: { undone: 'present', keep: 'disabled' },
  remove: { undone: 'present', keep: 'removed' },
  unlink: { undone: 'present', keep: 'unlinked' },
};

function pinsLeftBy(change: ChangeRow, edges: readonly ChangeEdgeRow[], inDirectory: boolean): Pin[] {
  const before = parseJson<Attributes>(change.before, {});
  const after = parseJson<Attributes>(change.after, {});
  const pins: Pin[] = [];
  const said = inDirectory ? undefined : existence[change.action as Action];
  if (said) pins.push({ subject: EXISTENCE, ...said });
  // What is made again has everything that is wanted of it anyhow, but for its being there.
  for (const [name, undone] of Object.entries(before))
    if (undone !== undefined && (change.action !== 'create' || name === LIFECYCLE))
      pins.push({ subject: name, undone, keep: after[name] ?? null });
  if (change.action !== 'create')
    for (const edge of edges)
      pins.push({
        subject: edgeSubject(edge.relation, edge.to_type, edge.to_id),
        undone: edge.facts_before,
        keep: edge.op === 'remove' ? null : edge.facts,
      });
  return pins;
}

/** What takes an action back. */
const opposite: Readonly<Record<Action, Action>> = {
  create: 'remove',
  remove: 'create',
  link: 'unlink',
  unlink: 'link',
  enable: 'disable',
  disable: 'enable',
  update: 'update',
};

/** Pins that keep a change from being tried again: those that taking it back would have left. Of what was not made there is nothing but that. */
function pinsAgainst(change: ChangeRow, edges: readonly ChangeEdgeRow[], inDirectory: boolean): Pin[] {
  const back = { ...change, action: opposite[change.action as Action], before: change.after, after: change.before };
  const backwards = (edge: ChangeEdgeRow): ChangeEdgeRow => ({
    ...edge,
    op: edge.op === 'add' ? 'remove' : edge.op === 'remove' ? 'add' : 'update',
    facts: edge.facts_before ?? edge.facts,
    facts_before: edge.op === 'remove' ? null : edge.facts,
  });
  if (change.action !== 'create') return pinsLeftBy(back, edges.map(backwards), inDirectory);
  const lifecycle = parseJson<Attributes>(change.after, {})[LIFECYCLE];
  return inDirectory
    ? [{ subject: LIFECYCLE, undone: lifecycle ?? 'active', keep: 'absent' }]
    : [{ subject: EXISTENCE, ...existence[back.action]! }];
}

type Page = (after: number) => Promise<readonly ChangeRow[]>;

/** Of two lines about one object the later one decides: who is linked again and disabled is kept disabled. */
async function keep(
  context: RunContext,
  page: Page,
  pinsOfOne: (change: ChangeRow, edges: readonly ChangeEdgeRow[]) => Pin[],
): Promise<void> {
  const { database, run, target, outside, engine } = context;
  for (let after = 0; ; ) {
    const batch = await page(after);
    if (batch.length === 0) return;
    after = batch.at(-1)!.id;
    const edges = groupBy(
      await edgesOfChanges(
        database,
        batch.map((change) => change.id),
      ),
      (edge) => String(edge.change),
    );
    const pins = batch.flatMap((change) =>
      pinsOfOne(change, edges.get(String(change.id)) ?? []).map(
        (pin): PinRow => ({
          connection: target.isDirectory ? 'directory' : outside.id,
          type: change.type,
          object: change.directory_id!,
          subject: pin.subject,
          undone: JSON.stringify(pin.undone),
          keep: JSON.stringify(pin.keep),
          title: change.title,
          run: run.id,
          at: engine.clock.now(),
          by_whom: run.actor,
        }),
      ),
    );
    const last = new Map(pins.map((pin) => [`${pin.connection} ${pin.type} ${pin.object} ${pin.subject}`, pin]));
    await database.write((transaction) => putPins(transaction, [...last.values()]));
    await context.breathe();
  }
}

/** Stage 9 of an undo. A normal run between the pins and the writing would only do what the undo is about to do. */
export async function confirmUndo(context: RunContext): Promise<void> {
  await confirm(context);
  const { database, run, target } = context;
  const inDirectory = target.isDirectory;
  // Who is closed is so by the directory's word: there it is kept, and there it is taken back.
  if (run.order?.kind === 'close' && !inDirectory) return;
  if (run.order?.kind === 'run') {
    const undone = run.order.run;
    await letGo(context, undone);
    // What it could not do, the next run would try again.
    await keep(
      context,
      (after) => leftOpenBy(database, undone, run.id, after, BATCH),
      (change, edges) => pinsAgainst(change, edges, inDirectory),
    );
  }
  await keep(
    context,
    (after) => changesIn(database, run.id, ['planned'], after, BATCH),
    (change, edges) => pinsLeftBy(change, edges, inDirectory),
  );
}

/** An undo that is taken back keeps nothing any more; what the run before it could not do is tried again. */
async function letGo({ database }: RunContext, undone: number): Promise<void> {
  for (;;) {
    const pins = await pinsLeft(database, undone, BATCH);
    if (pins.length === 0) return;
    await database.write(async (transaction) => {
      await dropPins(transaction, pins);
      await unsettleObjects(
        transaction,
        pins.map((pin) => pin.object),
      );
    });
  }
}

/** Stage 11 of an undo. */
export async function recordUndo(context: RunContext): Promise<void> {
  await context.database.write((transaction) => dropPinsNotCarriedOut(transaction, context.run.id));
  await record(context);
}
