// Diff of a downstream job: what the directory wants of each account against what the target shows.
import { type AccountRules, accountRules } from '../../core/account-rules.ts';
import { canonicalText, sameValue } from '../../core/attribute.ts';
import { kindsOf } from '../../core/guard.ts';
import { isEnabled } from '../../core/lifecycle.ts';
import type { Attributes, AttributeSpec, EndpointObject, ObjectTypeSpec, Value } from '../../core/model.ts';
import { depthIn, waveOf } from '../../core/order.ts';
import { endsOf, keepExistence, keepValues, type Pin } from '../../core/pin.ts';
import type { Action } from '../../core/plan.ts';
import { decide, isLeaver, leaverCause, situationOf, type SituationFacts } from '../../core/situation.ts';
import { driftOf, type DriftRow } from '../../store/drift.ts';
import { claimsOf, directoryIdsOf, linksByExternal, type LinkRow } from '../../store/links.ts';
import { mirrorRows } from '../../store/mirror.ts';
import type { ChangeEdgeRow } from '../../store/ledger.ts';
import { stagedEdgesOf, type StagedEdge, type StagedRow } from '../../store/staged.ts';
import { dueOf } from '../../store/upkeep.ts';
import { objectsOf } from '../../store/directory.ts';
import { isEarlier, type RunContext, type TypePlan } from '../context.ts';
import { pinsFor } from '../undo/keep.ts';
import { cannot, messagesOf } from '../abilities.ts';
import { secretsOfCreate } from '../initial-secrets.ts';
import { agrees } from './agrees.ts';
import { toExternalIds } from '../references.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { mirrorObjects } from '../source-data.ts';
import type { Desired, Problem } from './assess.ts';
import { candidateNames, candidatesOf, rivalsOf } from './candidate-names.ts';
import { isMadeBefore, stepOf } from './chain.ts';
import { changeHash } from './change-hash.ts';
import { comingEnds } from './coming.ts';
import {
  ambiguousProblem,
  type Compared,
  foughtProblem,
  type Depths,
  lockedProblem,
  missingOneOfProblem,
  missingProblem,
  problemsOf,
  protectedProblem,
} from './diff.ts';
import { differencesOfRelations, shownEnds } from './diff-relations.ts';
import { driftSeen, isWrittenBack } from './drift-seen.ts';
import { accountHash } from './account-hash.ts';
import { keptValues } from './kept-values.ts';
import { lackingOneOf } from './lacking.ts';
import { isReplaced } from './replaced.ts';
import { isUnsaid, type Said, saidEmpty } from './said.ts';
import { foundHere } from './found-here.ts';
import { type SentEdges, sentEdgesOf } from './sent-edges.ts';
import { withinRules } from './within-rules.ts';
import { protectedTargets } from './untouchable.ts';

const DAY = 86_400_000;

export interface Batch {
  readonly context: RunContext;
  readonly plan: TypePlan;
  readonly depths: Depths;
  readonly rules: AccountRules;
  readonly mirror: ReadonlyMap<string, EndpointObject>;
  readonly mirrorRevision: ReadonlyMap<string, number>;
  readonly links: ReadonlyMap<string, LinkRow>;
  readonly claims: ReadonlyMap<string, { state: string }>;
  readonly deleteAt: ReadonlyMap<string, number>;
  readonly objectRevision: ReadonlyMap<string, number>;
  readonly stagedEdges: ReadonlyMap<string, StagedEdge[]>;
  /** target id → directory id of what the mirror points to. */
  readonly inDirectory: (type: string, id: string) => string | undefined;
  /** directory id → target id. */
  readonly inTarget: (type: string, id: string) => string | undefined;
  /** Directory objects that this job will have in the target. */
  readonly coming: ReadonlySet<string>;
  /** What candidates of ambiguous records are called there. */
  readonly candidateNames: ReadonlyMap<string, string>;
  /** Far ends that the target shows, where that matters. */
  readonly shown: ReadonlySet<string>;
  readonly protectedIds: ReadonlySet<string>;
  readonly pins: ReadonlyMap<string, readonly Pin[]>;
  readonly drift: ReadonlyMap<string, readonly DriftRow[]>;
  readonly said: Said;
  /** Unique values that stand against an account of their own. */
  readonly kept: (key: string, wanted: Attributes) => readonly Problem[];
  /** Notes a pin that ends. */
  readonly end: (object: string, pins: readonly Pin[]) => void;
  /** Notes what is seen as it is wanted. */
  readonly agree: (externalId: string, sentEdges: string) => void;
}

export async function diffAgainstTarget(
  context: RunContext,
  plan: TypePlan,
  rows: readonly StagedRow[],
  depths: Depths,
): Promise<Compared> {
  const compared: Compared = {
    changes: [],
    patches: [],
    problems: new Map(),
    waiting: [],
    over: [],
    drift: { looked: [], found: [] },
    agreed: [],
  };
  const batch = await load(context, plan, rows, depths, compared);
  for (const row of rows) compare(batch, row, compared);
  return compared;
}

async function load(context: RunContext, plan: TypePlan, rows: readonly StagedRow[], depths: Depths, compared: Compared): Promise<Batch> {
  const { database, outside, job, run } = context;
  const keys = rows.map((row) => row.source_key);
  const targetIds = [...new Set(rows.flatMap((row) => (row.target_key === null ? [] : [row.target_key])))];
  const mirror = await mirrorObjects(context, outside.id, plan.type, targetIds);
  const links = new Map((await linksByExternal(database, outside.id, plan.type, targetIds)).map((link) => [link.external_id, link]));
  const stagedEdges = groupBy(await stagedEdgesOf(database, run.id, plan.type, keys), (edge) => edge.source_key);

  const mirrorEnds = new Map<string, Set<string>>();
  const wantedEnds = new Map<string, Set<string>>();
  const note = (ends: Map<string, Set<string>>, type: string, id: unknown): void => {
    if (typeof id === 'string') ends.set(type, (ends.get(type) ?? new Set()).add(id));
  };
  for (const object of mirror.values()) {
    for (const spec of plan.target.attributes) if (spec.type === 'reference') note(mirrorEnds, spec.to!, object.attributes[spec.name]);
    for (const edges of Object.values(object.edges ?? {})) for (const edge of edges) note(mirrorEnds, edge.to.type, edge.to.id);
  }
  const pins = await pinsFor(database, outside.id, plan.type, keys);
  for (const pin of [...pins.values()].flat()) for (const end of endsOf(pin, plan.target)) note(wantedEnds, end.type, end.id);
  for (const row of rows) {
    const desired = parseJson<Desired | null>(row.desired, null);
    for (const spec of plan.target.attributes) if (spec.type === 'reference') note(wantedEnds, spec.to!, desired?.a[spec.name]);
    for (const edge of stagedEdges.get(row.source_key) ?? []) note(wantedEnds, edge.to_type, edge.to_key);
  }
  const back = new Map<string, Map<string, string>>();
  for (const [type, ids] of mirrorEnds) {
    const linked = await directoryIdsOf(database, outside.id, type, [...ids]);
    back.set(type, linked.size === ids.size ? linked : new Map([...(await foundHere(context, type)), ...linked]));
  }
  const flat = [...wantedEnds].flatMap(([type, ids]) => [...ids].map((id) => ({ type, id })));
  const coming = await comingEnds(context, plan, wantedEnds);
  const inTarget = await toExternalIds(database, outside.id, flat);
  return {
    context,
    plan,
    depths,
    rules: accountRules(plan.target),
    mirror,
    links,
    stagedEdges,
    coming,
    candidateNames: await candidateNames(context, plan, rows),
    mirrorRevision: new Map((await mirrorRows(database, outside.id, plan.type, targetIds)).map((row) => [row.external_id, row.revision])),
    claims: new Map((await claimsOf(database, job.id, plan.type, keys)).map((claim) => [claim.source_key, claim])),
    deleteAt: new Map(
      (await dueOf(database, job.id, plan.type, keys))
        .filter((due) => due.what.startsWith('delete'))
        .map((due) => [due.source_key, due.at]),
    ),
    objectRevision: new Map((await objectsOf(database, keys)).map((object) => [object.id, object.revision])),
    inDirectory: (type, id) => back.get(type)?.get(id),
    inTarget,
    shown: await shownEnds(context, plan.type, wantedEnds, inTarget),
    protectedIds: await protectedTargets(context, plan, targetIds),
    pins,
    kept: await keptValues(context, plan, rows),
    said: await saidEmpty(context, plan, rows, { mirror, links }),
    drift: groupBy(await driftOf(database, job.id, plan.type, keys), (row) => row.object),
    end: (object, pins) => compared.over.push(...pins.map(({ subject }) => ({ connection: outside.id, type: plan.type, object, subject }))),
    agree: (externalId, sentEdges) => void compared.agreed.push({ externalId, sentEdges }),
  };
}

interface Difference {
  readonly before: Record<string, Value | null>;
  readonly after: Record<string, Value | null>;
  readonly edges: Omit<ChangeEdgeRow, 'change'>[];
  /** References and edges whose far ends this plan still has to make. */
  readonly later: {
    readonly after: Record<string, Value | null>;
    readonly before: Record<string, Value | null>;
    readonly edges: Omit<ChangeEdgeRow, 'change'>[];
  };
  readonly drifted: boolean;
  readonly drift: DriftRow[];
  readonly needs: string[];
  /** What its relations are once it is written. */
  readonly sentEdges: SentEdges;
  readonly problems: readonly Problem[];
}

function compare(batch: Batch, row: StagedRow, compared: Compared): void {
  const { plan, context } = batch;
  const problems = problemsOf(row);
  const object = row.target_key === null ? undefined : batch.mirror.get(row.target_key);
  const said = parseJson<Desired | null>(row.desired, null);
  const desired = said && withinRules(batch.rules, row.source_key, said, object, problems);
  for (const edge of batch.stagedEdges.get(row.source_key) ?? []) {
    if (batch.inTarget(edge.to_type, edge.to_key) === undefined)
      compared.waiting.push({
        to_type: edge.to_type,
        to_key: edge.to_key,
        type: plan.type,
        source_key: row.source_key,
        name: edge.relation,
      });
  }
  const leaving = row.situation === 'gone' || row.situation === 'out-of-scope';
  const difference = desired && !leaving ? differenceOf(batch, row, desired, object) : null;
  if (difference) problems.push(...difference.problems);
  if (difference && object) {
    compared.drift.looked.push(row.source_key);
    compared.drift.found.push(...difference.drift);
    for (const { state, attribute, times } of difference.drift) if (state === 'fought') problems.push(foughtProblem(attribute, times));
  }
  const creating = object === undefined;
  const missing =
    creating && difference
      ? plan.target.attributes.find(
          (spec) =>
            spec.required && spec.kind !== 'secret' && (difference.after[spec.name] ?? difference.later.after[spec.name] ?? null) === null,
        )
      : undefined;
  const noneOf =
    creating && difference && !missing ? lackingOneOf(plan.target, { ...difference.later.after, ...difference.after }) : undefined;
  const kept = creating && difference ? batch.kept(row.source_key, difference.after) : [];
  const policy = context.settings.policy.leaver;
  for (const spec of plan.target.attributes) {
    const value = spec.type === 'reference' ? desired?.a[spec.name] : undefined;
    if (typeof value === 'string' && batch.inTarget(spec.to!, value) === undefined) {
      compared.waiting.push({ to_type: spec.to!, to_key: value, type: plan.type, source_key: row.source_key, name: spec.name });
    }
  }
  const isPerson = plan.type === 'person';
  const departed = desired?.x === 'departed';
  const cause = leaving ? (row.situation === 'gone' ? 'gone' : 'out-of-scope') : departed ? 'departed' : null;
  const deleteAt = batch.deleteAt.get(row.source_key);
  const wait = cause ? policy[leaverCause[cause]] : null;
  const leaverDays =
    wait !== null && typeof wait === 'object' && deleteAt !== undefined
      ? Math.floor((context.run.now - (deleteAt - wait.disableThenDeleteAfterDays * DAY)) / DAY)
      : 0;
  const facts: SituationFacts = {
    source: row.situation === 'gone' ? 'gone' : 'present',
    scope: row.situation === 'out-of-scope' ? 'out' : 'in',
    departed,
    counterpart:
      row.situation === 'ambiguous'
        ? 'ambiguous'
        : row.situation === 'found'
          ? 'found'
          : row.target_key !== null && row.situation !== 'protected'
            ? 'linked'
            : 'none',
    targetExists: object !== undefined,
    protected: row.situation === 'protected' || (row.target_key !== null && batch.protectedIds.has(row.target_key)),
    invalid: ((missing ?? noneOf) !== undefined || kept.length > 0) && !departed && (!isPerson || desired === null || isEnabled(desired.x)),
    pending: false,
    changed:
      difference !== null &&
      (Object.keys(difference.after).length > 0 ||
        difference.edges.length > 0 ||
        Object.keys(difference.later.after).length > 0 ||
        difference.later.edges.length > 0),
    drifted: difference?.drifted ?? false,
    ...(isPerson && desired && !leaving ? { shouldBeEnabled: isEnabled(desired.x) } : {}),
    ...(object?.enabled === undefined
      ? batch.claims.get(row.source_key)?.state === 'disabled'
        ? { enabledNow: false }
        : {}
      : { enabledNow: object.enabled }),
    disabledByOthers: object?.enabled === false && batch.claims.get(row.source_key)?.state === 'held',
    canDisable: isPerson && cannot(context.target, plan.type, 'disable') === null,
    leaverDays,
  };
  const situation = situationOf(facts);
  const decision = decide(situation, policy, facts);
  if (situation === 'ambiguous') problems.push(ambiguousProblem(candidatesOf(row), batch.candidateNames, rivalsOf(row)));
  if (situation === 'protected') problems.push(protectedProblem());
  // Why a value is wrong says more than that it is missing.
  if (situation === 'invalid' && missing && !problems.some((found) => found.attribute === missing.name))
    problems.push(missingProblem(missing.name, missing.label));
  if (situation === 'invalid' && noneOf && !noneOf.some((spec) => problems.some((found) => found.attribute === spec.name)))
    problems.push(missingOneOfProblem(noneOf));
  if (situation === 'invalid') problems.push(...kept);
  if (facts.disabledByOthers === true && facts.shouldBeEnabled === true && situation === 'drifted') problems.push(lockedProblem());
  const pins = batch.pins.get(row.source_key) ?? [];
  // What cannot be judged ends no pin.
  const judged = !['ambiguous', 'protected', 'invalid', 'pending', 'orphan'].includes(situation);
  const wish = leaving || departed || facts.shouldBeEnabled === false ? 'leaving' : 'present';
  const wanted: Action[] = decision.action === 'none' || decision.action === 'report' ? [] : [decision.action, ...(decision.also ?? [])];
  const { planned, over } = judged ? keepExistence(wish, wanted, pins) : { planned: wanted, over: [] };
  batch.end(row.source_key, over);
  for (const action of planned) addChanges(batch, row, desired, object, difference, action, situation, compared);
  if (isLeaver(situation) && decision.deleteAfterDays !== undefined && deleteAt === undefined) {
    compared.patches.push({
      type: plan.type,
      key: row.source_key,
      step: 'diffed',
      situation: planned.length > 0 ? situation : 'same',
      reviewAt: context.run.now + decision.deleteAfterDays * DAY,
      detail: row.detail,
      problems: problems.length > 0 ? JSON.stringify(problems) : null,
    });
  } else {
    compared.patches.push({
      type: plan.type,
      key: row.source_key,
      step: 'diffed',
      situation:
        planned.length > 0
          ? situation
          : decision.action === 'report' && !isLeaver(situation) && situation !== 'drifted'
            ? situation
            : 'same',
      reviewAt: null,
      detail: row.detail,
      problems: problems.length > 0 ? JSON.stringify(problems) : null,
    });
  }
  if (problems.length > 0) compared.problems.set(row.source_key, { title: titleOf(plan.target, desired, object), problems });
}

const titleOf = (type: ObjectTypeSpec, desired: Desired | null, object: EndpointObject | undefined): string | null => {
  const value = desired?.a[type.title] ?? object?.attributes[type.title];
  return typeof value === 'string' ? value : null;
};

function differenceOf(batch: Batch, row: StagedRow, desired: Desired, object: EndpointObject | undefined): Difference {
  const { plan } = batch;
  const before: Record<string, Value | null> = {};
  const after: Record<string, Value | null> = {};
  const later: Difference['later'] = { before: {}, after: {}, edges: [] };
  const link = row.target_key === null ? undefined : batch.links.get(row.target_key);
  const sent = parseJson<Attributes>(link?.sent, {});
  const echoed = parseJson<Attributes>(link?.echoed, {});
  const needs: string[] = [];
  const pins = batch.pins.get(row.source_key) ?? [];
  const laid = keepValues(desired.a, pins, plan.target);
  batch.end(row.source_key, laid.over);
  const { chains } = batch.depths;
  const step = object ? 0 : stepOf(chains, plan, row.source_key, desired.a);
  let drifted = false;
  const drift: DriftRow[] = [];
  const seenAs = (spec: AttributeSpec, wanted: Value | null, found: Value | null, by: LinkRow, known: DriftRow | undefined): DriftRow =>
    driftSeen(batch.context, plan.type, row.source_key, {
      title: titleOf(plan.target, desired, object),
      spec,
      wanted,
      found,
      link: by,
      known,
    });
  for (const spec of plan.target.attributes) {
    if (spec.writable === 'never' || spec.kind === 'secret' || (object && spec.writable === 'create')) continue;
    let value = laid.values[spec.name];
    if (value === undefined) continue;
    if (object && isUnsaid(value, desired.a[spec.name], sent[spec.name]) && !batch.said(row.source_key, spec.name)) continue;
    let wait = false;
    let now = object?.attributes[spec.name];
    if (spec.type === 'reference') {
      if (typeof now === 'string') now = batch.inDirectory(spec.to!, now) ?? `ext:${now}`;
      if (typeof value === 'string' && batch.inTarget(spec.to!, value) === undefined) {
        if (batch.coming.has(`${spec.to}:${value}`)) {
          if (spec.name === plan.target.parent) needs.push(value);
          else wait = !isEarlier(spec.to!, plan.type) && (object !== undefined || !isMadeBefore(chains, plan, spec.to!, value, step));
        } else value = batch.context.run.mode === 'full' ? null : undefined!;
      }
      if (value === undefined) continue;
    }
    // Sealed under one key, equal values are equal texts.
    const compared = plan.veiled.has(spec.name) ? { ...spec, type: 'string' as const, equality: 'exact' as const } : spec;
    const known = batch.drift.get(row.source_key)?.find((one) => one.attribute === spec.name);
    if (object ? agrees(value, now, sent[spec.name], echoed[spec.name], compared) : value === null) {
      if (link && now !== undefined && isWrittenBack(known) && !sameValue(value, now, compared))
        drift.push({ ...seenAs(spec, value, now, link, known), state: 'fought' });
      continue;
    }
    if (object && link && now !== undefined && sent[spec.name] !== undefined && sameValue(value, sent[spec.name], spec)) {
      drift.push(seenAs(spec, value, now, link, known));
      if (drift.at(-1)!.state !== 'corrected') continue;
      drifted = true;
    }
    const place = wait ? later : { before, after };
    if (now !== undefined) place.before[spec.name] = now;
    place.after[spec.name] = value;
  }
  const related = differencesOfRelations(batch, row, object, link, titleOf(plan.target, desired, object));
  later.edges.push(...related.later);
  needs.push(...related.needs);
  drift.push(...related.drift);
  if (related.drift.some((one) => one.state === 'corrected')) drifted = true;
  const { edges, sent: sentEdges } = related;
  if (link && Object.keys(related.agreed).length > 0)
    batch.agree(link.external_id, JSON.stringify({ ...sentEdgesOf(link.sent_edges), ...related.agreed }));
  return { before, after, edges, later, drifted, drift, needs, sentEdges, problems: related.problems };
}

function addChanges(
  batch: Batch,
  row: StagedRow,
  desired: Desired | null,
  object: EndpointObject | undefined,
  difference: Difference | null,
  action: Action,
  situation: ReturnType<typeof situationOf>,
  compared: Compared,
): void {
  const { plan, context, depths } = batch;
  const withData = action === 'create' || action === 'update';
  const before = withData ? difference!.before : {};
  const after = withData ? difference!.after : {};
  const edges = withData ? difference!.edges : [];
  const later = difference?.later ?? { before: {}, after: {}, edges: [] };
  const hasLater = withData && (Object.keys(later.after).length > 0 || later.edges.length > 0);
  // Groups that need a member are created with those that exist already.
  const first = action === 'create' ? later.edges.filter((edge) => batch.inTarget(edge.to_type, edge.to_id) !== undefined) : [];
  const rest = later.edges.filter((edge) => !first.includes(edge));
  const isLater = new Set(rest.map((edge) => edge.relation));
  /** A relation counts as written with the change that writes the last of it. */
  const edgesSaid = (what: Action, referencesOnly: boolean): { e?: SentEdges } => {
    if (!difference || (what !== 'create' && what !== 'update' && what !== 'link')) return {};
    const said = Object.entries(difference.sentEdges).filter(([name]) => isLater.has(name) === referencesOnly);
    return said.length > 0 ? { e: Object.fromEntries(said) } : {};
  };
  const push = (
    aspect: string,
    part: { before: Attributes; after: Attributes; edges: Omit<ChangeEdgeRow, 'change'>[] },
    referencesOnly: boolean,
    what: Action,
  ): void => {
    const moved =
      (plan.target.parent !== undefined && plan.target.parent in part.after) ||
      part.edges.some((edge) => plan.target.relations.find((relation) => relation.name === edge.relation)?.containing === true);
    // The references of an account that this plan makes are part of making it: they count as nothing besides.
    // What cannot be done counts as nothing: the guard says why.
    const kinds =
      (referencesOnly && action === 'create') || cannot(context.target, plan.type, what) !== null
        ? []
        : kindsOf(
            {
              action: what,
              type: plan.type,
              before: part.before,
              after: part.after,
              edgesLost: part.edges.filter((edge) => edge.op === 'remove' && !isReplaced(plan.target, edge, part.edges)).length,
              moves: moved && what === 'update',
              messages: messagesOf(context, plan.type, what),
            },
            context.target.types,
          );
    const ordered = { action: what, type: plan.type, referencesOnly };
    const step = what === 'create' ? stepOf(depths.chains, plan, row.source_key, desired?.a) : 0;
    compared.changes.push({
      wave: waveOf(ordered),
      depth: waveOf(ordered) === 2 ? step : depthIn(ordered, depths.depth.get(row.source_key) ?? 0, depths.deepest),
      type: plan.type,
      source_key: row.source_key,
      // A link whose account is gone says nothing about the one that will be made.
      directory_id: row.directory_id,
      target_key: what === 'create' ? null : row.target_key,
      title: titleOf(plan.target, desired, object),
      action: what,
      aspect,
      situation,
      reason: row.scope_rule ?? '',
      kinds: kinds.length > 0 ? `|${kinds.join('|')}|` : '',
      before: JSON.stringify(part.before),
      after: JSON.stringify(part.after),
      hash: what === 'remove' ? accountHash(object) : changeHash(what, canonicalText(part.before), canonicalText(part.after), part.edges),
      precondition: JSON.stringify({
        o: batch.objectRevision.get(row.source_key) ?? null,
        m: row.target_key === null ? null : (batch.mirrorRevision.get(row.target_key) ?? null),
        ...edgesSaid(what, referencesOnly),
      }),
      // What writes no data waits for nothing: nobody stays able to sign in until a department is made.
      needs: withData && !referencesOnly && difference && difference.needs.length > 0 ? JSON.stringify(difference.needs) : null,
      secrets: what === 'create' ? secretsOfCreate(context, plan.target, desired?.secrets) : null,
      temporary: null,
      edges: part.edges,
    });
  };
  if (action !== 'update' || Object.keys(after).length > 0 || edges.length > 0)
    push('', { before, after, edges: [...edges, ...first] }, false, action);
  if (!hasLater) return;
  if (Object.keys(later.after).length > 0 || rest.length > 0)
    push('references', { before: later.before, after: later.after, edges: rest }, true, 'update');
}
