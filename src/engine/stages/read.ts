// Stage 2, read: source objects into the stage, with what the source let us see.
import type { ReadEvent } from '../../connector-kit/contract.ts';
import type { Visible } from '../../connector-kit/visible.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { EndpointObject, ObjectKey } from '../../core/model.ts';
import { stageAbsent, stageLeft } from '../../store/absent.ts';
import { settledInputs } from '../../store/links.ts';
import { mirrorHashes, putMirror, type MirrorIn } from '../../store/mirror.ts';
import { patchRun, runKeys } from '../../store/runs.ts';
import { cameAllTheSame, forgetUnchanged, lastUnchanged, putStaged, putUnchanged, type StagedIn } from '../../store/staged.ts';
import { readingsOf } from '../../store/upkeep.ts';
import { batchOf, type RunContext, type TypePlan } from '../context.ts';
import { touchReadersOf } from '../dependents.ts';
import { outsideOwner, ownerKeys } from '../owner-keys.ts';
import { digest, factsText, groupBy, pieces, summarise, type Summarised } from '../shapes.ts';
import { standingOf } from './absence.ts';
import { accountValues } from './accounts.ts';
import { assessObjects, canAssessWhileReading, noTree, storeAssessed } from './assess.ts';
import { LargeEdges } from './large-edges.ts';
import { keyedHash, mirrorKeys } from './mirror-keys.ts';
import { recognitionKeys, recogniseSources } from './known-again.ts';
import { keepProblem } from './dry-problems.ts';
import { judgeEvidence, startOf } from './evidence.ts';
import { replaceInOpenRuns, standsBesideFull } from './later-read.ts';
import { noteUnsure } from './nobody-knows.ts';
import { ownView } from './own-view.ts';
import { partOf } from './part.ts';
import { relationKey } from './relation-key.ts';
import { stillIn, type StillIn } from './still-in.ts';

interface ReadPosition {
  readonly type: string;
  readonly checkpoint?: string;
  /** What was counted up to there: evidence is of the whole read, not of its last part. */
  readonly objects?: number;
  readonly present?: Readonly<Record<string, number>>;
  /** Batches of unchanged keys noted up to there: what comes after them is read again. */
  readonly unchanged?: number;
}

export async function read(context: RunContext): Promise<void> {
  if (context.run.mode === 'full') return readFull(context);
  if (context.run.mode === 'incremental') return readChanges(context);
  return readRunKeys(context);
}

/** The cursor is of the moment before the read began; it is saved after everything is durable. */
export async function rememberCursor(context: RunContext): Promise<void> {
  if (context.run.mode !== 'full' || !context.source.connection.startCursor || context.run.cursorNext !== null) return;
  const cursor = await context.source.connection.startCursor({ part: partOf(context), signal: context.signal });
  await context.database.write((transaction) => patchRun(transaction, context.run.id, { cursorNext: cursor }));
}

async function readFull(context: RunContext): Promise<void> {
  const resumed = context.run.checkpoint as ReadPosition | null;
  let waiting = resumed !== null;
  for (const plan of context.types) {
    if (waiting && resumed!.type !== plan.type && context.evidence.types[plan.type]) continue;
    const from = waiting && resumed!.type === plan.type ? resumed : null;
    waiting = false;
    await readType(context, plan, from);
  }
  const before = await readingsOf(context.database, context.job.id);
  for (const plan of context.types) await recogniseSources(context, plan, before.get(plan.type));
  const lost = await judgeEvidence(context, before);
  await context.database.write(async (transaction) => {
    for (const plan of context.types) {
      // A lost right showed only at the end: what was assessed while reading is assessed again without the attribute.
      if (canAssessWhileReading(context) && lost.has(plan.type)) {
        await transaction.run(
          `UPDATE staged SET step = 'read' WHERE run = ? AND type = ? AND step = 'correlated' AND seen = 'present'`,
          context.run.id,
          plan.type,
        );
      }
      if (context.evidence.types[plan.type]?.complete) {
        await stageAbsent(transaction, context.run.id, context.job.id, plan.type, startOf(context));
        if (context.up) await stageLeft(transaction, context.run.id, context.job.id, plan.type, standingOf(context.settings));
      }
    }
    await patchRun(transaction, context.run.id, { evidence: context.evidence });
  });
}

async function readType(context: RunContext, plan: TypePlan, from: ReadPosition | null): Promise<void> {
  const { source, signal } = context;
  if (!source.connection.read) throw new Error(`The connector of "${source.id}" cannot be read.`);
  const checkpoint = from?.checkpoint;
  const seen = { objects: from?.objects ?? 0, present: new Map(Object.entries(from?.present ?? {})), ended: false };
  const large = new LargeEdges();
  const belongs = await stillIn(context, plan);
  const counted = checkpoint === undefined ? 0 : (from?.unchanged ?? 0);
  // Only a run that was cut off has read further than it knows.
  if ((await lastUnchanged(context.database, context.run.id, plan.type)) > counted)
    await context.database.write((transaction) => forgetUnchanged(transaction, context.run.id, plan.type, counted));
  const stream = source.connection.read(plan.type, {
    part: partOf(context),
    attributes: plan.asks.attributes,
    relations: plan.asks.relations,
    checkpoint,
    now: context.run.now,
    signal,
  });
  const receive = async (objects: readonly EndpointObject[]): Promise<void> => {
    for (const batch of pieces(objects, batchOf(context))) {
      for (const object of batch) countPresent(ownView(plan, object), seen.present);
      await receiveObjects(context, plan, batch, belongs);
      seen.objects += batch.length;
      context.engine.probe?.('read:batch');
      await context.breathe(seen.objects, null);
    }
  };
  for await (const event of stream as AsyncIterable<ReadEvent>) {
    switch (event.kind) {
      case 'objects':
        await receive(large.hold(event.objects));
        break;
      case 'edges': {
        const whole = large.add(event);
        if (whole) await receive([whole]);
        break;
      }
      case 'checkpoint':
        await context.database.write(async (transaction) =>
          patchRun(transaction, context.run.id, {
            checkpoint: {
              type: plan.type,
              checkpoint: event.checkpoint,
              objects: seen.objects,
              present: Object.fromEntries(seen.present),
              unchanged: await lastUnchanged(transaction, context.run.id, plan.type),
            } satisfies ReadPosition,
            evidence: context.evidence,
          }),
        );
        break;
      case 'unreadable':
        await receiveUnreadable(context, plan, event);
        break;
      case 'end':
        seen.ended = true;
        context.evidence.types[plan.type] = {
          complete: event.complete,
          reason: event.reason,
          objects: seen.objects,
          range: event.visible.range,
          present: Object.fromEntries(seen.present),
          vanished: hiddenOfAll(plan, event.visible, seen.present),
          ...(event.visible.hidden ? { hidden: event.visible.hidden.filter(({ name }) => isRead(plan, name)) } : {}),
          narrower: false,
          empty: seen.objects === 0,
        };
    }
    signal.throwIfAborted();
  }
  if (!seen.ended) {
    context.evidence.types[plan.type] = {
      complete: false,
      reason: { en: 'The source stopped before its end.', zh: '源系统在结束前中断。' },
      objects: seen.objects,
      range: '',
      present: {},
      vanished: [],
      narrower: false,
      empty: false,
    };
  }
}

const isRead = (plan: TypePlan, name: string): boolean => plan.reads.includes(name) || plan.relations.includes(name);

/** Before a checkpoint somebody may have shown what nobody showed after it. */
const hiddenOfAll = (plan: TypePlan, { attributes }: Visible, present: ReadonlyMap<string, number>): string[] =>
  attributes === 'all' ? [] : plan.reads.filter((name) => !attributes.includes(name) && !present.has(name));

function countPresent(object: EndpointObject, present: Map<string, number>): void {
  for (const name in object.attributes) {
    if (object.attributes[name] !== null && object.attributes[name] !== undefined) present.set(name, (present.get(name) ?? 0) + 1);
  }
  for (const relation in object.edges) {
    if (object.edges[relation]!.length > 0) present.set(relationKey(relation), (present.get(relationKey(relation)) ?? 0) + 1);
  }
}

/** One batch of whole objects: mirror, then the stage, in one transaction. Returns how many need work. */
export async function receiveObjects(
  context: RunContext,
  plan: TypePlan,
  objects: readonly EndpointObject[],
  belongs: StillIn = () => true,
): Promise<number> {
  const { database, source, run, job } = context;
  const summaries = new Map<string, { object: EndpointObject; sealed: EndpointObject; summary: Summarised }>();
  const sealed = await sealObjects(context, plan, objects);
  for (const [index, object] of objects.entries())
    summaries.set(object.id, { object, sealed: sealed[index]!, summary: summarise(sealed[index]!) });
  const ids = [...summaries.keys()];
  const stored = source.isDirectory ? [] : await mirrorHashes(database, source.id, plan.type, ids);
  const known = new Map(stored.map((row) => [row.external_id, row.hash]));
  const settled = run.mode === 'full' ? await settledInputs(database, job.id, plan.type, ids) : new Map<string, string>();
  const accounts = await accountValues(context, plan, source.isDirectory ? ids : []);
  const changed: MirrorIn[] = [];
  const fresh = new Set<string>();
  const staged: StagedIn[] = [];
  let work = 0;
  for (const [id, { object, sealed: whole, summary }] of summaries) {
    const own = plan.asks.more ? summarise(ownView(plan, whole)).hash : summary.hash;
    const inputHash = digest(own + context.settingsHash + accounts.digestOf(id));
    const same = settled.get(id) === inputHash && belongs(object);
    if (!same) work++;
    staged.push({ type: plan.type, key: id, step: same ? 'same' : 'read', seen: 'present', inputHash });
    if (source.isDirectory || known.get(id) === summary.hash) continue;
    if (!known.has(id)) fresh.add(id);
    changed.push(mirrorIn(context, plan, object, summary));
  }
  const direct = canAssessWhileReading(context);
  const working = direct ? staged.filter((row) => row.step === 'read') : [];
  const assessed =
    working.length === 0
      ? null
      : await assessObjects(
          context,
          plan,
          working.map((row) => ({ key: row.key, inputHash: row.inputHash, object: summaries.get(row.key)!.object })),
          noTree,
        );
  await database.write(async (transaction) => {
    if (!source.isDirectory) await putMirror(transaction, source.id, plan.type, changed, run.now, fresh);
    await touchReadersOf(
      transaction,
      context,
      plan.type,
      changed.map((row) => row.id),
    );
    // Upstream, unchanged objects need no row of their own; downstream a drifted account may still wake them.
    const brief = context.up && run.mode === 'full' ? staged.filter((row) => row.step === 'same').map((row) => row.key) : [];
    await putUnchanged(transaction, run.id, plan.type, brief);
    await putStaged(
      transaction,
      run.id,
      staged.filter((row) => (row.step === 'read' ? !direct : brief.length === 0)),
    );
    if (assessed) {
      await cameAllTheSame(
        transaction,
        run.id,
        plan.type,
        working.map((row) => row.key),
      );
      await storeAssessed(transaction, context, plan, assessed);
    }
  });
  return work;
}

export function mirrorIn(context: RunContext, plan: TypePlan, object: EndpointObject, summary: Summarised): MirrorIn {
  return {
    id: object.id,
    data: summary.data,
    hash: context.up ? summary.hash : keyedHash(plan.target, summary.hash, context.lookups),
    edges: Object.entries(object.edges ?? {}).flatMap(([relation, edges]) =>
      edges.map((edge) => ({ relation, edge, facts: factsText(edge) })),
    ),
    keys: context.up ? recognitionKeys(plan.source, object.attributes) : mirrorKeys(plan.target, object.attributes, context.lookups),
  };
}

/** Sensitive values never rest in the clear: sealed under a key of the object before they reach the mirror. */
async function sealObjects(context: RunContext, plan: TypePlan, objects: readonly EndpointObject[]): Promise<readonly EndpointObject[]> {
  const names = plan.source.attributes.filter((attribute) => attribute.kind === 'sensitive').map((attribute) => attribute.name);
  const holds = (object: EndpointObject): boolean =>
    names.some((name) => object.attributes[name] !== undefined && object.attributes[name] !== null);
  if (context.source.isDirectory || names.length === 0 || !objects.some(holds)) return objects;
  const { sealer } = context.engine;
  const ownerOf = (object: EndpointObject): string => outsideOwner(context.outside.id, plan.type, object.id);
  const keys = await ownerKeys(context.database, sealer, objects.filter(holds).map(ownerOf));
  return objects.map((object) => {
    if (!holds(object)) return object;
    const attributes = { ...object.attributes };
    for (const name of names)
      if (attributes[name] !== undefined && attributes[name] !== null)
        attributes[name] = sealer.sealFor(keys.get(ownerOf(object))!, attributes[name]);
    return { ...object, attributes };
  });
}

async function receiveUnreadable(
  context: RunContext,
  plan: TypePlan,
  event: { id: string | null; where: string; reason: { en: string; zh: string } },
): Promise<void> {
  const { putItems } = await import('../../store/upkeep.ts');
  const key = event.id ?? `?${event.where}`;
  // Where it stands is its title.
  const message = event.reason;
  // A dry run leaves the list of what is wrong as it is.
  if (context.run.dryRun) keepProblem(context, { type: plan.type, key, title: event.where, attribute: '', cause: 'unreadable', message });
  await context.database.write(async (transaction) => {
    if (event.id !== null)
      await putStaged(transaction, context.run.id, [{ type: plan.type, key, step: 'same', seen: 'unreadable', inputHash: null }]);
    if (!context.run.dryRun)
      await putItems(transaction, [
        {
          job: context.job.id,
          type: plan.type,
          source_key: key,
          attribute: '',
          cause: 'unreadable',
          message: JSON.stringify(message),
          title: event.where,
          state: 'open',
          attempts: 0,
          next_at: null,
          first_run: context.run.id,
          last_run: context.run.id,
          at: context.run.now,
        },
      ]);
  });
  context.counts.unreadable = (context.counts.unreadable ?? 0) + 1;
}

// ── incremental and by key ───────────────────────────────────────────────────────────────────────────────

/** Reading nothing would look like a source in which nothing changed. */
const noCursor = (): ConnectorError =>
  new ConnectorError('cursor-expired', {
    en: 'There is no position from which the source could tell what changed; everything is read.',
    zh: '没有可用的变更位置，将全量读取。',
  });

async function readChanges(context: RunContext): Promise<void> {
  const { source, job } = context;
  if (!source.connection.changes || job.cursor === null) throw noCursor();
  const reads = [...new Set(context.types.flatMap((plan) => plan.asks.attributes))];
  const relations = [...new Set(context.types.flatMap((plan) => plan.asks.relations))];
  for await (const event of source.connection.changes(job.cursor, {
    part: partOf(context),
    types: context.types.map((plan) => plan.type),
    attributes: reads,
    relations,
    now: context.run.now,
    signal: context.signal,
  })) {
    switch (event.kind) {
      case 'keys':
      case 'left':
        await readKeys(context, event.keys);
        break;
      case 'objects': {
        const plan = context.types.find((candidate) => candidate.type === event.type);
        if (plan) for (const batch of pieces(event.objects, batchOf(context))) await receiveObjects(context, plan, batch);
        break;
      }
      case 'tombstones':
        await context.database.write((transaction) =>
          putStaged(
            transaction,
            context.run.id,
            event.keys.map((key) => ({ type: key.type, key: key.id, step: 'read', seen: 'tombstone', inputHash: null })),
          ),
        );
        break;
      case 'unreadable': {
        const plan = context.types.find((candidate) => candidate.type === event.type);
        if (plan) await receiveUnreadable(context, plan, event);
        break;
      }
      case 'end':
        await context.database.write((transaction) => patchRun(transaction, context.run.id, { cursorNext: event.cursor }));
    }
    await context.breathe();
  }
}

/** Any number of keys, of which a batch is in memory. A crash begins with the first one again: what was read is staged as it is now. */
async function readRunKeys(context: RunContext): Promise<void> {
  for (const { type } of context.types) {
    for (let after = ''; ; ) {
      const size = batchOf(context);
      const keys = await runKeys(context.database, context.run.id, type, after, size);
      if (keys.length === 0) break;
      after = keys.at(-1)!;
      await readKeys(
        context,
        keys.map((id) => ({ type, id })),
      );
      if (keys.length < size) break;
    }
  }
}

/** Present state of single objects. "Not found" counts while the visible range is that of the last complete read. */
async function readKeys(context: RunContext, keys: readonly ObjectKey[]): Promise<void> {
  const { source } = context;
  for (const [type, wanted] of groupBy(keys, (key) => key.type)) {
    const plan = context.types.find((candidate) => candidate.type === type);
    if (!plan || !source.connection.get) continue;
    for (const batch of pieces([...new Set(wanted.map((key) => key.id))], batchOf(context))) {
      const report = await source.connection.get(type, batch, {
        part: partOf(context),
        attributes: plan.asks.attributes,
        relations: plan.asks.relations,
        now: context.run.now,
        signal: context.signal,
      });
      // Asked after the answer: what a person accepts meanwhile counts already.
      const before = (await readingsOf(context.database, context.job.id)).get(type);
      const trusted = source.isDirectory || !before || before.range === report.visible.range;
      const found: EndpointObject[] = [];
      const rest: StagedIn[] = [];
      for (const id of batch) {
        const answer = report.answers.get(id);
        if (answer?.state === 'found' && answer.inPart !== false) found.push(answer.object);
        else if (answer?.state === 'gone' && trusted) rest.push({ type, key: id, step: 'read', seen: 'absent', inputHash: null });
        else if (answer?.state === 'found') rest.push({ type, key: id, step: 'read', seen: 'absent', inputHash: null });
        else rest.push({ type, key: id, step: 'same', seen: 'unknown', inputHash: null });
      }
      await receiveObjects(context, plan, found);
      const unsure = rest.flatMap((row) => (row.seen === 'unknown' ? [[row.key, report.answers.get(row.key)] as const] : []));
      const toTell = noteUnsure(context, plan, new Map(unsure));
      // Most runs about a few keys stand beside no other, and are spared a commit.
      if (rest.length > 0 || (await standsBesideFull(context)))
        await context.database.write(async (transaction) => {
          await putStaged(transaction, context.run.id, rest);
          if (toTell) await patchRun(transaction, context.run.id, { evidence: context.evidence });
          const shown = found.map((object) => ({ type, key: object.id, step: 'read' as const, seen: 'present' as const, inputHash: null }));
          await replaceInOpenRuns(transaction, context, [...shown, ...rest]);
        });
      await context.breathe();
    }
  }
}
