// SQL that tells further changes of an object from its first one, so that people can be counted beside changes.

/** Of a row of `change`: its object has an earlier one in the run, of which that holds. `+o.run`: by the object, not through the whole run. */
export const isFurther = (holds: string): string =>
  `(change.aspect <> '' OR change.situation = 'found') AND EXISTS (SELECT 1 FROM change o WHERE o.job = change.job AND o.type = change.type
     AND o.source_key = change.source_key AND o.id < change.id AND +o.run = change.run AND ${holds})`;
