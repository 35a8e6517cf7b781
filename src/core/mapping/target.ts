// What a target attribute accepts: normalised values without refused characters, or a problem in words.
import type { RE2JS } from 're2js';
import { normalise } from '../attribute.ts';
import type { AttributeSpec, Label, Scalar, Value } from '../model.ts';
import { compilePattern } from './call-check.ts';
import { excerpt, label, valueProblem } from './problem.ts';

export type Fitted = { readonly value: Value | null } | { readonly problem: Label };
export type Fit = (value: Value | null) => Fitted;

/** Brings values into the form of the attribute. Throws ExpressionError when its `forbidden` class is not valid. */
export function createFit(spec: AttributeSpec): Fit {
  const refused = spec.forbidden === undefined ? undefined : compilePattern(spec.forbidden);
  return (value) => {
    const result = normalise(value, spec);
    if ('problem' in result) return { problem: valueProblem(result.problem) };
    if (refused === undefined || result.value === null) return result;
    const hit = firstRefused(result.value, refused);
    if (hit === undefined) return result;
    return {
      problem: label(
        `contains "${excerpt(hit)}", which the target does not accept; remove it with replace(…)`,
        `包含目标系统不接受的字符“${excerpt(hit)}”；请用 replace(…) 去掉`,
      ),
    };
  };
}

function firstRefused(value: Value, refused: RE2JS): string | undefined {
  const entries: readonly Scalar[] = Array.isArray(value) ? value : [value as Scalar];
  for (const entry of entries) {
    if (typeof entry !== 'string' || !refused.test(entry)) continue;
    const match = refused.matcher(entry);
    if (match.find()) return match.group() ?? '';
  }
  return undefined;
}
