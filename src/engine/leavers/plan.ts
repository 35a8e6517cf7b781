// Stages 2 and 7 of a closing: whom it concerns, and what that person still has here and can use, as one line of a plan.
import { LIFECYCLE } from '../../core/directory-types.ts';
import { isEnabled, type Lifecycle } from '../../core/lifecycle.ts';
import type { ObjectTypeSpec } from '../../core/model.ts';
import type { CloseOrder } from '../../core/undo.ts';
import { objectsOf } from '../../store/directory.ts';
import { clearPlan } from '../../store/ledger.ts';
import { claimsOf, linksByDirectory } from '../../store/links.ts';
import { mirrorRows } from '../../store/mirror.ts';
import { patchStaged } from '../../store/staged.ts';
import { clearLosses } from '../../store/undo.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { parseJson } from '../shapes.ts';
import { mirrorObjects } from '../source-data.ts';
import { protectedTargets } from '../stages/untouchable.ts';
import { storeUndone, type Line, type Undone } from '../undo/planned.ts';

const PERSON = 'person';

const personOf = ({ run }: RunContext): string => (run.order as CloseOrder).person;

export const stageClosing = (context: RunContext): Promise<void> =>
  context.database.write((transaction) =>
    patchStaged(transaction, context.run.id, [
      { type: PERSON, key: personOf(context), step: 'correlated', directoryId: personOf(context) },
    ]),
  );

export async function planClosing(context: RunContext): Promise<void> {
  const { database, run, target } = context;
  const person = personOf(context);
  await database.write(async (transaction) => {
    await clearPlan(transaction, run.id);
    await clearLosses(transaction, run.id);
  });
  const plan = context.types.find((candidate) => candidate.type === PERSON);
  const type = plan?.target ?? target.types.find((candidate) => candidate.id === PERSON)!;
  const one = target.isDirectory ? await inDirectory(context, type, person) : plan && (await atTarget(context, plan, person));
  await storeUndone(context, type, one ? [one] : [], { depth: new Map(), deepest: 0 });
}

const nothing = (title: unknown): Pick<Undone, 'title' | 'losses' | 'relations'> => ({
  title: typeof title === 'string' ? title : null,
  losses: [],
  relations: [],
});

/** In the directory the person has left, whatever a source says, until it says something else. */
async function inDirectory(context: RunContext, type: ObjectTypeSpec, id: string): Promise<Undone | undefined> {
  const [object] = await objectsOf(context.database, [id]);
  if (!object || object.lifecycle === 'absent' || object.lifecycle === 'departed') return undefined;
  const line: Line = {
    action: isEnabled(object.lifecycle as Lifecycle) ? 'disable' : 'update',
    before: { [LIFECYCLE]: object.lifecycle },
    after: { [LIFECYCLE]: 'departed' },
    edges: [],
  };
  return {
    ...nothing(parseJson<Record<string, unknown>>(object.data, {})[type.title]),
    directoryId: id,
    targetKey: id,
    precondition: { o: object.revision, c: object.contributions },
    lines: [line],
    desired: { a: {}, x: 'departed' },
  };
}

/** An account that is there and not known to be disabled. What the target cannot do, and whom it must not touch, the guard says. */
async function atTarget(context: RunContext, plan: TypePlan, id: string): Promise<Undone | undefined> {
  const { database, outside, job } = context;
  const link = (await linksByDirectory(database, outside.id, plan.type, [id])).find((candidate) => candidate.role === 'primary');
  const object = link && (await mirrorObjects(context, outside.id, plan.type, [link.external_id])).get(link.external_id);
  if (!link || !object) return undefined;
  const [claim] = await claimsOf(database, job.id, plan.type, [id]);
  const isClosed = object.enabled === undefined ? claim?.state === 'disabled' : !object.enabled;
  if (isClosed) return undefined;
  const [mirror] = await mirrorRows(database, outside.id, plan.type, [link.external_id]);
  const isProtected = (await protectedTargets(context, plan, [link.external_id])).has(link.external_id);
  return {
    ...nothing(object.attributes[plan.target.title]),
    directoryId: id,
    targetKey: link.external_id,
    precondition: { o: null, m: mirror?.revision ?? null },
    lines: [{ action: 'disable', before: {}, after: {}, edges: [] }],
    desired: { a: {}, x: 'departed' },
    ...(isProtected ? { isProtected } : {}),
  };
}
