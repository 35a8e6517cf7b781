// Somebody else has changed what we wrote: what is known of that now, and whether it is written over.
import { driftModeOf, driftNow, type DriftState } from '../../core/drift.ts';
import type { AttributeSpec, Value } from '../../core/model.ts';
import type { DriftRow } from '../../store/drift.ts';
import type { ChangeEdgeRow } from '../../store/ledger.ts';
import type { LinkRow } from '../../store/links.ts';
import type { RunContext } from '../context.ts';

interface Seen {
  readonly title: string | null;
  readonly spec: AttributeSpec;
  readonly wanted: Value | null;
  readonly found: Value | null;
  readonly link: LinkRow;
  /** As it was seen before. */
  readonly known: DriftRow | undefined;
}

/**
 * It was ours once, and came back more than once before we saw our value again: no mere conversion by the target, which shows after the first write.
 */
export const isWrittenBack = (known: DriftRow | undefined): boolean =>
  known !== undefined && known.mode === 'enforce' && known.state !== 'open' && known.times > 1;

/** @param object  directory id */
export function driftSeen({ job, run, settings }: RunContext, type: string, object: string, seen: Seen): DriftRow {
  const { title, spec, known } = seen;
  const mode = driftModeOf(settings.policy.drift, type, spec.name);
  const before = known && { ...known, state: known.state as DriftState, firstAt: known.first_at, lastAt: known.last_at };
  const now = driftNow(before, mode, run.now, seen.link.revision);
  const shown = (value: Value | null): string | null => (spec.kind === 'sensitive' ? null : JSON.stringify(value));
  return {
    job: job.id,
    type,
    object,
    attribute: spec.name,
    title,
    wanted: shown(seen.wanted),
    found: shown(seen.found),
    mode,
    state: now.state,
    times: now.times,
    first_at: now.firstAt,
    last_at: now.lastAt,
    run: run.id,
    written: now.written,
  };
}

interface SeenEdges {
  readonly title: string | null;
  readonly relation: string;
  /** What would put it right. */
  readonly changes: readonly Omit<ChangeEdgeRow, 'change'>[];
  readonly link: LinkRow;
  readonly known: DriftRow | undefined;
}

/** So many ends are named; of more, how many. */
const NAMED = 20;

/** Ends as directory ids; the last may be a count. */
const endsText = (ids: readonly string[]): string =>
  JSON.stringify(ids.length > NAMED ? [...ids.slice(0, NAMED), `+${ids.length - NAMED}`] : ids);

/** The same of a relation: `wanted` names the ends that are missing there or otherwise, `found` those that are there or otherwise. */
export function edgeDriftSeen({ job, run, settings }: RunContext, type: string, object: string, seen: SeenEdges): DriftRow {
  const { title, relation, link } = seen;
  const endsWith = (op: 'add' | 'remove'): string =>
    endsText(
      seen.changes
        .filter((change) => change.op === op || change.op === 'update')
        .map((change) => change.to_id)
        .sort(),
    );
  const [wanted, found] = [endsWith('add'), endsWith('remove')];
  const mode = driftModeOf(settings.policy.drift, type, relation);
  // Whoever makes the very same difference again is another writer; many hands in one group are not.
  const known = seen.known?.wanted === wanted && seen.known.found === found ? seen.known : undefined;
  const before = known && { ...known, state: known.state as DriftState, firstAt: known.first_at, lastAt: known.last_at };
  const now = driftNow(before, mode, run.now, link.revision);
  return {
    job: job.id,
    type,
    object,
    attribute: relation,
    title,
    wanted,
    found,
    mode,
    state: now.state,
    times: now.times,
    first_at: now.firstAt,
    last_at: now.lastAt,
    run: run.id,
    written: now.written,
  };
}
