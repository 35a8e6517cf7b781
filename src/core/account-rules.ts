// Rules of a target on one object that no single attribute can tell: who may not point to themselves, and what needs something beside it.
import { compilePattern } from './mapping/call-check.ts';
import type { Attributes, Label, ObjectTypeSpec } from './model.ts';

export interface BrokenRule {
  /** What is left as it is, the attribute to blame first. */
  readonly left: readonly string[];
  readonly message: Label;
}

/** @param own  the id by which references would name the object itself */
export type AccountRules = (own: string, desired: Attributes, current: Attributes | undefined) => readonly BrokenRule[];

/** Throws where a pattern of the catalogue is not valid. */
export function accountRules(type: ObjectTypeSpec): AccountRules {
  const others = type.attributes.filter((spec) => spec.notItself);
  const beside = (type.needsBeside ?? []).map((rule) => ({ ...rule, fine: compilePattern(rule.unless) }));
  return (own, desired, current) => {
    const broken: BrokenRule[] = others
      .filter(({ name }) => desired[name] === own)
      .map(({ name, label }) => ({
        left: [name],
        message: {
          en: `This target lets nobody be their own ${label.en}. Correct it at the source; until then it is left as it is.`,
          zh: `该目标系统不允许将本人设为自己的${label.zh}。请在源系统中更正；在此之前保持不变。`,
        },
      }));
    for (const { of, needs, fine, why } of beside) {
      const [value, other] = [of, needs].map((name) => (desired[name] === undefined ? current?.[name] : desired[name]));
      // What an account has beside it cannot be judged where it is not shown.
      if (typeof value !== 'string' || fine.test(value) || (other ?? null) !== null || (current && other === undefined)) continue;
      broken.push({
        left: [of, needs],
        message: {
          en: `${why.en} Fill "${needs}" at the source; until then both are left as they are.`,
          zh: `${why.zh}请在源系统补充“${needs}”；在此之前两者保持不变。`,
        },
      });
    }
    return broken;
  };
}
