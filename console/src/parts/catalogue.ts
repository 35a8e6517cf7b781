// What both sides of a job know of people, departments and groups.
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { useAnswer } from '../api/hooks.ts';
import type { PartProps } from './part.ts';

export type TypeView = WireOutput<'schema.get'>['types'][number];

export function useCatalogue({ connector, direction }: Pick<PartProps, 'connector' | 'direction'>): {
  readonly source: readonly TypeView[];
  readonly target: readonly TypeView[];
} {
  const directory = useAnswer('schema.get', {}).data?.types ?? [];
  return direction === 'up' ? { source: connector.types, target: directory } : { source: directory, target: connector.types };
}
