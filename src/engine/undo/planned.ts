// What the inverse of one object becomes in the ledger: lines with wave, depth, kinds, needs and hash.
import { canonicalText } from '../../core/attribute.ts';
import { kindsOf } from '../../core/guard.ts';
import type { Attributes, ObjectTypeSpec, Value } from '../../core/model.ts';
import { depthIn, treeDepths, waveOf } from '../../core/order.ts';
import type { Action } from '../../core/plan.ts';
import type { EdgeStep, Loss } from '../../core/undo.ts';
import type { NewChange } from '../../store/ledger.ts';
import { addLosses, type NewLoss } from '../../store/undo.ts';
import { planChanges } from '../../store/ledger.ts';
import { patchStaged, type StagedPatch } from '../../store/staged.ts';
import { cannot } from '../abilities.ts';
import type { RunContext } from '../context.ts';
import { secretsOfCreate } from '../initial-secrets.ts';
import type { Desired } from '../stages/assess.ts';
import { changeHash } from '../stages/change-hash.ts';
import { CLOSE, UNDO, UNDO_REFERENCES } from './orders.ts';

/** One line to be written. */
export interface Line {
  readonly action: Action;
  /** References and edges whose far ends this undo makes first. */
  readonly later?: boolean;
  readonly before: Attributes;
  readonly after: Attributes;
  readonly edges: readonly EdgeStep[];
}

/** What the undo makes of one object. */
export interface Undone {
  readonly directoryId: string;
  readonly targetKey: string | null;
  readonly title: string | null;
  readonly precondition: Readonly<Record<string, unknown>>;
  readonly lines: readonly Line[];
  readonly losses: readonly Loss[];
  readonly desired: Desired;
  readonly relations: readonly string[];
  /** On the protected list: the guard refuses. */
  readonly isProtected?: true;
}

const nameOf = (type: ObjectTypeSpec, line: Line): boolean => type.parent !== undefined && type.parent in line.after;

function isMove(context: RunContext, type: ObjectTypeSpec, line: Line): boolean {
  if (line.action !== 'update') return false;
  const containers = context.target.isDirectory
    ? ['membership']
    : type.relations.filter((relation) => relation.containing).map((relation) => relation.name);
  return nameOf(type, line) || line.edges.some((edge) => containers.includes(edge.relation) && edge.op !== 'remove');
}

/** How deep each department will be: the directory's tree with what the undo changes in it. */
export async function depthsWith(
  context: RunContext,
  type: ObjectTypeSpec,
  undone: readonly Undone[],
): Promise<{ readonly depth: ReadonlyMap<string, number>; readonly deepest: number }> {
  const parents = new Map<string, string | null>();
  const parentOf = (data: Attributes, name: string): string | null => (typeof data[name] === 'string' ? data[name] : null);
  for (const row of await context.database.all<{ id: string; data: string }>(`SELECT id, data FROM object WHERE type = 'department'`))
    parents.set(row.id, parentOf(JSON.parse(row.data) as Attributes, 'parent'));
  if (type.parent !== undefined)
    for (const one of undone)
      for (const line of one.lines) if (type.parent in line.after) parents.set(one.directoryId, parentOf(line.after, type.parent));
  const { depth } = treeDepths(parents);
  let deepest = 0;
  for (const value of depth.values()) deepest = Math.max(deepest, value);
  return { depth, deepest };
}

function needsOf(type: ObjectTypeSpec, line: Line): string[] {
  const parent = type.parent === undefined ? undefined : line.after[type.parent];
  const homes = line.edges.filter((edge) => edge.to_type === 'department' && edge.op !== 'remove').map((edge) => edge.to_id);
  return [...homes, ...(typeof parent === 'string' ? [parent] : [])];
}

function marksOf({ run }: RunContext, one: Undone, line: Line): { readonly aspect: string; readonly situation: string } {
  if (run.order?.kind === 'close') return { aspect: CLOSE, situation: one.isProtected ? 'protected' : 'departed' };
  return { aspect: line.later ? UNDO_REFERENCES : UNDO, situation: 'undone' };
}

function changeOf(
  context: RunContext,
  type: ObjectTypeSpec,
  one: Undone,
  line: Line,
  tree: { readonly depth: ReadonlyMap<string, number>; readonly deepest: number },
): NewChange {
  const ordered = { action: line.action, type: type.id, referencesOnly: line.later === true };
  const moves = isMove(context, type, line);
  const edgesLost = line.edges.filter((edge) => edge.op === 'remove').length;
  const kinds =
    cannot(context.target, type.id, line.action) !== null
      ? []
      : kindsOf(
          {
            action: line.action,
            type: type.id,
            before: line.before,
            after: line.after,
            edgesLost: moves ? Math.max(0, edgesLost - 1) : edgesLost,
            moves,
            messages: context.target.sends.filter((sends) => sends.on === line.action && (sends.type ?? type.id) === type.id).length,
          },
          context.target.types,
        );
  const needs = line.later ? [] : needsOf(type, line);
  return {
    wave: waveOf(ordered),
    depth: depthIn(ordered, tree.depth.get(one.directoryId) ?? 0, tree.deepest),
    type: type.id,
    source_key: one.directoryId,
    directory_id: one.directoryId,
    target_key: one.targetKey,
    title: one.title,
    action: line.action,
    ...marksOf(context, one, line),
    reason: '',
    kinds: kinds.length > 0 ? `|${kinds.join('|')}|` : '',
    before: JSON.stringify(line.before),
    after: JSON.stringify(line.after),
    hash: changeHash(line.action, canonicalText(line.before), canonicalText(line.after), line.edges),
    // A removal of what the run made is no matter of how it looks by then: what goes before it may have emptied a reference.
    precondition: JSON.stringify(line.action === 'remove' && 'm' in one.precondition ? { o: null, m: null } : one.precondition),
    needs: needs.length > 0 ? JSON.stringify(needs) : null,
    secrets: line.action === 'create' ? secretsOfCreate(context, type) : null,
    temporary: null,
    edges: line.edges,
  };
}

const text = (value: Value | null): string | null => (value === null ? null : JSON.stringify(value));

/** Lines, losses and stage of a batch, in one transaction. */
export async function storeUndone(
  context: RunContext,
  type: ObjectTypeSpec,
  undone: readonly Undone[],
  tree: { readonly depth: ReadonlyMap<string, number>; readonly deepest: number },
): Promise<void> {
  const { run, job, outside, database } = context;
  const losses = undone.flatMap((one) =>
    one.losses.map(
      (loss): NewLoss => ({
        type: type.id,
        object: one.directoryId,
        title: one.title,
        subject: loss.subject,
        reason: loss.reason,
        was: text(loss.was),
        now: text(loss.now),
      }),
    ),
  );
  const patches = undone.map(
    (one): StagedPatch => ({
      type: type.id,
      key: one.directoryId,
      step: 'diffed',
      directoryId: one.directoryId,
      desired: JSON.stringify(one.desired),
      relations: JSON.stringify(one.relations),
    }),
  );
  await database.write(async (transaction) => {
    await planChanges(
      transaction,
      { run: run.id, job: job.id, connection: outside.id },
      undone.flatMap((one) => one.lines.map((line) => changeOf(context, type, one, line, tree))),
    );
    await addLosses(transaction, run.id, losses);
    await patchStaged(transaction, run.id, patches);
  });
}
