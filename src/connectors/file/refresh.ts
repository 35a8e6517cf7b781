// Decides whether the copy is still the newest state of the files, and builds a new one when it is not.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ConnectionContext } from '../../connector-kit/contract.ts';
import { ConnectorError, isConnectorError } from '../../connector-kit/errors.ts';
import { buildCopy } from './build-copy.ts';
import type { FileConfig } from './config.ts';
import { type Copy, currentCopy, type FileIdentity } from './copy.ts';
import { departmentsFrom, openDepartmentsFile, type OpenedFile, openPeopleFile } from './open-table.ts';
import { type FoundFile, listFiles, type Place, placeOf, putAway, settled } from './pickup.ts';
import type { Seal } from './seal.ts';
import { fingerprint, type Table } from './table.ts';
import { say } from './text.ts';

/** Raise when rows of the same file would be understood differently. */
const PARSER_VERSION = 1;

const identity = (file: FoundFile): FileIdentity => ({ name: file.name, size: file.size, mtimeMs: file.mtimeMs });
const same = (a: FileIdentity | null, b: FileIdentity | null): boolean =>
  a === b || (a !== null && b !== null && a.name === b.name && a.size === b.size && a.mtimeMs === b.mtimeMs);

/** What lies there now, newest first. */
export interface Found {
  readonly place: Place;
  readonly people: readonly FoundFile[];
  readonly departments: FoundFile | null;
}

export async function findFiles(config: FileConfig): Promise<Found> {
  const place = await placeOf(config.path);
  const departments = config.departmentsPath === undefined ? null : await newest(await placeOf(config.departmentsPath, place.folder));
  const people = await listFiles(place, departments ? [departments.path] : []);
  return { place, people: people.toReversed(), departments };
}

async function newest(place: Place): Promise<FoundFile> {
  const file = (await listFiles(place)).at(-1);
  if (file) return file;
  throw nothingThere(place);
}

const nothingThere = (place: Place): ConnectorError =>
  new ConnectorError(
    'config',
    say(
      `${place.folder} holds no .csv, .tsv, .txt or .xlsx file that fits "${place.name}". Nothing was read and nobody is taken as gone. Put the file there or correct the path.`,
      `${place.folder} 中没有符合“${place.name}”的 .csv、.tsv、.txt 或 .xlsx 文件。未读取任何内容，也不会认为任何人离开。请放置文件或更正路径。`,
    ),
  );

export interface Refresher {
  /** The copy of the newest files, built now if need be. Concurrent calls share one. */
  refresh(signal: AbortSignal): Promise<Copy>;
  /** The copy as it is; null when nothing was ever parsed with these settings. */
  current(): Promise<Copy | null>;
  close(): Promise<void>;
}

export function createRefresher(context: ConnectionContext<FileConfig>, openKey: () => Promise<Seal>): Refresher {
  let copy: Copy | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  const settings = async (): Promise<string> => settingsOf(context.config, (await openKey()).id);
  const load = async (): Promise<Copy | null> => {
    await mkdir(context.folder, { recursive: true, mode: 0o700 });
    copy ??= await currentCopy(context.folder);
    return copy;
  };
  const work = async (signal: AbortSignal): Promise<Copy> => {
    signal.throwIfAborted();
    const before = await load();
    const usable = before?.facts.settings === (await settings()) ? before : null;
    const next = await bringUpToDate(context, await openKey(), await settings(), usable, before, signal);
    copy = next;
    return next;
  };
  return {
    refresh(signal) {
      const result = queue.then(() => work(signal));
      queue = result.catch(() => {});
      return result;
    },
    async current() {
      await queue;
      const found = await load();
      return found?.facts.settings === (await settings()) ? found : null;
    },
    async close() {
      await queue;
      copy = null;
    },
  };
}

/** Settings that change nothing about how a row is understood. */
const WITHOUT_MEANING = new Set(['afterReading', 'settleSeconds', 'maxMegabytes', 'exportColumns', 'headerLanguage']);

const settingsOf = (config: FileConfig, sealId: string): string => {
  const meaning = Object.entries(config).filter(([name]) => !WITHOUT_MEANING.has(name));
  return fingerprint([PARSER_VERSION, sealId, meaning]);
};

async function bringUpToDate(
  context: ConnectionContext<FileConfig>,
  seal: Seal,
  settings: string,
  copy: Copy | null,
  stale: Copy | null,
  signal: AbortSignal,
): Promise<Copy> {
  const { config } = context;
  const found = await findFiles(config);
  const moved = config.afterReading === 'move' && found.place.pattern !== null;
  const fresh = newFiles(found, config, copy);
  if (found.people.length === 0 && !(moved && copy)) throw moved && stale ? settingsChanged(found.place) : nothingThere(found.place);
  const departmentsSame = copy !== null && same(copy.facts.departments, found.departments ? identity(found.departments) : null);
  if (copy && fresh.length === 0 && departmentsSame) return copy;

  const waiting = [...fresh, ...(found.departments && !departmentsSame ? [found.departments] : [])];
  const resting = await settled(waiting, context.clock, config.settleSeconds, signal);
  const people = fresh.filter((file) => resting.includes(file)).slice(0, config.mode === 'full' ? 1 : undefined);
  if (found.departments && !departmentsSame && !resting.includes(found.departments))
    return copy ?? Promise.reject(stillWriting(found.departments));
  if (people.length === 0 && copy === null) throw stillWriting(fresh[0]!);
  if (people.length === 0 && departmentsSame) return copy!;

  const next = await parse(context, seal, settings, { ...found, people }, { usable: copy, previous: stale }, signal);
  if (moved) await clearAway(context, config.mode === 'full' ? atMostAsNew(found.people, people[0]) : people);
  context.log('file.parsed', { files: people.map((file) => file.name), ...next.facts.counts });
  return next;
}

/** Files that the copy does not hold yet, newest first; of a full list only what is newest. */
function newFiles(found: Found, config: FileConfig, copy: Copy | null): readonly FoundFile[] {
  const known = copy?.facts.people ?? [];
  const isKnown = (file: FoundFile): boolean => known.some((other) => same(other, identity(file)));
  if (config.mode === 'changes') return found.people.filter((file) => !isKnown(file));
  const end = found.people.findIndex(isKnown);
  return end < 0 ? found.people : found.people.slice(0, end);
}

const atMostAsNew = (files: readonly FoundFile[], newest: FoundFile | undefined): readonly FoundFile[] =>
  newest ? files.slice(files.indexOf(newest)) : [];

async function parse(
  context: ConnectionContext<FileConfig>,
  seal: Seal,
  settings: string,
  found: Found,
  { usable: copy, previous }: { readonly usable: Copy | null; readonly previous: Copy | null },
  signal: AbortSignal,
): Promise<Copy> {
  const { config } = context;
  const opened: OpenedFile[] = [];
  let ownTable: Table | null = null;
  try {
    for (const file of found.people) opened.push(await openPeopleFile(file, config));
    ownTable = found.departments ? await openDepartmentsFile(found.departments, config) : null;
    const departments: Table | null = ownTable ?? opened.find((file) => file.departments)?.departments ?? null;
    const people = opened.map((file) => file.people);
    const onlyDepartments = people.length === 0;
    const from = onlyDepartments ? copy!.facts.from : departmentsFrom(config, people[0] ?? null, departments);
    const base = config.mode === 'changes' || onlyDepartments ? copy : null;
    const files = found.people.map(identity);
    return await buildCopy({
      folder: context.folder,
      id: `${context.clock.now().toString(36)}-${fingerprint([files, settings, copy?.facts.id ?? '']).slice(0, 6)}`,
      config: { ...config, departments: from },
      settings,
      seal,
      people,
      peopleFiles: base ? [...files, ...base.facts.people] : files,
      base,
      previous,
      departments,
      departmentsFile: found.departments ? identity(found.departments) : null,
      from,
      now: context.clock.now(),
      signal,
    });
  } catch (error) {
    const broken = isConnectorError(error) && error.kind === 'bad-response';
    const blamed = found.people[0];
    if (broken && blamed && config.afterReading === 'move' && found.place.pattern) await away(context, blamed, 'failed');
    throw error;
  } finally {
    for (const table of [ownTable, ...opened.flatMap((file) => [file.people, file.departments])]) await table?.close();
  }
}

async function clearAway(context: ConnectionContext<FileConfig>, files: readonly FoundFile[]): Promise<void> {
  for (const file of files) await away(context, file, 'done');
}

/** A file that cannot be moved is no reason to stop: it is known and will not be read twice. */
async function away(context: ConnectionContext<FileConfig>, file: FoundFile, where: 'done' | 'failed'): Promise<void> {
  try {
    await putAway(file, where, context.clock.now());
  } catch (error) {
    context.log('file.not-moved', { file: file.name, folder: dirname(file.path), to: where, reason: String(error) });
  }
}

const stillWriting = (file: FoundFile): ConnectorError =>
  new ConnectorError(
    'transient',
    say(`${file.name} is still being written; it will be read once it rests.`, `${file.name} 仍在写入，静止后再读取。`),
  );

const settingsChanged = (place: Place): ConnectorError =>
  new ConnectorError(
    'config',
    say(
      `The settings changed since the last file was read, and it was moved away. Put it back into ${place.folder} (from done/) to read it again.`,
      `上次读取后设置已更改，而文件已被移走。请从 done/ 将其放回 ${place.folder} 以重新读取。`,
    ),
  );
