// The last completely parsed copy of the files, in the connection's folder: rows as read, objects as resolved.
// Reading and `get` answer from it; a new one replaces it as a whole or not at all.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attributes, Edges } from '../../core/model.ts';
import { openReader, type Place, readLines } from './object-file.ts';
import type { Problem } from './rows.ts';

export interface FileIdentity {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export type CopiedType = 'person' | 'department';

export interface CopyFacts {
  readonly id: string;
  /** Fingerprint of the settings that parsing depends on, and of the sealing key. */
  readonly settings: string;
  readonly people: readonly FileIdentity[];
  readonly departments: FileIdentity | null;
  readonly from: 'table' | 'path' | 'none';
  /** Attributes and relations whose columns were there. */
  readonly visible: Readonly<Record<CopiedType, readonly string[]>>;
  readonly range: Readonly<Record<CopiedType, string>>;
  /** Fingerprint of what kind of list it is; copies of earlier versions have none. */
  readonly kind?: string;
  /** Rows whose key cannot be read: as long as there are any, nobody counts as missing. */
  readonly hidden: Readonly<Record<CopiedType, { readonly count: number; readonly first: readonly string[] }>>;
  readonly counts: {
    readonly rows: number;
    readonly people: number;
    readonly departments: number;
    readonly problems: number;
  };
  readonly builtAt: number;
}

/** An object as it lies in the copy. */
export interface StoredObject {
  readonly id: string;
  readonly attributes: Attributes;
  readonly edges?: Edges;
  readonly sealed?: string;
}

export interface StoredProblem extends Problem {
  readonly type: CopiedType;
}

export interface Copy {
  readonly facts: CopyFacts;
  path(file: 'rows' | 'person' | 'department' | 'problems'): string;
  /** Those of the ids that are there. */
  find(type: CopiedType, ids: readonly string[]): Promise<ReadonlyMap<string, StoredObject>>;
  /** Whether a problem names this id: then it is there, but cannot be told. */
  isProblem(type: CopiedType, id: string): Promise<boolean>;
  /** Whether `department` is `top` or below it. */
  isUnder(department: string, top: string): Promise<boolean>;
}

const CURRENT = 'current-copy.json';
const FACTS = 'copy.json';

/** The copy that counts; null when there is none yet. */
export async function currentCopy(folder: string): Promise<Copy | null> {
  const directory = await currentDirectory(folder);
  if (directory === null) return null;
  const facts = await readFile(join(folder, directory, FACTS), 'utf8').catch(() => null);
  return facts === null ? null : openCopy(join(folder, directory), JSON.parse(facts) as CopyFacts);
}

async function currentDirectory(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, CURRENT), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as { directory: string }).directory;
}

/** Copies that this process is writing: two may read the same file at once, and the one that ends first must leave the other its own. */
const begun = new Set<string>();

/** What this process has finished last, newest at the end: previews with settings of their own read beside each other. */
const finished: string[] = [];
const SPARED = 4;

/** A new, empty folder for a copy. */
export async function beginCopy(folder: string, id: string): Promise<string> {
  const directory = join(folder, `copy-${id}`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  begun.add(directory);
  return directory;
}

/** A copy that will not be finished. */
export async function abandonCopy(directory: string): Promise<void> {
  begun.delete(directory);
  await rm(directory, { recursive: true, force: true }).catch(() => {});
}

/** Makes a finished copy the current one. Those before stay for reads that are under way; older ones go. */
export async function completeCopy(folder: string, facts: CopyFacts): Promise<Copy> {
  const directory = `copy-${facts.id}`;
  await writeFile(join(folder, directory, FACTS), JSON.stringify(facts), { mode: 0o600, flush: true });
  const before = await currentDirectory(folder);
  const next = join(folder, `${CURRENT}.tmp`);
  await writeFile(next, JSON.stringify({ directory }), { mode: 0o600, flush: true });
  await rename(next, join(folder, CURRENT));
  begun.delete(join(folder, directory));
  finished.push(join(folder, directory));
  finished.splice(0, finished.length - SPARED);
  await removeOthers(folder, [directory, before ?? directory]);
  return openCopy(join(folder, directory), facts);
}

/** Left over from a crash, or no longer needed. On Windows an open one stays until the next time. */
async function removeOthers(folder: string, keep: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith('copy-') && !keep.includes(name) && !begun.has(join(folder, name)) && !finished.includes(join(folder, name)))
      await rm(join(folder, name), { recursive: true, force: true }).catch(() => {});
  }
}

/** Every line begins with the id, so that an index need not parse the whole. */
const ID = /^\{"id":("(?:[^"\\]|\\.)*")/;
export const idOfLine = (text: string): string => JSON.parse(ID.exec(text)![1]!) as string;

function openCopy(directory: string, facts: CopyFacts): Copy {
  const path: Copy['path'] = (file) => join(directory, `${file}.jsonl`);
  const indexes = new Map<CopiedType, Promise<Map<string, Place>>>();
  let problems: Promise<ReadonlySet<string>> | null = null;
  let parents: Promise<ReadonlyMap<string, string | null>> | null = null;
  const index = (type: CopiedType): Promise<Map<string, Place>> => {
    const known = indexes.get(type) ?? buildIndex(path(type));
    indexes.set(type, known);
    return known;
  };
  return {
    facts,
    path,
    async find(type, ids) {
      const places = await index(type);
      const found = new Map<string, StoredObject>();
      const reader = await openReader(path(type));
      try {
        for (const id of ids) {
          const place = places.get(id);
          if (place !== undefined) found.set(id, await reader.at<StoredObject>(place));
        }
      } finally {
        await reader.close();
      }
      return found;
    },
    async isProblem(type, id) {
      problems ??= problemIds(path('problems'));
      return (await problems).has(`${type}:${id}`);
    },
    async isUnder(department, top) {
      parents ??= parentsOf(path('department'));
      const known = await parents;
      let at: string | null | undefined = department;
      for (let depth = 0; typeof at === 'string' && depth < 1000; depth++) {
        if (at === top) return true;
        at = known.get(at);
      }
      return false;
    },
  };
}

async function buildIndex(path: string): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  for await (const line of readLines(path)) places.set(idOfLine(line.text), line.place);
  return places;
}

async function problemIds(path: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const line of readLines(path)) {
    const { type, id } = JSON.parse(line.text) as StoredProblem;
    if (id !== null) ids.add(`${type}:${id}`);
  }
  return ids;
}

async function parentsOf(path: string): Promise<ReadonlyMap<string, string | null>> {
  const parents = new Map<string, string | null>();
  for await (const line of readLines(path)) {
    const { id, attributes } = JSON.parse(line.text) as StoredObject;
    parents.set(id, (attributes.parent ?? null) as string | null);
  }
  return parents;
}
