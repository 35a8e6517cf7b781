// Goes through the writes of a batch in as few steps to the disk as possible: a step ends where a write depends on an
// earlier one of it, which the state shows only once it is written.
import type { Write } from '../../connector-kit/contract.ts';
import { typeOf, uniqueIn } from './catalogue.ts';
import { uniqueKeys } from './state.ts';

export interface BatchStep {
  /** Whether the writes noted so far must be on disk before this one is looked at. */
  mustEndBefore(write: Write): boolean;
  note(write: Write, id: string): void;
  /** All that was noted is on disk. */
  end(): void;
}

export function batchStep(): BatchStep {
  const touched = new Set<string>();
  const taken = new Set<string>();
  let freed = false;
  let moved = false;
  return {
    mustEndBefore(write) {
      if (touched.has(idOf(write))) return true;
      const keys = keysOf(write);
      return keys.some((key) => taken.has(key)) || (keys.length > 0 && freed) || (isMove(write) && moved);
    },
    note(write, id) {
      touched.add(idOf(write)).add(`${write.type}:${id}`);
      for (const key of keysOf(write)) taken.add(key);
      freed ||= mayFree(write);
      moved ||= isMove(write);
    },
    end() {
      touched.clear();
      taken.clear();
      freed = false;
      moved = false;
    },
  };
}

const idOf = (write: Write): string => `${write.type}:${write.kind === 'create' ? write.desired.directoryId : write.id}`;

/** The unique values that a write wants to have. */
function keysOf(write: Write): readonly string[] {
  if (write.kind === 'create') return uniqueKeys(write.type, write.desired.attributes);
  return write.kind === 'update' ? uniqueKeys(write.type, write.changed.attributes) : [];
}

/** It may give up a value that a later write takes. */
const mayFree = (write: Write): boolean =>
  write.kind === 'remove' || (write.kind === 'update' && uniqueIn(write.type).some((spec) => spec.name in write.changed.attributes));

const isMove = (write: Write): boolean => write.kind === 'update' && (typeOf(write.type)?.parent ?? '') in write.changed.attributes;
