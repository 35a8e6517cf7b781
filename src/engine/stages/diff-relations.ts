// Diff of the relations of one account: what the directory wants of them, what the target shows, and what of that is somebody else's doing.
import type { DriftMode } from '../../core/drift.ts';
import { driftModeOf } from '../../core/drift.ts';
import type { Edge, EndpointObject, RelationSpec } from '../../core/model.ts';
import { keepEdges } from '../../core/pin.ts';
import type { DriftRow } from '../../store/drift.ts';
import type { ChangeEdgeRow } from '../../store/ledger.ts';
import { mirrorHashes } from '../../store/mirror.ts';
import type { LinkRow } from '../../store/links.ts';
import type { StagedRow } from '../../store/staged.ts';
import { isEarlier, type RunContext } from '../context.ts';
import { factsText, keptFacts, parseJson } from '../shapes.ts';
import type { Problem } from './assess.ts';
import { edgeDiff } from './directory-change.ts';
import type { Batch } from './diff-target.ts';
import { edgeDriftSeen } from './drift-seen.ts';
import { firstOf } from './first-edge.ts';
import { asManyAsFit } from './within-rules.ts';
import { asSent, foreignEdges, sameSent, type SentEdges, sentEdgesOf, type WantedEdges } from './sent-edges.ts';

type EdgeChange = Omit<ChangeEdgeRow, 'change'>;

interface RelationsDiff {
  readonly edges: EdgeChange[];
  /** Edges whose far ends this plan still has to make. */
  readonly later: EdgeChange[];
  /** Containers that must be there first. */
  readonly needs: string[];
  readonly drift: DriftRow[];
  /** What the relations are once the change is done, by relation. */
  readonly sent: SentEdges;
  /** What is wanted and seen, where that was not known of the link. */
  readonly agreed: SentEdges;
  readonly problems: Problem[];
}

export function differencesOfRelations(
  batch: Batch,
  row: StagedRow,
  object: EndpointObject | undefined,
  link: LinkRow | undefined,
  title: string | null,
): RelationsDiff {
  const { plan, context } = batch;
  const [sent, agreed]: [Record<string, SentEdges[string]>, Record<string, SentEdges[string]>] = [{}, {}];
  const found: RelationsDiff = { edges: [], later: [], needs: [], drift: [], sent, agreed, problems: [] };
  const before = sentEdgesOf(link?.sent_edges);
  const spoken = parseJson<string[]>(row.relations, []);
  for (const relation of plan.target.relations) {
    const { name } = relation;
    if (!plan.relations.includes(name) || !spoken.includes(name)) continue;
    if (object && object.edges?.[name] === undefined && relation.writable === false) continue;
    const mode = driftModeOf(context.settings.policy.drift, plan.type, name);
    const { wanted, changes } = relationDiff(batch, row, relation, object, found.problems);
    const now = asSent(wanted, mode !== 'enforce');
    const foreign = object?.edges?.[name] !== undefined && link ? foreignOf(batch, changes, before[name], wanted, mode) : [];
    // Where nothing of ours is to be written, what is wanted is what was written.
    const isSettled = object !== undefined && link !== undefined && changes.length === foreign.length;
    if (!sameSent(before[name], now)) (isSettled ? agreed : sent)[name] = now;
    const seen =
      foreign.length === 0 || !link
        ? null
        : edgeDriftSeen(context, plan.type, row.source_key, {
            title,
            relation: name,
            changes: foreign,
            link,
            known: batch.drift.get(row.source_key)?.find((one) => one.attribute === name),
          });
    if (seen) found.drift.push(seen);
    const left = new Set(seen && seen.state !== 'corrected' ? foreign : []);
    for (const change of changes) {
      if (left.has(change)) continue;
      // To be made, or found by this run and still to be linked: until then nobody knows what it is called there.
      const open = batch.inTarget(change.to_type, change.to_id) === undefined;
      if (relation.containing && open && change.op !== 'remove') found.needs.push(change.to_id);
      const waits = !relation.containing && (object === undefined || open) && !isEarlier(change.to_type, plan.type);
      (waits ? found.later : found.edges).push(change);
    }
  }
  return found;
}

/** Where an account is about to be made, or made again, nobody has taken its edges away. */
const foreignOf = (
  batch: Batch,
  changes: readonly EdgeChange[],
  sent: SentEdges[string] | undefined,
  wanted: WantedEdges,
  mode: DriftMode,
): readonly EdgeChange[] =>
  foreignEdges(changes, sent, wanted).filter(
    (change) => mode === 'enforce' || change.op === 'remove' || batch.shown.has(`${change.to_type}:${change.to_id}`),
  );

/** Far ends that the target shows, where edges of somebody else are left alone. */
export async function shownEnds(
  { database, outside, settings }: RunContext,
  type: string,
  ends: ReadonlyMap<string, ReadonlySet<string>>,
  inTarget: Batch['inTarget'],
): Promise<ReadonlySet<string>> {
  const shown = new Set<string>();
  if (Object.values(settings.policy.drift[type] ?? {}).every((mode) => mode === 'enforce')) return shown;
  for (const [to, ids] of ends) {
    const accounts = new Map([...ids].flatMap((id) => [[inTarget(to, id) ?? '', id] as const]));
    for (const { external_id } of await mirrorHashes(database, outside.id, to, [...accounts.keys()]))
      shown.add(`${to}:${accounts.get(external_id)!}`);
  }
  return shown;
}

function relationDiff(
  batch: Batch,
  row: StagedRow,
  relation: RelationSpec,
  object: EndpointObject | undefined,
  problems: Problem[],
): { readonly wanted: WantedEdges; readonly changes: EdgeChange[] } {
  /** The edge facts that the target keeps. */
  const keeps = keptFacts(relation);
  const wanted = new Map<string, { relation: string; to_type: string; to_id: string; facts: string }>();
  let staged = (batch.stagedEdges.get(row.source_key) ?? []).filter(
    (edge) => edge.relation === relation.name && relation.to.includes(edge.to_type),
  );
  if (relation.single && staged.length > 1) staged = [staged.find((edge) => edge.facts.includes('"primary":true')) ?? staged[0]!];
  staged = asManyAsFit(relation, staged, problems);
  const there = object?.edges?.[relation.name]?.find((edge) => edge.primary)?.to;
  const first = relation.keepsFirst
    ? firstOf(staged, (type, id) => batch.inTarget(type, id) !== undefined, there && batch.inDirectory(there.type, there.id))
    : undefined;
  for (const edge of staged) {
    const known = batch.inTarget(edge.to_type, edge.to_key) !== undefined || batch.coming.has(`${edge.to_type}:${edge.to_key}`);
    if (!known) continue;
    wanted.set(`${edge.to_type}:${edge.to_key}`, {
      relation: relation.name,
      to_type: edge.to_type,
      to_id: edge.to_key,
      facts: relation.keepsFirst
        ? factsText({ primary: edge.to_key === first }, keeps)
        : factsText(parseJson<Edge>(edge.facts, {} as Edge), keeps),
    });
  }
  const laid = keepEdges(relation.name, wanted, batch.pins.get(row.source_key) ?? [], (type, id) => batch.inTarget(type, id) !== undefined);
  batch.end(row.source_key, laid.over);
  // Edges to what we do not manage stay as they are.
  const current = (object?.edges?.[relation.name] ?? []).flatMap((edge) => {
    const id = batch.inDirectory(edge.to.type, edge.to.id);
    return id === undefined ? [] : [{ relation: relation.name, to_type: edge.to.type, to_id: id, facts: factsText(edge, keeps) }];
  });
  return { wanted: laid.values, changes: edgeDiff(current, new Map([[relation.name, laid.values]])) };
}
