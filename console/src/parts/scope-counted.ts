// By which departments the people of a choice are counted.
import { departmentsIn, type Chosen, type Department, type Mode } from './scope.ts';

/** So many departments the directory counts at once. */
const MOST = 200;

interface Counted {
  readonly department: string;
  readonly below: boolean;
}

/** Departments whose own people are counted; null: the directory cannot count them at once. */
export function countedDepartments(departments: readonly Department[], chosen: Chosen, mode: Mode = 'only'): readonly Counted[] | null {
  const own = departmentsIn(departments, chosen, mode).map((department) => ({ department, below: false }));
  if (own.length <= MOST) return own;
  if (mode !== 'only') return null;
  const whole = chosen.include.map((department) => ({ department, below: true }));
  const isPlain = chosen.exclude.length === 0 && chosen.below !== false && (chosen.onlyBelow ?? []).length === 0;
  return isPlain && whole.length <= MOST ? whole : null;
}
