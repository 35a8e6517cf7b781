// A list of links looked at against both sides, in sets: which lines can become links, which are links already, and what is wrong with the others.
import { comparisonKey } from '../../core/attribute.ts';
import type { AttributeSpec, Label, ObjectTypeSpec } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import { findObjects, objectsOf, type ObjectRow } from '../../store/directory.ts';
import { linksByDirectory, linksByExternal } from '../../store/links.ts';
import { apartFrom } from '../../store/matching.ts';
import { findInMirror, mirrorHashes } from '../../store/mirror.ts';
import { titlesOf } from '../../store/overview.ts';
import { groupBy, pieces } from '../shapes.ts';
import type { WantedLink } from './effects.ts';
import { type LineProblem, lineProblems, type ProblemCode } from './problems.ts';
import type { LinkLine, Named } from './table.ts';

/** Values in one statement. */
const TOGETHER = 1000;

export interface Sides {
  readonly connection: string;
  /** Of the directory, and of the system of the connection. */
  readonly directory: readonly ObjectTypeSpec[];
  readonly outside: readonly ObjectTypeSpec[];
  /** Of ids that the mirror does not show: whether the system has them. */
  readonly ask: (type: string, ids: readonly string[]) => Promise<Asked>;
  /** Of these accounts, those that are given to nobody, and why. */
  readonly guarded: (type: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Label>>;
}

export interface Asked {
  readonly found: ReadonlySet<string>;
  /** Why nothing can be said of the others; null: they are not there. */
  readonly unsure: Label | null;
}

export interface JudgedLink extends WantedLink {
  readonly line: number;
}

export interface Judged {
  readonly ready: readonly JudgedLink[];
  /** Lines that say what is so already. */
  readonly known: number;
  /** In the order of the lines. */
  readonly problems: readonly LineProblem[];
}

type Found = { readonly id: string } | { readonly problem: LineProblem };

const both = (text: string): Label => ({ en: text, zh: text });

function problem(line: number, at: Named | string, code: ProblemCode, value = '', other: Label = both('')): LineProblem {
  const says = lineProblems[code];
  return {
    line,
    column: typeof at === 'string' ? at : at.column,
    code,
    message: { en: says(value, other.en).en, zh: says(value, other.zh).zh },
  };
}

export async function judgeLines(reader: Reader, lines: readonly LinkLine[], sides: Sides): Promise<Judged> {
  const judged = { ready: [] as JudgedLink[], known: 0, problems: [] as LineProblem[] };
  for (const [type, own] of groupBy(lines, (line) => line.type)) {
    if (!sides.directory.some((spec) => spec.id === type) || !sides.outside.some((spec) => spec.id === type)) {
      judged.problems.push(...own.map((line) => problem(line.line, line.typeColumn, 'unknown-type', type)));
      continue;
    }
    const accounts = await accountsOf(reader, type, own, sides);
    const objects = await objectsNamed(reader, type, own, sides);
    await pairUp(reader, type, own, sides, { accounts, objects }, judged);
  }
  judged.problems.sort((a, b) => a.line - b.line);
  return judged;
}

interface Resolved {
  readonly accounts: ReadonlyMap<LinkLine, Found>;
  readonly objects: ReadonlyMap<LinkLine, Found>;
}

export const nameOfPair = (object: string, account: string): string => `${object}\0${account}`;

async function pairUp(
  reader: Reader,
  type: string,
  lines: readonly LinkLine[],
  sides: Sides,
  { accounts, objects }: Resolved,
  into: { readonly ready: JudgedLink[]; known: number; readonly problems: LineProblem[] },
): Promise<void> {
  const sure = lines.flatMap((line) => {
    const [account, object] = [accounts.get(line)!, objects.get(line)!];
    for (const side of [account, object]) if ('problem' in side) into.problems.push(side.problem);
    return 'id' in account && 'id' in object ? [{ line, account: account.id, object: object.id }] : [];
  });
  const byAccount = new Map<string, string>();
  const byObject = new Map<string, string>();
  const guarded = new Map<string, Label>();
  const apart = new Set<string>();
  for (const some of pieces(sure, TOGETHER)) {
    const ids = some.map((one) => one.account);
    for (const row of await linksByExternal(reader, sides.connection, type, ids)) byAccount.set(row.external_id, row.directory_id);
    const owners = some.map((one) => one.object);
    for (const row of await linksByDirectory(reader, sides.connection, type, owners)) byObject.set(row.directory_id, row.external_id);
    for (const [id, why] of await sides.guarded(type, ids)) guarded.set(id, why);
    for (const row of await apartFrom(reader, sides.connection, type, owners)) apart.add(nameOfPair(row.object, row.external_id));
  }
  const titles = await titlesOf(reader, [...new Set(byAccount.values())].slice(0, TOGETHER));
  const seen = { accounts: new Map<string, number>(), objects: new Map<string, number>() };
  for (const { line, account, object } of sure) {
    const before = seen.accounts.get(account) ?? seen.objects.get(object);
    const [owner, other] = [byAccount.get(account), byObject.get(object)];
    if (before !== undefined) {
      const at = seen.accounts.has(account) ? line.account : line.object;
      into.problems.push(problem(line.line, at, 'doubled', at.value, both(String(before))));
    } else if (owner === object) into.known++;
    else if (owner !== undefined)
      into.problems.push(problem(line.line, line.account, 'account-linked', account, both(titles.get(owner) ?? owner)));
    else if (other !== undefined) into.problems.push(problem(line.line, line.object, 'object-linked', line.object.value, both(other)));
    else if (guarded.has(account))
      into.problems.push(problem(line.line, line.account, 'account-protected', account, guarded.get(account)!));
    else if (apart.has(nameOfPair(object, account)))
      into.problems.push(problem(line.line, line.account, 'kept-apart', account, both(line.object.value)));
    else into.ready.push({ type, externalId: account, object, line: line.line });
    if (!seen.accounts.has(account)) seen.accounts.set(account, line.line);
    if (!seen.objects.has(object)) seen.objects.set(object, line.line);
  }
}

/** A number without the code of a country is tried as a Chinese one. */
function keysFor(value: string, spec: AttributeSpec): readonly string[] {
  const key = comparisonKey(value, spec.equality);
  if (key === '') return [];
  return spec.equality === 'phone' && !key.startsWith('+') ? [key, `+86${key}`, `+${key}`] : [key];
}

/** Which ids have which of these values. */
async function lookUp(
  values: readonly string[],
  spec: AttributeSpec,
  find: (keys: readonly string[]) => Promise<readonly { readonly key: string; readonly id: string }[]>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const wanted = new Map(values.map((value) => [value, keysFor(value, spec)]));
  const byKey = new Map<string, Set<string>>();
  for (const keys of pieces([...new Set([...wanted.values()].flat())], TOGETHER))
    for (const row of await find(keys)) byKey.set(row.key, (byKey.get(row.key) ?? new Set()).add(row.id));
  return new Map([...wanted].map(([value, keys]) => [value, [...new Set(keys.flatMap((key) => [...(byKey.get(key) ?? [])]))]]));
}

const oneOf = (line: LinkLine, at: Named, ids: readonly string[], side: 'object' | 'account'): Found => {
  if (ids.length === 1) return { id: ids[0]! };
  if (ids.length === 0) return { problem: problem(line.line, at, `no-${side}`, at.value) };
  return { problem: problem(line.line, at, `several-${side}s`, at.value, both(ids.slice(0, 3).join(', '))) };
};

async function accountsOf(reader: Reader, type: string, lines: readonly LinkLine[], sides: Sides): Promise<ReadonlyMap<LinkLine, Found>> {
  const found = new Map<LinkLine, Found>();
  for (const [name, own] of groupBy(lines, (line) => line.account.attribute ?? '')) {
    const filled = own.filter((line) => line.account.value !== '');
    for (const line of own) if (line.account.value === '') found.set(line, { problem: problem(line.line, line.account, 'empty') });
    const values = [...new Set(filled.map((line) => line.account.value))];
    if (name === '') {
      const { there, unsure } = await knownAccounts(reader, type, values, sides);
      for (const line of filled) {
        const { value } = line.account;
        if (there.has(value)) found.set(line, { id: value });
        else if (unsure) found.set(line, { problem: problem(line.line, line.account, 'unsure-account', value, unsure) });
        else found.set(line, { problem: problem(line.line, line.account, 'no-account', value) });
      }
      continue;
    }
    const spec = sides.outside.find((one) => one.id === type)!.attributes.find((one) => one.name === name);
    const by = spec
      ? await lookUp(values, spec, async (keys) =>
          (await findInMirror(reader, sides.connection, type, name, keys)).map((row) => ({ key: row.key, id: row.external_id })),
        )
      : null;
    for (const line of filled)
      found.set(
        line,
        by
          ? oneOf(line, line.account, by.get(line.account.value)!, 'account')
          : { problem: problem(line.line, line.account, 'no-column', name) },
      );
  }
  return found;
}

async function knownAccounts(
  reader: Reader,
  type: string,
  ids: readonly string[],
  sides: Sides,
): Promise<{ readonly there: ReadonlySet<string>; readonly unsure: Label | null }> {
  const there = new Set<string>();
  for (const some of pieces(ids, TOGETHER)) {
    for (const row of await mirrorHashes(reader, sides.connection, type, some)) there.add(row.external_id);
    for (const row of await linksByExternal(reader, sides.connection, type, some)) there.add(row.external_id);
  }
  const open = ids.filter((id) => !there.has(id));
  if (open.length === 0) return { there, unsure: null };
  const { found, unsure } = await sides.ask(type, open);
  for (const id of found) there.add(id);
  return { there, unsure };
}

async function objectsNamed(reader: Reader, type: string, lines: readonly LinkLine[], sides: Sides): Promise<ReadonlyMap<LinkLine, Found>> {
  const found = new Map<LinkLine, Found>();
  for (const [name, own] of groupBy(lines, (line) => line.object.attribute ?? '')) {
    const filled = own.filter((line) => line.object.value !== '');
    for (const line of own) if (line.object.value === '') found.set(line, { problem: problem(line.line, line.object, 'empty') });
    const values = [...new Set(filled.map((line) => line.object.value))];
    const spec = sides.directory.find((one) => one.id === type)!.attributes.find((one) => one.name === name);
    const by =
      name === ''
        ? new Map(values.map((value) => [value, [value]] as const))
        : spec
          ? await lookUp(values, spec, (keys) => findObjects(reader, type, name, keys))
          : new Map<string, readonly string[]>();
    const rows = new Map<string, ObjectRow>();
    for (const ids of pieces([...new Set([...by.values()].flat())], TOGETHER))
      for (const row of await objectsOf(reader, ids)) rows.set(row.id, row);
    for (const line of filled) {
      const there = (by.get(line.object.value) ?? []).filter((id) => rows.get(id) !== undefined && rows.get(id)!.lifecycle !== 'absent');
      const other = there.map((id) => rows.get(id)!.type).find((one) => one !== type);
      found.set(
        line,
        other === undefined
          ? oneOf(line, line.object, there, 'object')
          : { problem: problem(line.line, line.object, 'wrong-type', line.object.value, both(other)) },
      );
    }
  }
  return found;
}
