// The state of an export: the last finished objects and a journal of what changed since, both as JSON lines.
// An answer is given only after its journal line is on disk; replaying the journal any number of times gives the same.
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { comparisonKeys } from '../../core/attribute.ts';
import type { Attributes, Edge, EndpointObject } from '../../core/model.ts';
import { uniqueIn } from './catalogue.ts';
import {
  endOf,
  type LineReader,
  type LineWriter,
  openFinishedReader,
  openReader,
  openWriter,
  type Place,
  readLines,
  writeLines,
} from './object-file.ts';
import type { Seal } from './seal.ts';
import { type Line, sealedLines } from './sealed-line.ts';
import { say } from './text.ts';

export type Entry =
  | { readonly op: 'put'; readonly type: string; readonly object: EndpointObject }
  | {
      readonly op: 'edges';
      readonly type: string;
      readonly id: string;
      readonly relation: string;
      readonly add: readonly Edge[];
      readonly remove: readonly Edge[];
    }
  | { readonly op: 'remove'; readonly type: string; readonly id: string };

export interface ExportState {
  get(type: string, id: string): Promise<EndpointObject | null>;
  /** Who holds one of these unique values now, besides `id`. */
  holder(type: string, id: string, attributes: Attributes): Promise<EndpointObject | null>;
  /** Returns when all of it is on disk. */
  append(entries: readonly Entry[]): Promise<void>;
  /** Values of these attributes are sealed in what is written from now on. */
  noteSensitive(type: string, names: readonly string[]): void;
  all(type: string): AsyncGenerator<EndpointObject>;
  /** Changes with every `compact` that had something to do. */
  revision(): Promise<string>;
  /** Makes the present state the last finished one and empties the journal. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

/** The unique values among these attributes, each under the form in which it is compared. */
export const uniqueKeys = (type: string, attributes: Attributes): readonly string[] =>
  uniqueIn(type).flatMap((spec) => comparisonKeys(attributes[spec.name], spec).map((value) => `${type}:${spec.name}:${value}`));

/** A member list is written out again after so many changes, so that reading it stays cheap. */
const MOST_DELTAS = 64;

const keyOf = (type: string, id: string): string => `${type}:${id}`;

export async function openState(folder: string, seal: Seal): Promise<ExportState> {
  const lines = sealedLines(seal);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = { state: join(folder, 'state.jsonl'), journal: join(folder, 'journal.jsonl') };
  await touch(path.state);
  await touch(path.journal);
  // Where the newest whole object lies: in the state file, or (as -1 - place) in the journal.
  const places = new Map<string, number>();
  const deltas = new Map<string, Place[]>();
  // Unique value → who had it last; whether that is still so is looked up.
  const holders = new Map<string, string>();
  let pending = 0;

  const noteHolder = (type: string, object: EndpointObject): void => {
    for (const key of uniqueKeys(type, object.attributes)) holders.set(key, object.id);
  };
  const apply = (entry: Entry, place: Place): void => {
    pending++;
    if (entry.op === 'edges') {
      const key = keyOf(entry.type, entry.id);
      deltas.set(key, [...(deltas.get(key) ?? []), place]);
      return;
    }
    const key = keyOf(entry.type, entry.op === 'put' ? entry.object.id : entry.id);
    deltas.delete(key);
    if (entry.op === 'remove') places.delete(key);
    else {
      places.set(key, -1 - place);
      noteHolder(entry.type, entry.object);
    }
  };
  const opened = (entry: Entry): Entry => (entry.op === 'put' ? { ...entry, object: lines.open(entry.type, entry.object) } : entry);
  const closed = (entry: Entry): Entry => (entry.op === 'put' ? { ...entry, object: lines.close(entry.type, entry.object) } : entry);
  const loadState = async (): Promise<void> => {
    for await (const line of readLines(path.state)) {
      const { type, object: closed } = JSON.parse(line.text) as { type: string; object: Line };
      const object = lines.open(type, closed);
      places.set(keyOf(type, object.id), line.place);
      noteHolder(type, object);
    }
  };
  const loadJournal = async (): Promise<number> => {
    let end = 0;
    for await (const line of readLines(path.journal)) {
      apply(opened(parseEntry(line.text, path.journal, pending + 1)), line.place);
      end = endOf(line.place);
    }
    return end;
  };

  await loadState();
  // A last line without its end was never answered for: it is cut off.
  let writer: LineWriter = await openWriter(path.journal, await loadJournal());
  let reader: { state: LineReader; journal: LineReader } = {
    state: await openFinishedReader(path.state),
    journal: await openReader(path.journal),
  };
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => {});
    return result;
  };

  const get = async (type: string, id: string): Promise<EndpointObject | null> => {
    const key = keyOf(type, id);
    const place = places.get(key);
    if (place === undefined) return null;
    const kept = await (place < 0 ? reader.journal : reader.state).at<{ object: Line }>(place < 0 ? -1 - place : place);
    let object = lines.open(type, kept.object);
    for (const delta of deltas.get(key) ?? []) {
      const entry = await reader.journal.at<Entry>(delta);
      if (entry.op === 'edges') object = withEdges(object, entry);
    }
    return object;
  };

  async function* all(type: string): AsyncGenerator<EndpointObject> {
    for (const key of places.keys()) {
      if (!key.startsWith(`${type}:`)) continue;
      const object = await get(type, key.slice(type.length + 1));
      if (object) yield object;
    }
  }

  const write = async (entries: readonly Entry[]): Promise<void> => {
    const written: [Entry, Place][] = [];
    try {
      for (const entry of entries) written.push([entry, await writer.write(closed(entry))]);
      await writer.sync();
    } catch (cause) {
      throw new ConnectorError(
        'unknown-outcome',
        say(`The journal ${path.journal} could not be written.`, `无法写入日志 ${path.journal}。`),
        { cause, detail: (cause as { code?: string }).code },
      );
    }
    for (const [entry, place] of written) apply(entry, place);
  };

  return {
    get,
    all,
    noteSensitive: (type, names) => lines.note(type, names),
    async holder(type, id, attributes) {
      for (const key of uniqueKeys(type, attributes)) {
        const last = holders.get(key);
        const object = last === undefined || last === id ? null : await get(type, last);
        if (object && uniqueKeys(type, object.attributes).includes(key)) return object;
      }
      return null;
    },
    async revision() {
      const { size, mtimeMs, ino } = await stat(path.state);
      return `${ino}-${size}-${mtimeMs}`;
    },
    append: (entries) =>
      inTurn(async () => {
        await write(entries);
        for (const entry of entries) {
          if (entry.op !== 'edges' || (deltas.get(keyOf(entry.type, entry.id))?.length ?? 0) < MOST_DELTAS) continue;
          const whole = await get(entry.type, entry.id);
          if (whole) await write([{ op: 'put', type: entry.type, object: whole }]);
        }
      }),
    compact: () =>
      inTurn(async () => {
        if (pending === 0) return;
        // Nothing is appended meanwhile, so the journal can be read in blocks.
        await reader.journal.close();
        reader = { ...reader, journal: await openFinishedReader(path.journal) };
        const moved = new Map<string, number>();
        await writeLines(`${path.state}.tmp`, async (next) => {
          for (const key of places.keys()) {
            const type = key.slice(0, key.indexOf(':'));
            const object = await get(type, key.slice(type.length + 1));
            if (object) moved.set(key, await next.write({ type, object: lines.close(type, object) }));
          }
        });
        await rename(`${path.state}.tmp`, path.state);
        await syncFolder(folder);
        // A crash here replays the journal over the new state, which changes nothing.
        await writer.close();
        writer = await openWriter(path.journal);
        await writer.sync();
        await reader.state.close();
        await reader.journal.close();
        reader = { state: await openFinishedReader(path.state), journal: await openReader(path.journal) };
        for (const [key, place] of moved) places.set(key, place);
        deltas.clear();
        pending = 0;
      }),
    async close() {
      await queue;
      await writer.close();
      await reader.state.close();
      await reader.journal.close();
    },
  };
}

/** Adds are upserts, removals match the far end only. */
function withEdges(object: EndpointObject, entry: Extract<Entry, { op: 'edges' }>): EndpointObject {
  const edges = new Map((object.edges?.[entry.relation] ?? []).map((edge) => [keyOf(edge.to.type, edge.to.id), edge]));
  for (const edge of entry.remove) edges.delete(keyOf(edge.to.type, edge.to.id));
  for (const edge of entry.add) edges.set(keyOf(edge.to.type, edge.to.id), edge);
  return { ...object, edges: { ...object.edges, [entry.relation]: [...edges.values()] } };
}

function parseEntry(text: string, path: string, line: number): Entry {
  try {
    return JSON.parse(text) as Entry;
  } catch (cause) {
    throw new ConnectorError(
      'config',
      say(
        `The journal ${path} is damaged on line ${line}. Nothing was written. Move it away to go on without the changes in it, then run the job in full.`,
        `日志 ${path} 第 ${line} 行已损坏，未写入任何内容。将其移走可在不含这些变更的情况下继续，然后请执行一次全量同步。`,
      ),
      { cause },
    );
  }
}

async function touch(path: string): Promise<void> {
  await (await open(path, 'a', 0o600)).close();
}

/** Makes a rename survive a power loss. Windows cannot, and need not. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32' || !(await stat(folder)).isDirectory()) return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
