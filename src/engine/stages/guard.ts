// Stage 8, guard: judges every planned change by limits, rolling window and evidence, and reserves what it lets through.
import { judgeChange, judgeKinds, type Evidence, type KindVerdict } from '../../core/guard.ts';
import type { Attributes, Label } from '../../core/model.ts';
import { actions, type Action, type GuardKind, type Verdict } from '../../core/plan.ts';
import type { Situation } from '../../core/situation.ts';
import { list } from '../../store/database.ts';
import { heldOf, type HeldRow } from '../../store/held.ts';
import { changesIn, countKinds, edgesOfChanges, patchChanges, type ChangePatch, type ChangeRow } from '../../store/ledger.ts';
import { reserveWindow, windowCount, windowObjects, windowOverlap } from '../../store/upkeep.ts';
import { cannot } from '../abilities.ts';
import { batchOf, type RunContext } from '../context.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { noteDeletionsLater } from './deletions-later.ts';
import { tellEdgeLimits } from './edge-limits.ts';
import { loopsAmong } from './loops.ts';
import { vanishedContainers } from './containers.ts';
import { misplacedChanges } from './tree-limits.ts';
import { beyondRoom } from './within-rules.ts';
import { byUpgradeAlone, judgeUpgrade } from './upgrade.ts';

export const kindsIn = (kinds: string): GuardKind[] => kinds.split('|').filter((kind) => kind !== '') as GuardKind[];

export async function guard(context: RunContext): Promise<void> {
  await judge(context);
  await tellEdgeLimits(context);
  noteDeletionsLater(context);
}

async function judge(context: RunContext): Promise<void> {
  const { database, run, job } = context;
  const policy = context.settings.policy.guard;
  const since = run.now - policy.windowHours * 3_600_000;
  const totals = new Map<GuardKind, number>();
  const planned = await countKinds(database, run.id);
  if (planned.length === 0) return;
  for (const row of planned) {
    for (const kind of kindsIn(row.kinds)) totals.set(kind, (totals.get(kind) ?? 0) + row.count);
  }
  // At a target even what counts as nothing may be impossible.
  if (totals.size === 0 && context.target.isDirectory) return;
  const base = await baseCount(context);
  const counts = [];
  for (const [kind, total] of totals) {
    const overlap = await windowOverlap(database, job.id, kind, since, run.id);
    counts.push({ kind, planned: Math.max(0, total - overlap), inWindow: await windowCount(database, job.id, kind, since, run.id), base });
  }
  const facts = await firstRunFacts(context);
  const verdicts = new Map(judgeKinds(counts, policy, facts).map((verdict) => [verdict.kind, verdict]));
  const free = facts.firstRun && facts.targetIsDirectory && facts.targetWasEmpty;
  // Creates into an empty directory take nothing from anybody: no change needs to be looked at singly.
  if (free && totals.size === 1 && totals.has('create')) return;
  const upgrade = await judgeUpgrade(context, (batch) => answered(context, batch));
  if (upgrade) context.evidence.upgrade = { said: upgrade };
  await judgeAll(context, verdicts, await evidenceOf(context), since, free);
}

/** Objects linked when the window began: what percentages are of. */
async function baseCount(context: RunContext): Promise<number> {
  const row = await context.database.get<{ n: number }>('SELECT count(*) AS n FROM claim WHERE job = ?', context.job.id);
  return row!.n;
}

async function firstRunFacts(context: RunContext) {
  const { database, job, run, up, outside } = context;
  const called = (name: string): Label => calledOf(context, name);
  const done = await database.get(
    `SELECT 1 AS yes FROM run WHERE job = ? AND id <> ? AND dry_run = 0 AND state IN ('succeeded', 'warnings', 'partly-failed') LIMIT 1`,
    job.id,
    run.id,
  );
  const firstRun = done === undefined;
  if (!firstRun) return { firstRun, targetIsDirectory: up, targetWasEmpty: false, touchedBefore: 0, thereBefore: 0, called };
  const there = up
    ? await database.get<{ n: number }>(`SELECT count(*) AS n FROM object WHERE lifecycle <> 'absent'`)
    : await database.get<{ n: number }>(`SELECT count(*) AS n FROM mirror WHERE connection = ?`, outside.id);
  const touched = await database.get<{ n: number }>(
    // `c.run + 0` and `c.action || ''` keep SQLite from walking through all creates of the run for each change.
    `SELECT count(DISTINCT directory_id) AS n FROM change WHERE run = ? AND action NOT IN ('create', 'link')
       AND NOT EXISTS (SELECT 1 FROM change c WHERE c.run + 0 = change.run AND c.action || '' = 'create' AND c.directory_id = change.directory_id)`,
    run.id,
  );
  return { firstRun, targetIsDirectory: up, targetWasEmpty: there!.n === 0, touchedBefore: touched!.n, thereBefore: there!.n, called };
}

/** Kinds do not say of which type: the first that knows the name. */
function calledOf({ types }: RunContext, name: string): Label {
  for (const { target } of types)
    for (const spec of [...target.attributes, ...target.relations]) if (spec.name === name && spec.label) return spec.label;
  return { en: name, zh: name };
}

async function evidenceOf(context: RunContext): Promise<Evidence> {
  const types = Object.values(context.evidence.types);
  const vanished = await vanishedContainers(context);
  context.evidence.containers = [...vanished];
  return {
    emptySource: types.some((type) => type.empty),
    narrower: types.some((type) => type.narrower),
    incomplete: context.run.mode === 'full' && types.some((type) => !type.complete),
    vanishedContainers: vanished,
    ...(context.evidence.warnings.length > 0 && types.some((type) => type.empty || type.narrower)
      ? { reason: context.evidence.warnings[0]! }
      : {}),
  };
}

async function judgeAll(
  context: RunContext,
  verdicts: ReadonlyMap<GuardKind, KindVerdict>,
  evidence: Evidence,
  since: number,
  free: boolean,
): Promise<void> {
  const { database, run, job } = context;
  const misplaced = new Map([...(await misplacedChanges(context)), ...(await beyondRoom(context))]);
  const ordinals = new Map<GuardKind, number>();
  let after = 0;
  for (;;) {
    // What an earlier life of this run has judged is counted again, so that its end is judged like its beginning.
    const size = batchOf(context);
    const batch = await changesIn(database, run.id, ['planned', 'held', 'refused', 'skipped'], after, size);
    if (batch.length === 0) break;
    after = batch.at(-1)!.id;
    const inWindow = await windowMembership(context, batch, verdicts, since);
    const held = await heldBefore(context, batch);
    const containers = await containersOf(context, batch, evidence);
    const upgraded = context.evidence.upgrade ? await byUpgradeAlone(context, batch) : new Set<number>();
    const loops = await loopsAmong(context, batch);
    const patches: ChangePatch[] = [];
    const reserved: { kind: string; object: string }[] = [];
    for (const change of batch) {
      const kinds = kindsIn(change.kinds);
      const object = change.directory_id ?? change.source_key;
      const own: Partial<Record<GuardKind, number>> = {};
      for (const kind of kinds) {
        if (inWindow.has(`${kind}\0${object}`)) continue;
        ordinals.set(kind, (ordinals.get(kind) ?? 0) + 1);
        own[kind] = ordinals.get(kind)!;
      }
      const row = held.get(heldKey(change));
      const answer = answerOf(row, change, context);
      if (answer === 'cancelled') {
        patches.push({
          id: change.id,
          state: 'skipped',
          at: run.now,
          verdict: JSON.stringify({
            verdict: 'skipped',
            reason: {
              en: `Cancelled by ${row!.decided_by}; ignored until it reappears.`,
              zh: `已由 ${row!.decided_by} 取消，重新出现前忽略。`,
            },
          }),
        });
        continue;
      }
      if (answer === 'approved') {
        patches.push({
          id: change.id,
          state: 'planned',
          at: run.now,
          verdict: JSON.stringify({ verdict: 'allowed', approvedBy: row!.decided_by, held: row!.id }),
        });
        continue;
      }
      const impossible = cannot(context.target, change.type, change.action as Action) ?? misplaced.get(change.id);
      if (impossible) {
        patches.push({ id: change.id, state: 'refused', at: run.now, verdict: JSON.stringify({ verdict: 'refused', reason: impossible }) });
        continue;
      }
      // Looked at twice by a person, it is approved: no limit applies, and it counts in none.
      if (run.order?.kind === 'close' && change.situation !== 'protected') {
        patches.push({
          id: change.id,
          state: 'planned',
          at: run.now,
          verdict: JSON.stringify({ verdict: 'allowed', approvedBy: run.actor, reason: closedReason }),
        });
        continue;
      }
      if (upgraded.has(change.id)) {
        const held: Verdict = { verdict: 'held', question: 'upgrade', reason: context.evidence.upgrade!.said };
        patches.push({ id: change.id, state: 'held', at: run.now, verdict: JSON.stringify(held) });
        continue;
      }
      const loop = loops.get(change.id);
      if (loop) {
        patches.push({ id: change.id, state: 'held', at: run.now, verdict: JSON.stringify(loop) });
        continue;
      }
      const open = run.order === null ? openQuestion(held, change, kinds, run.mode) : null;
      if (open) {
        const again: Verdict = { verdict: 'held', question: open.question, reason: parseJson<Label>(open.reason, {} as Label) };
        patches.push({ id: change.id, state: 'held', at: run.now, verdict: JSON.stringify(again) });
        continue;
      }
      const verdict: Verdict = judgeChange(
        {
          action: change.action as Action,
          kinds,
          situation: change.situation as Situation,
          protected: change.situation === 'protected',
          departedAtSource: change.situation === 'departed',
          container: containers.get(change.id),
          ordinals: own,
        },
        verdicts,
        evidence,
        context.settings.policy.guard,
      );
      const doubt = verdict.verdict === 'allowed' && change.action === 'create' && context.evidence.emptyTarget?.includes(change.type);
      if (doubt) {
        patches.push({
          id: change.id,
          state: 'held',
          at: run.now,
          verdict: JSON.stringify({ verdict: 'held', question: `target-empty:${change.type}`, reason: emptyTargetReason }),
        });
        continue;
      }
      if (verdict.verdict === 'allowed' && opensFound(context, change)) {
        const asked: Verdict = { verdict: 'held', question: `found-disabled:${change.type}`, reason: foundDisabledReason };
        patches.push({ id: change.id, state: 'held', at: run.now, verdict: JSON.stringify(asked) });
        continue;
      }
      if (verdict.verdict === 'allowed') {
        if (!free) for (const kind of kinds) if (own[kind] !== undefined) reserved.push({ kind, object });
        continue;
      }
      patches.push({
        id: change.id,
        state: verdict.verdict === 'held' ? 'held' : 'refused',
        at: run.now,
        verdict: JSON.stringify(verdict),
      });
    }
    await database.write(async (transaction) => {
      await patchChanges(transaction, patches);
      if (!run.dryRun) await reserveWindow(transaction, job.id, run.id, run.now, reserved);
    });
    context.engine.probe?.('guard:batch');
    await context.breathe(after, null);
    if (batch.length < size) break;
  }
}

const closedReason = {
  en: 'Everything this person has is closed at once; somebody has looked at the preview and asked for it.',
  zh: '立即关闭此人的全部账号；已有人查看预览并确认。',
};

const emptyTargetReason = {
  en: 'The target shows nothing of this kind any more, although much was linked. It may have been wiped, or hide it; a person must confirm that it is made again.',
  zh: '目标系统不再显示此类对象，而此前已有大量关联。可能已被清空或不可见，需要人工确认后才会重新创建。',
};

/** It was disabled there before we knew it, by somebody who had a reason: that the directory says active is no word against it. */
const opensFound = ({ target }: RunContext, { action, situation }: ChangeRow): boolean =>
  action === 'enable' && situation === 'found' && !target.isDirectory;

const foundDisabledReason = {
  en: 'Found disabled in the system: somebody there had a reason, perhaps. It is enabled when a person says so.',
  zh: '该账号在系统中原已停用，可能另有原因；经人工确认后才会启用。',
};

/**
 * A question that nobody has answered stays one: the facts it was asked by (a first run, everything missing at once) are those of the run that
 * asked, and later runs do not have them. What a limit holds a full run judges anew; a run about single objects lets none of it through.
 */
function openQuestion(held: ReadonlyMap<string, HeldRow>, change: ChangeRow, kinds: readonly GuardKind[], mode: string): HeldRow | null {
  const row = held.get(heldKey(change));
  // What was approved and gets here is not what was approved: no run may take the old yes, or the lack of a limit, for a new one.
  const isAsked = row?.state === 'open' || row?.state === 'approved';
  if (isAsked && (asksOnce.test(row.question) || (mode !== 'full' && row.question.startsWith('limit:')))) return row;
  // A first run asks about an object as a whole, whatever of it was planned then.
  const first = kinds.length > 0 ? held.get(objectKey(change)) : undefined;
  return first ?? null;
}

const asksOnce = /^(first-run|vanished|target-empty|found-disabled):/;
const objectKey = (change: { type: string; source_key: string }): string => `${change.type}\0${change.source_key}`;

const heldKey = (change: { type: string; source_key: string; action: string; aspect: string }): string =>
  `${change.type}\0${change.source_key}\0${change.action}\0${change.aspect}`;

/** By change, and by object where a first run asks about it. */
async function heldBefore(context: RunContext, batch: readonly ChangeRow[]): Promise<ReadonlyMap<string, HeldRow>> {
  const found = new Map<string, HeldRow>();
  for (const [type, changes] of groupBy(batch, (change) => change.type)) {
    for (const row of await heldOf(
      context.database,
      context.job.id,
      type,
      changes.map((change) => change.source_key),
    )) {
      found.set(heldKey(row), row);
      if (row.state === 'open' && row.question.startsWith('first-run:')) found.set(objectKey(row), row);
    }
  }
  return found;
}

/**
 * An approval counts for exactly what was looked at, in whatever run plans just that again (the system may have been
 * away when the approved run came). A refusal counts for the removal however it looks, for other changes as they were.
 */
function answerOf(row: HeldRow | undefined, change: ChangeRow, context: RunContext): 'approved' | 'cancelled' | null {
  if (!row) return null;
  const same = row.hash === change.hash;
  if (row.state === 'cancelled') return same || actions[change.action as Action].takesAway ? 'cancelled' : null;
  const until = (row.decided_at ?? 0) + context.settings.policy.heldExpiresAfterDays * 86_400_000;
  return row.state === 'approved' && same && until > context.run.now ? 'approved' : null;
}

/** Changes that a person has approved or refused already. */
async function answered(context: RunContext, batch: readonly ChangeRow[]): Promise<ReadonlySet<number>> {
  const held = await heldBefore(context, batch);
  return new Set(batch.filter((change) => answerOf(held.get(heldKey(change)), change, context) !== null).map((change) => change.id));
}

async function windowMembership(
  context: RunContext,
  batch: readonly ChangeRow[],
  verdicts: ReadonlyMap<GuardKind, KindVerdict>,
  since: number,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const kind of verdicts.keys()) {
    const objects = batch.filter((change) => change.kinds.includes(`|${kind}|`)).map((change) => change.directory_id ?? change.source_key);
    if (objects.length === 0) continue;
    for (const row of await windowObjects(context.database, context.job.id, kind, since, context.run.id, objects))
      found.add(`${kind}\0${row.object}`);
  }
  return found;
}

/** Change → who it stops referring to: a cleared reference, a removed edge. */
async function lostEnds(context: RunContext, changes: readonly ChangeRow[]): Promise<ReadonlyMap<number, readonly string[]>> {
  const edges = groupBy(
    (
      await edgesOfChanges(
        context.database,
        changes.map((change) => change.id),
      )
    ).filter((edge) => edge.op === 'remove'),
    (edge) => String(edge.change),
  );
  return new Map(
    changes.map((change) => {
      const [before, after] = [parseJson<Attributes>(change.before, {}), parseJson<Attributes>(change.after, {})];
      const specs =
        context.types.find((plan) => plan.type === change.type)?.target.attributes.filter((spec) => spec.type === 'reference') ?? [];
      const cleared = specs.flatMap(({ name }) => (typeof before[name] === 'string' && after[name] === null ? [before[name]] : []));
      return [change.id, [...cleared, ...(edges.get(String(change.id)) ?? []).map((edge) => edge.to_id)]];
    }),
  );
}

/** The department an object was in; a department is its own container. */
async function containersOf(context: RunContext, batch: readonly ChangeRow[], evidence: Evidence): Promise<ReadonlyMap<number, string>> {
  const result = new Map<number, string>();
  if (evidence.vanishedContainers.size === 0) return result;
  const people = batch.filter((change) => change.directory_id !== null);
  const lost = await lostEnds(context, people);
  const edges = await context.database.all<{ owner: string; to_id: string }>(
    `SELECT owner, to_id FROM edge WHERE relation = 'membership' AND owner IN {list}`,
    list([...people.map((change) => change.directory_id!), ...[...lost.values()].flat()]),
  );
  const of = groupBy(edges, (edge) => edge.owner);
  for (const change of people) {
    if (change.type === 'department') result.set(change.id, change.directory_id!);
    // Whoever loses a manager or a member to it is as much a question as who was in it.
    for (const id of [change.directory_id!, ...(lost.get(change.id) ?? [])]) {
      const vanished = [id, ...(of.get(id) ?? []).map((edge) => edge.to_id)].find((place) => evidence.vanishedContainers.has(place));
      if (vanished !== undefined) result.set(change.id, vanished);
    }
  }
  return result;
}
