// What a target answered to have done and does not show: a value that is as it was before, or edges that nobody can see. Said with the change.
import { sameValue } from '../../core/attribute.ts';
import type { Attributes, Label } from '../../core/model.ts';
import { parseJson } from '../shapes.ts';
import type { Outcome } from './outcomes.ts';
import type { Prepared } from './perform.ts';

export interface NotSeen {
  readonly kind: 'not-kept' | 'unseen';
  readonly label: Label;
}

/** Of what went well. */
export function notSeen({ written, prepared }: Outcome): NotSeen | null {
  if (!written) return null;
  const lost = notKept(prepared, written.echo ?? {});
  if (lost.length > 0) return { kind: 'not-kept', label: notKeptLabel(lost) };
  return written.unseen ? { kind: 'unseen', label: written.unseen } : null;
}

/**
 * Attributes that the target shows, in its answer, as they were before it was told. What it makes of a value otherwise (capitals, spaces, a
 * shorter text) is its own affair. References come back as ids of its own, and are left out.
 */
function notKept({ change, plan }: Prepared, echo: Attributes): readonly Label[] {
  if (change.action !== 'create' && change.action !== 'update') return [];
  const before = change.action === 'create' ? {} : parseJson<Attributes>(change.before, {});
  return Object.entries(parseJson<Attributes>(change.after, {})).flatMap(([name, value]) => {
    const spec = plan.target.attributes.find((candidate) => candidate.name === name);
    const shown = echo[name];
    if (!spec || spec.type === 'reference' || value === undefined || shown === undefined || sameValue(value, shown, spec)) return [];
    return sameValue(before[name] ?? null, shown, spec) ? [spec.label] : [];
  });
}

const notKeptLabel = (labels: readonly Label[]): Label => ({
  en: `The target answered that it took this, and shows what was there before: ${labels.map(({ en }) => en).join(', ')}. It is not sent again until the value changes. If the target does not keep it, leave it out of the mapping.`,
  zh: `目标系统答复已写入，但仍显示原值：${labels.map(({ zh }) => zh).join('、')}。取值再次变化前不会重复写入。若目标系统不保存该字段，请从映射中移除。`,
});
