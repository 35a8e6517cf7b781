// Stages 4 to 6 for one batch at a time: scope, map, correlate. One pass, one write per object.
import { comparisonKeys } from '../../core/attribute.ts';
import { LIFECYCLE } from '../../core/directory-types.ts';
import { isEnabled, type Lifecycle } from '../../core/lifecycle.ts';
import type { Attributes, EndpointObject, Label, Value } from '../../core/model.ts';
import type { MappedObject, Standing } from '../../core/mapping/compile.ts';
import { bareDepartments, type Scope, type ScopeVerdict } from '../../core/scope.ts';
import { claimsOf, type ClaimRow, putAllotted } from '../../store/links.ts';
import { mirrorHashes } from '../../store/mirror.ts';
import {
  patchStaged,
  putStagedKeys,
  replaceStagedEdges,
  stagedAt,
  type StagedEdge,
  type StagedPatch,
  type StagedRow,
} from '../../store/staged.ts';
import type { Transaction } from '../../store/database.ts';
import { batchOf, type RunContext, type TypePlan } from '../context.ts';
import { type OwnerKeys, ownerKeys } from '../owner-keys.ts';
import { factsText } from '../shapes.ts';
import { sourceObjects, sourceTree } from '../source-data.ts';
import { assessAbsent } from './absence.ts';
import { accountValues } from './accounts.ts';
import { correlateBatch, type Correlation } from './correlate.ts';
import { offerToOthers } from './hand-over.ts';
import { heldDepartments, heldInput, leavesNewOut } from './newcomers.ts';
import { pickUniques } from './pick-unique.ts';
import { isTried, type Pilot, pilotOf, pilotScope } from './pilot.ts';
import { partRivals } from './rivals.ts';
import { relationKey } from './relation-key.ts';
import { scopeOf, type Tree } from './scope.ts';

/** What a run says of one object before it is compared: kept in `staged.desired`. */
export interface Desired {
  readonly a: Attributes;
  /** Upstream: the source's word on existence. Downstream: the directory's lifecycle. */
  readonly x: Lifecycle;
  /** Upstream: nothing was said about existence this time; the last accepted word stays. */
  readonly unsaid?: boolean;
  /** Upstream: nothing was ever said about existence; others decide. */
  readonly mute?: boolean;
  /** Upstream: the last word of the source itself, where the leaver policy made another of it. */
  readonly s?: Lifecycle;
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface Problem {
  readonly attribute: string;
  readonly cause: string;
  readonly message: Label;
}

export async function assess(context: RunContext): Promise<void> {
  const { scope } = context.settings;
  const tried = pilotScope(context);
  const needsTree = scope.departments !== undefined || scope.people !== undefined || leavesNewOut(scope);
  const held = await heldDepartments(context);
  const parents = needsTree || tried ? await sourceTree(context) : new Map<string, string | null>();
  const tree: Tree = { parents, bare: needsTree ? bareDepartments(parents, scope, await holdingDepartments(context, scope)) : new Set() };
  const pilot = pilotOf(tried, parents, tried ? await holdingDepartments(context, tried) : []);
  for (const plan of context.types) {
    let done = 0;
    let after = '';
    for (;;) {
      const size = batchOf(context);
      const batch = await stagedAt(context.database, context.run.id, 'read', plan.type, after, size);
      if (batch.length === 0) {
        if (after === '') break;
        // A keys run may have put something back behind us.
        after = '';
        continue;
      }
      // After the last one, too, something may have been put back.
      after = batch.length < size ? '' : batch.at(-1)!.source_key;
      const present = batch.filter((row) => row.seen === 'present');
      await assessPresent(context, plan, present, tree, { pilot, held });
      await assessAbsent(
        context,
        plan,
        batch.filter((row) => row.seen !== 'present'),
        pilot,
      );
      done += batch.length;
      context.engine.probe?.('assess:batch');
      await context.breathe(done, null);
    }
    await partRivals(context, plan, (object) => scopeOf(context, plan, object, tree, heldInput(held, false)).in === true);
  }
}

/** Departments of people who were chosen one by one: they go along bare. */
export async function holdingDepartments(context: RunContext, scope: Scope): Promise<readonly string[]> {
  const chosen = scope.people?.include ?? [];
  const plan = context.types.find((candidate) => candidate.type === 'person');
  if (chosen.length === 0 || !plan) return [];
  const people = await sourceObjects(context, plan, chosen);
  return [...people.values()].flatMap((person) => (person.edges?.membership ?? []).map((edge) => edge.to.id));
}

interface Working {
  readonly row: Entry;
  readonly object: EndpointObject;
  readonly verdict: ScopeVerdict;
  mapped: MappedObject | null;
  problems: Problem[];
  correlation: Correlation | null;
}

/** What the three steps made of a batch, ready to be stored. */
export interface Assessed {
  readonly ids: readonly string[];
  readonly patches: StagedPatch[];
  readonly edges: StagedEdge[];
  readonly keys: { type: string; attribute: string; key: string; id: string }[];
  readonly allotted: { type: string; externalId: string; directoryId: string }[];
}

/** Without a tree to climb, an upstream batch can be assessed while it is being read. */
export const canAssessWhileReading = (context: RunContext): boolean =>
  context.up &&
  pilotScope(context) === null &&
  !leavesNewOut(context.settings.scope) &&
  context.settings.scope.departments === undefined &&
  context.settings.scope.people === undefined;

/** What narrows the scope besides its own clauses. */
interface Limits {
  readonly pilot: Pilot | null;
  /** Departments that are not new; null: nothing is. */
  readonly held: ReadonlySet<string> | null;
}

export const noTree: Tree = { parents: new Map(), bare: new Set() };

async function assessPresent(context: RunContext, plan: TypePlan, rows: readonly StagedRow[], tree: Tree, limits: Limits): Promise<void> {
  if (rows.length === 0) return;
  const objects = await sourceObjects(
    context,
    plan,
    rows.map((row) => row.source_key),
  );
  const assessed = await assessObjects(
    context,
    plan,
    rows.map((row) => ({ key: row.source_key, inputHash: row.input_hash, object: objects.get(row.source_key) })),
    tree,
    limits,
  );
  await context.database.write((transaction) => storeAssessed(transaction, context, plan, assessed));
}

export async function storeAssessed(transaction: Transaction, context: RunContext, plan: TypePlan, assessed: Assessed): Promise<void> {
  await patchStaged(transaction, context.run.id, assessed.patches);
  await replaceStagedEdges(transaction, context.run.id, plan.type, assessed.ids, assessed.edges);
  await putStagedKeys(transaction, context.run.id, assessed.keys);
  await putAllotted(transaction, context.outside.id, assessed.allotted);
}

interface Entry {
  readonly key: string;
  readonly inputHash: string | null;
  readonly object: EndpointObject | undefined;
}

export async function assessObjects(
  context: RunContext,
  plan: TypePlan,
  rows: readonly Entry[],
  tree: Tree,
  limits: Limits = { pilot: null, held: null },
): Promise<Assessed> {
  const ids = rows.map((row) => row.key);
  const claims = new Map((await claimsOf(context.database, context.job.id, plan.type, ids)).map((claim) => [claim.source_key, claim]));
  const hidden = hiddenAttributes(context, plan);
  const working: Working[] = [];
  const patches: StagedPatch[] = [];
  const outside: { row: Entry; verdict: ScopeVerdict }[] = [];
  for (const row of rows) {
    const raw = row.object;
    if (!raw) {
      patches.push({ type: plan.type, key: row.key, step: 'same' });
      continue;
    }
    const object = hidden.size > 0 ? withoutHidden(raw, hidden) : raw;
    if (!isTried(plan, object, limits.pilot)) {
      patches.push({ type: plan.type, key: row.key, step: 'skipped' });
      continue;
    }
    const verdict = scopeOf(context, plan, object, tree, heldInput(limits.held, claims.has(row.key)));
    if (verdict.in === true) working.push({ row, object, verdict, mapped: null, problems: [], correlation: null });
    else outside.push({ row, verdict });
  }
  const leaving = outside.filter(({ row, verdict }) => verdict.in === false && claims.has(row.key)).map(({ row }) => row.key);
  const taken = leaving.length > 0 ? await offerToOthers(context, plan, leaving) : new Map<string, string>();
  for (const { row, verdict } of outside)
    patches.push(outOfScope(plan, row, verdict, taken.has(row.key) ? undefined : claims.get(row.key)));
  const accounts = await accountValues(context, plan, context.up ? [] : working.map((one) => one.row.key));
  const map = (one: Working, standing: Standing): MappedObject => {
    const account = accounts.of(one.row.key);
    return plan.mapping.apply(one.object.attributes, { standing, ...(account ? { account } : {}) });
  };
  const guessed = (one: Working): Standing => (claims.has(one.row.key) ? 'made' : 'new');
  for (const one of working) one.mapped = map(one, guessed(one));
  const correlations = await correlateBatch(
    context,
    plan,
    working.map((one) => ({ key: one.row.key, object: one.object, mapped: one.mapped!.attributes })),
  );
  const standings = plan.mapping.asksStanding ? await standingsOf(context, plan, correlations) : new Map<string, Standing>();
  for (const one of working) {
    one.correlation = correlations.get(one.row.key)!;
    const unfound = one.correlation.kind === 'linked' ? [] : ruleProblems(plan, one);
    const standing = standings.get(one.row.key) ?? guessed(one);
    if (standing !== guessed(one)) one.mapped = map(one, standing);
    one.problems = one.mapped!.problems.map((found) => ({ attribute: found.attribute, cause: 'mapping', message: found.problem }));
    one.problems.push(...unfound.filter(({ attribute }) => !one.problems.some((found) => found.attribute === attribute)));
  }
  const picks = await pickUniques(
    context,
    plan,
    working
      .filter((one) => one.correlation!.directoryId !== null && getsAnObject(context, plan, one))
      .map((one) => ({
        key: one.row.key,
        holder: one.correlation!.directoryId!,
        wishes: one.mapped!.unique,
        problems: one.problems,
        creating: one.correlation!.kind === 'none',
      })),
  );
  const sealing = await sealingKeys(context, plan, working);
  const edges: StagedEdge[] = [];
  const keys: { type: string; attribute: string; key: string; id: string }[] = [];
  for (const one of working) {
    const desired = desiredOf(context, plan, one, picks.get(one.row.key) ?? {}, sealing);
    const relations = plan.relations.filter((relation) => one.object.edges?.[relation] !== undefined);
    for (const relation of relations) {
      if (one.verdict.bare && relation === 'leader') continue;
      for (const edge of one.object.edges![relation]!) {
        edges.push({
          type: plan.type,
          source_key: one.row.key,
          relation,
          to_type: edge.to.type,
          to_key: edge.to.id,
          facts: factsText(edge),
        });
      }
    }
    if (one.correlation!.directoryId !== null) keys.push(...planKeys(plan, one.correlation!.directoryId, desired.a));
    patches.push({
      type: plan.type,
      key: one.row.key,
      inputHash: one.row.inputHash,
      step: 'correlated',
      desired: JSON.stringify(desired),
      scopeRule: one.verdict.rule,
      problems: one.problems.length > 0 ? JSON.stringify(one.problems) : null,
      directoryId: one.correlation!.directoryId,
      targetKey: one.correlation!.targetKey,
      relations: JSON.stringify(relations),
      situation: one.correlation!.kind,
      detail: one.correlation!.detail ? JSON.stringify(one.correlation!.detail) : null,
    });
  }
  const allotted = working
    .filter((one) => context.up && one.correlation!.allotted)
    .map((one) => ({ type: plan.type, externalId: one.row.key, directoryId: one.correlation!.directoryId! }));
  return { ids, patches, edges, keys, allotted };
}

/** Where a counterpart is known: whether it is ours, was there, or (downstream) is gone and would be created again. */
async function standingsOf(
  context: RunContext,
  plan: TypePlan,
  correlations: ReadonlyMap<string, Correlation>,
): Promise<ReadonlyMap<string, Standing>> {
  const linked = [...correlations.values()].flatMap(({ kind, targetKey }) => (kind === 'linked' && targetKey !== null ? [targetKey] : []));
  const there = context.up
    ? null
    : new Set((await mirrorHashes(context.database, context.outside.id, plan.type, linked)).map((row) => row.external_id));
  const standings = new Map<string, Standing>();
  for (const [key, { kind, targetKey, ours }] of correlations) {
    if (kind === 'none') standings.set(key, 'new');
    if (kind === 'found') standings.set(key, 'found');
    if (kind === 'linked') standings.set(key, there && !there.has(targetKey ?? '') ? 'new' : ours ? 'made' : 'found');
  }
  return standings;
}

/** A rule that cannot be evaluated for somebody finds nobody: that is listed, not passed over. */
function ruleProblems(plan: TypePlan, one: Working): readonly Problem[] {
  const found = new Map<string, Problem>();
  for (const rule of plan.correlation) {
    const message = rule.problem(one.mapped!.attributes);
    if (message) found.set(rule.attribute, { attribute: rule.attribute, cause: 'mapping', message });
  }
  return [...found.values()];
}

/** Downstream, who may not use an account and has none gets none: no name is taken for them. */
function getsAnObject(context: RunContext, plan: TypePlan, one: Working): boolean {
  if (context.up || plan.type !== 'person' || one.correlation!.targetKey !== null) return true;
  const lifecycle = one.object.attributes[LIFECYCLE];
  return typeof lifecycle !== 'string' || isEnabled(lifecycle as Lifecycle);
}

const withoutHidden = (object: EndpointObject, hidden: ReadonlySet<string>): EndpointObject => ({
  ...object,
  attributes: Object.fromEntries(Object.entries(object.attributes).filter(([name]) => !hidden.has(name))),
  ...(object.edges
    ? { edges: Object.fromEntries(Object.entries(object.edges).filter(([relation]) => !hidden.has(relationKey(relation)))) }
    : {}),
});

/** Attributes that a lost right hides in this run are unknown, not empty. */
function hiddenAttributes(context: RunContext, plan: TypePlan): ReadonlySet<string> {
  return new Set(context.evidence.types[plan.type]?.vanished ?? []);
}

function outOfScope(plan: TypePlan, row: Entry, verdict: ScopeVerdict, claim: ClaimRow | undefined): StagedPatch {
  const out = verdict.in === false && claim !== undefined;
  return {
    type: plan.type,
    key: row.key,
    inputHash: row.inputHash,
    step: out ? 'correlated' : 'same',
    scopeRule: verdict.rule,
    situation: out ? 'out-of-scope' : null,
    directoryId: claim?.directory_id ?? null,
    targetKey: claim?.target_key ?? null,
  };
}

const ownerOf = (one: Working): string => one.correlation!.directoryId ?? one.row.key;

/** Keys of the people of this batch who have a sensitive value. */
function sealingKeys(context: RunContext, plan: TypePlan, working: readonly Working[]): Promise<OwnerKeys> {
  const names = context.up ? plan.target.attributes.filter((spec) => spec.kind === 'sensitive').map((spec) => spec.name) : [...plan.veiled];
  const owners = working.filter((one) => names.some((name) => (one.mapped!.attributes[name] ?? null) !== null)).map(ownerOf);
  return ownerKeys(context.database, context.engine.sealer, owners);
}

function desiredOf(
  context: RunContext,
  plan: TypePlan,
  one: Working,
  picked: Readonly<Record<string, string>>,
  sealing: OwnerKeys,
): Desired {
  const attributes: Record<string, Value | null> = { ...(one.mapped!.attributes as Record<string, Value | null>), ...picked };
  const secrets: Record<string, string> = {};
  for (const spec of plan.target.attributes) {
    const value = attributes[spec.name];
    if (value === undefined || value === null) continue;
    if (spec.kind === 'secret') {
      secrets[spec.name] = context.engine.sealer.seal(String(value));
      delete attributes[spec.name];
    } else if (context.up ? spec.kind === 'sensitive' : plan.veiled.has(spec.name))
      attributes[spec.name] = context.engine.sealer.sealFor(sealing.get(ownerOf(one))!, value);
  }
  const said = context.up ? attributes[LIFECYCLE] : one.object.attributes[LIFECYCLE];
  if (context.up) delete attributes[LIFECYCLE];
  // An account that is switched off at the source belongs to somebody who is suspended, unless the mapping knows better.
  const silent = context.up && one.object.enabled === false ? 'suspended' : 'active';
  const existence = (typeof said === 'string' ? said : silent) as Lifecycle;
  // A status that could not be seen says nothing; without a status at all, whoever is listed is active.
  const unsaid = context.up && said === undefined && plan.mapping.targets.includes(LIFECYCLE);
  return { a: attributes, x: existence, ...(unsaid ? { unsaid } : {}), ...(Object.keys(secrets).length > 0 ? { secrets } : {}) };
}

/** Keys under which the plan's own objects are found by later ones: unique and correlating attributes. */
function planKeys(plan: TypePlan, id: string, attributes: Attributes): { type: string; attribute: string; key: string; id: string }[] {
  const found: { type: string; attribute: string; key: string; id: string }[] = [];
  for (const spec of plan.target.attributes) {
    if (!spec.unique) continue;
    for (const key of comparisonKeys(attributes[spec.name], spec)) found.push({ type: plan.type, attribute: spec.name, key, id });
  }
  return found;
}
