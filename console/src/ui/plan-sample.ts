// Which few values of a change stand in a short plan: who it is and where they belong first.
import type { WireOutput } from '../../../src/server/api/wire.ts';

type Change = Pick<WireOutput<'run.plan'>['groups'][number]['examples'][number], 'attributes' | 'edges'>;

interface Sample {
  readonly attributes: Change['attributes'];
  readonly edges: Change['edges'];
  /** Values that are not among them. */
  readonly left: number;
}

/** Shown of one change. */
const SHOWN = 8;
const first = ['userName', 'displayName', 'name', 'email', 'employeeNumber', 'title', 'mobile', 'code', 'parent'];
const placeOf = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);

export function sampleOf({ attributes, edges }: Change): Sample {
  const own = attributes.toSorted((a, b) => placeOf(a.name) - placeOf(b.name));
  const memberships = edges.filter((edge) => edge.relation === 'membership').slice(0, SHOWN / 2);
  const shown = own.slice(0, SHOWN - memberships.length);
  return { attributes: shown, edges: memberships, left: attributes.length + edges.length - shown.length - memberships.length };
}
