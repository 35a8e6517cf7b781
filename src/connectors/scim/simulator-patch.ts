// PATCH for the simulator, with the rules of the RFC. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
import { isDeepStrictEqual } from 'node:util';
import { isObject, member, type Draft, type Json } from './places.ts';
import { parseFilter } from './simulator-filter.ts';

export class BadPatch extends Error {
  readonly scimType: string;
  constructor(scimType: string, message: string) {
    super(message);
    this.scimType = scimType;
  }
}

interface Target {
  readonly urn: string | null;
  readonly name: string;
  readonly filter: string | null;
  readonly sub: string | null;
}

/** `[URN:]name[filter].sub` */
function parsePath(path: string): Target {
  const urn = path.startsWith('urn:') ? path.slice(0, path.lastIndexOf(':')) : null;
  const match = /^([\w$-]+)(?:\[(.*)\])?(?:\.([\w$-]+))?$/.exec(urn === null ? path : path.slice(urn.length + 1));
  if (!match) throw new BadPatch('invalidPath', `"${path}" is no path`);
  return { urn, name: match[1]!, filter: match[2] ?? null, sub: match[3] ?? null };
}

/** The resource after all operations; the one given stays as it is. */
export function patched(resource: Json, operations: readonly Json[], strictTargets: boolean): Draft {
  const draft = structuredClone(resource) as Draft;
  for (const operation of operations) {
    const op = String(member(operation, 'op') ?? '').toLowerCase();
    const path = member(operation, 'path');
    const value = member(operation, 'value');
    if (typeof path === 'string') apply(draft, op, parsePath(path), value, strictTargets);
    else if (op === 'remove') throw new BadPatch('noTarget', 'remove needs a path');
    else for (const [name, one] of Object.entries(isObject(value) ? value : {})) apply(draft, op, parsePath(name), one, strictTargets);
  }
  return draft;
}

const keyIn = (object: Json, name: string): string => Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;

function apply(draft: Draft, op: string, target: Target, value: unknown, strictTargets: boolean): void {
  if (!['add', 'replace', 'remove'].includes(op)) throw new BadPatch('invalidSyntax', `"${op}" is no operation`);
  const holder = target.urn === null ? draft : ((draft[target.urn] ??= {}) as Draft);
  const key = keyIn(holder, target.name);
  if (target.filter !== null) return applyFiltered(holder, key, op, target, value, strictTargets);
  if (target.sub !== null) {
    const inner = (holder[key] = isObject(holder[key]) ? { ...holder[key] } : {}) as Draft;
    const sub = keyIn(inner, target.sub);
    if (op === 'remove') delete inner[sub];
    else inner[sub] = value;
    return;
  }
  if (op === 'remove') delete holder[key];
  else holder[key] = op === 'add' ? added(holder[key], value) : value;
}

function added(before: unknown, value: unknown): unknown {
  if (Array.isArray(before)) {
    const isSame = (a: unknown, b: unknown): boolean =>
      isObject(a) && isObject(b) && 'value' in a ? a.value === b.value : isDeepStrictEqual(a, b);
    return [...before, ...[value].flat().filter((one) => !before.some((known) => isSame(known, one)))];
  }
  return isObject(before) && isObject(value) ? { ...before, ...value } : value;
}

function applyFiltered(holder: Draft, key: string, op: string, target: Target, value: unknown, strictTargets: boolean): void {
  const test = parseFilter(target.filter!, 'any');
  const list = Array.isArray(holder[key]) ? (holder[key] as unknown[]) : [];
  const hits = list.filter((entry) => isObject(entry) && test(entry));
  if (hits.length === 0 && strictTargets && op !== 'add') throw new BadPatch('noTarget', `nothing matches [${target.filter}]`);
  const changed = (entry: unknown): unknown => {
    if (!hits.includes(entry)) return entry;
    if (target.sub === null) return op === 'remove' ? null : { ...(entry as Json), ...(isObject(value) ? value : {}) };
    const { [target.sub]: _before, ...rest } = entry as Json;
    return op === 'remove' ? rest : { ...rest, [target.sub]: value };
  };
  holder[key] = list.map(changed).filter((entry) => entry !== null);
}
