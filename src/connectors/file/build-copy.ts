// Builds a copy: rows are staged first, then duplicates, managers and departments are settled over all of them.
import { join } from 'node:path';
import type { Attributes, Edge } from '../../core/model.ts';
import type { FileConfig } from './config.ts';
import {
  abandonCopy,
  beginCopy,
  completeCopy,
  type CopiedType,
  type Copy,
  type CopyFacts,
  type FileIdentity,
  idOfLine,
  type StoredObject,
  type StoredProblem,
} from './copy.ts';
import { type DepartmentTree, pathTree, type Resolved, tableTree } from './departments.ts';
import { type LineReader, type LineWriter, type Place, readingLines, readLines, writeLines } from './object-file.ts';
import { type PersonDirectory, personDirectory } from './people.ts';
import {
  type DepartmentRow,
  departmentRow,
  personRow,
  type PersonRow,
  type Problem,
  visibleOfDepartments,
  visibleOfPeople,
  whereIs,
} from './rows.ts';
import type { Seal } from './seal.ts';
import { fingerprint, type Table } from './table.ts';
import { say } from './text.ts';

export interface CopyInput {
  readonly folder: string;
  readonly id: string;
  readonly config: FileConfig;
  readonly settings: string;
  readonly seal: Seal;
  /** Newest first; a person of a newer table hides the rows of older ones. */
  readonly people: readonly Table[];
  readonly peopleFiles: readonly FileIdentity[];
  /** Rows of this copy count where the tables have none. */
  readonly base: Copy | null;
  /** The copy before, also where the settings were others then. */
  readonly previous: Copy | null;
  readonly departments: Table | null;
  readonly departmentsFile: FileIdentity | null;
  readonly from: CopyFacts['from'];
  readonly now: number;
  readonly signal: AbortSignal;
}

export async function buildCopy(input: CopyInput): Promise<Copy> {
  const directory = await beginCopy(input.folder, input.id);
  try {
    const facts = await writeLines(join(directory, 'problems.jsonl'), (problems) => fill(input, directory, problems));
    return await completeCopy(input.folder, facts);
  } catch (error) {
    await abandonCopy(directory);
    throw error;
  }
}

async function fill(input: CopyInput, directory: string, problems: LineWriter): Promise<CopyFacts> {
  let problemCount = 0;
  const hidden: Record<StoredProblem['type'], string[]> = { person: [], department: [] };
  const report = async (type: StoredProblem['type'], problem: Problem): Promise<void> => {
    problemCount++;
    if (problem.hidesSomebody) hidden[type].push(problem.where);
    await problems.write({ type, ...problem } satisfies StoredProblem);
  };
  const rowsPath = join(directory, 'rows.jsonl');
  const people = personDirectory(input.config);
  const rowCount = await stageRows(input, rowsPath, people, (problem) => report('person', problem));
  const tree =
    input.from === 'table'
      ? tableTree(await departmentRows(input.departments!, input.config), input.config.pathSeparator, people.resolve)
      : pathTree(input.config.pathSeparator);
  const personCount = await writePeople(input, directory, people, input.from === 'none' ? null : tree, (problem) =>
    report('person', problem),
  );
  const departmentCount = await writeDepartments(directory, input.from === 'none' ? [] : tree.objects());
  for (const problem of tree.problems) await report('department', problem);
  const visible = visibleOf(input);
  return {
    id: input.id,
    settings: input.settings,
    people: input.peopleFiles,
    departments: input.departmentsFile,
    from: input.from,
    visible,
    range: { person: rangeOf(input, 'person', visible), department: rangeOf(input, 'department', visible) },
    kind: kindOf(input),
    hidden: { person: firstOf(hidden.person), department: firstOf(hidden.department) },
    counts: { rows: rowCount, people: personCount, departments: departmentCount, problems: problemCount },
    builtAt: input.now,
  };
}

const firstOf = (places: readonly string[]): CopyFacts['hidden']['person'] => ({
  count: places.length,
  first: places.slice(0, 5),
});

const kindOf = ({ config, from }: CopyInput): string => fingerprint([config.mode, config.key, from]);

/**
 * The set of columns that were found, and what kind of list it is. Not the file's name: lists come with dates in theirs. A list of the same kind
 * with columns more keeps the range of the one before: nothing is hidden that was shown.
 */
function rangeOf(input: CopyInput, type: CopiedType, visible: CopyFacts['visible']): string {
  const before = input.previous?.facts;
  if (before?.kind === kindOf(input) && before.visible[type].every((name) => visible[type].includes(name))) return before.range[type];
  return fingerprint([input.config.mode, input.config.key, input.from, [...visible[type]].sort()]);
}

function visibleOf(input: CopyInput): CopyFacts['visible'] {
  const person = input.people.length > 0 ? [...new Set(input.people.flatMap(visibleOfPeople))] : (input.base?.facts.visible.person ?? []);
  const department = {
    table: () => visibleOfDepartments(input.departments!),
    path: () => ['name', 'parent'],
    none: () => [],
  }[input.from]();
  return { person: input.from === 'none' ? person.filter((name) => name !== 'membership') : person, department };
}

/** All rows as they are, one line each. Returns how many. */
const stageRows = (input: CopyInput, path: string, people: PersonDirectory, report: (problem: Problem) => Promise<void>): Promise<number> =>
  writeLines(path, (writer) => stage(input, writer, people, report));

async function stage(
  input: CopyInput,
  writer: LineWriter,
  people: PersonDirectory,
  report: (problem: Problem) => Promise<void>,
): Promise<number> {
  let count = 0;
  for (const [at, table] of input.people.entries()) {
    for await (const batch of table.rows) {
      input.signal.throwIfAborted();
      for (const row of batch) {
        const found = personRow(row, table, input.config, input.seal);
        if (found === null) continue;
        count++;
        if ('reason' in found) await report(found);
        else if (!people.isHidden(found.id)) people.add(found, await writer.write(found));
      }
    }
    if (at + 1 < input.people.length || input.base) people.hideOlder();
  }
  if (input.base) await stageBase(input.base, writer, people);
  return count;
}

async function stageBase(base: Copy, writer: LineWriter, people: PersonDirectory): Promise<void> {
  for await (const line of readLines(base.path('rows'))) {
    if (people.isHidden(idOfLine(line.text))) continue;
    const row = JSON.parse(line.text) as PersonRow;
    people.add(row, await writer.write(row));
  }
}

async function departmentRows(table: Table, config: FileConfig): Promise<readonly DepartmentRow[]> {
  const rows: DepartmentRow[] = [];
  for await (const batch of table.rows) {
    for (const row of batch) {
      const found = departmentRow(row, table, config);
      if (found) rows.push(found);
    }
  }
  return rows;
}

const writeDepartments = (directory: string, objects: Iterable<StoredObject>): Promise<number> =>
  writeLines(join(directory, 'department.jsonl'), async (writer) => {
    let count = 0;
    for (const object of objects) {
      await writer.write(object);
      count++;
    }
    return count;
  });

function writePeople(
  input: CopyInput,
  directory: string,
  people: PersonDirectory,
  tree: DepartmentTree | null,
  report: (problem: Problem) => Promise<void>,
): Promise<number> {
  const path = join(directory, 'rows.jsonl');
  return readingLines(path, (rows) =>
    writeLines(join(directory, 'person.jsonl'), (writer) => resolvePeople(input, { path, reader: rows, writer }, people, tree, report)),
  );
}

/** Turns staged rows into people, one by one. */
async function resolvePeople(
  input: CopyInput,
  rows: { readonly path: string; readonly reader: LineReader; readonly writer: LineWriter },
  people: PersonDirectory,
  tree: DepartmentTree | null,
  report: (problem: Problem) => Promise<void>,
): Promise<number> {
  let count = 0;
  for await (const line of readLines(rows.path)) {
    const id = idOfLine(line.text);
    if (people.firstPlace(id) !== line.place) continue;
    const all = await rowsOf(JSON.parse(line.text) as PersonRow, people.morePlaces(id), rows.reader);
    const rejected = all.length > 1 ? whyRejected(all, input.config) : null;
    if (rejected) {
      for (const row of all) await report({ id, where: whereIs(row.from, row.line), reason: rejected });
      continue;
    }
    const { object, problems } = personObject(all, people.resolve, tree);
    if (problems.length > 0) await report(inOne(problems));
    await rows.writer.write(object);
    count++;
  }
  return count;
}

/** All that is wrong with one person, as one entry. */
const inOne = (problems: readonly Problem[]): Problem => ({
  ...problems[0]!,
  reason: say(problems.map((problem) => problem.reason.en).join('; '), problems.map((problem) => problem.reason.zh).join('；')),
});

const rowsOf = async (first: PersonRow, more: readonly Place[], reader: LineReader): Promise<readonly PersonRow[]> => {
  const all = [first];
  for (const place of more) all.push(await reader.at<PersonRow>(place));
  return all;
};

/** Why several rows of one key cannot be one person; null when they can. */
function whyRejected(rows: readonly PersonRow[], config: FileConfig) {
  const lines = rows.map((row) => row.line).join(', ');
  const id = rows[0]!.id;
  if (!config.extraRows) {
    return say(`${id} stands on several lines (${lines}); all are rejected`, `主键 ${id} 出现在多行（第 ${lines} 行），全部拒绝`);
  }
  const names = new Set(rows.map((row) => row.attributes.displayName ?? null).filter((name) => name !== null));
  return names.size > 1
    ? say(`${id} belongs to different names (lines ${lines}); all are rejected`, `主键 ${id} 对应多个姓名（第 ${lines} 行），全部拒绝`)
    : null;
}

/** One person of one or several rows; the row marked as primary, else the first, gives the attributes. */
function personObject(
  rows: readonly PersonRow[],
  resolvePerson: (text: string) => Resolved,
  tree: DepartmentTree | null,
): { object: StoredObject; problems: Problem[] } {
  const main = rows.find((row) => row.primary) ?? rows[0]!;
  const ordered = [main, ...rows.filter((row) => row !== main)];
  const problems: Problem[] = ordered.flatMap((row) =>
    (row.problems ?? []).map((reason) => ({ id: row.id, where: whereIs(row.from, row.line), reason })),
  );
  const problem = (row: PersonRow, en: string, zh: string): void => {
    problems.push({ id: row.id, where: whereIs(row.from, row.line), reason: say(en, zh) });
  };

  const attributes: Record<string, Attributes[string]> = { ...main.attributes };
  if (main.manager === null || main.manager === main.id) attributes.manager = null;
  else if (main.manager !== undefined) {
    const found = resolvePerson(main.manager);
    if ('id' in found) attributes.manager = found.id === main.id ? null : found.id;
    else problem(main, found.problem.en, found.problem.zh);
  }

  const membership: Edge[] = [];
  let known = tree !== null && ordered.every((row) => row.departments !== undefined);
  for (const row of known ? ordered : []) {
    for (const text of row.departments!) {
      const found = tree!.resolve(text);
      if ('problem' in found) {
        problem(row, found.problem.en, found.problem.zh);
        known = false;
      } else if (!membership.some((edge) => edge.to.id === found.id)) {
        const title = rows.length > 1 ? row.attributes.title : null;
        membership.push({
          to: { type: 'department', id: found.id },
          primary: membership.length === 0,
          ...(typeof title === 'string' ? { title } : {}),
        });
      }
    }
  }
  return {
    object: {
      id: main.id,
      attributes,
      ...(known ? { edges: { membership } } : {}),
      ...(main.sealed === undefined ? {} : { sealed: main.sealed }),
    },
    problems,
  };
}
