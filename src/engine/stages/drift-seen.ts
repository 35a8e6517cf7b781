// Somebody else has changed what we wrote: what is known of that now, and whether it is written over.
import { driftModeOf, driftNow, type DriftState } from '../../core/drift.ts';
import type { AttributeSpec, Value } from '../../core/model.ts';
import type { DriftRow } from '../../store/drift.ts';
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
