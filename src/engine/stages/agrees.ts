// Whether a target has what is wanted of it.
import { sameValue } from '../../core/attribute.ts';
import type { Value } from '../../core/model.ts';

/** The target agrees when it shows the value, or what it made of the same value when we sent it. Unseen: when it was sent. */
export function agrees(
  value: Value | null,
  now: Value | null | undefined,
  sent: Value | null | undefined,
  echoed: Value | null | undefined,
  spec: Parameters<typeof sameValue>[2],
): boolean {
  // What is not shown and was never sent is not cleared: it may belong to somebody else.
  if (now === undefined) return sent === undefined ? value === null : sameValue(value, sent, spec);
  if (sameValue(value, now, spec)) return true;
  return sent !== undefined && sameValue(value, sent, spec) && echoed !== undefined && sameValue(now, echoed, spec);
}
