// Erases one person for good: their key, every copy of their values, and what the audit log says of them; its chain stays whole.
import { ERASE_ACTION, type AuditPayload } from '../../core/audit-chain.ts';
import { directoryTypes } from '../../core/directory-types.ts';
import { audit, auditEntries, erasePayloads } from '../../store/audit.ts';
import { keptAnswers, withdrawAnswer } from '../../store/answered.ts';
import type { Reader, Transaction } from '../../store/database.ts';
import { appendHistory, objectsOf } from '../../store/directory.ts';
import { erasePerson, tracesOf, type Traces } from '../../store/erase.ts';
import { rewordTexts, rewordVersions } from '../../store/erase-texts.ts';
import { mergedFrom } from '../../store/persons.ts';
import type { EngineOptions } from '../context.ts';
import { CommandError } from '../engine.ts';
import { parseJson } from '../shapes.ts';
import { wordOf } from '../words.ts';
import { asWritten, isTelling, namesOneOf, withoutNames } from './names.ts';
import { removeUnused, whatRemains, type Known, type Remains } from './remains.ts';
import { withoutPerson } from './settings.ts';

export interface Erasure {
  readonly id: string;
  /** Numbers of entries of the audit log whose payload names them. */
  readonly auditEntries: readonly number[];
  /** 0 when it was only asked about. */
  readonly rows: number;
  /** Systems that may still list them: a later run would bring them back. */
  readonly connections: readonly string[];
  /** What is not taken out: where it is, and what to do about it. */
  readonly remains: readonly Remains[];
}

const mayGo = new Set(['departed', 'absent']);

export async function erase(options: EngineOptions, id: string, actor: string, onlyShow: boolean): Promise<Erasure> {
  const { database, clock } = options;
  const [object] = await objectsOf(database, [id]);
  if (!object || object.type !== 'person') throw new CommandError(`There is no person ${id}.`, `没有人员 ${id}。`, { code: 'not-found' });
  if (!mayGo.has(object.lifecycle))
    throw new CommandError(
      `This person is ${wordOf.lifecycle(object.lifecycle).en}. Whoever is erased must have left: offboard them at the source first.`,
      `此人当前状态为“${wordOf.lifecycle(object.lifecycle).zh}”。擦除前须先在来源系统办理离职。`,
    );
  // Whoever was merged into them is the same human.
  const ids = [id, ...(await mergedFrom(database, id)).map((row) => row.id)];
  const traces = new Map<string, Traces>();
  for (const one of ids) traces.set(one, await tracesOf(database, one));
  for (const one of traces.values()) assertIdle(one);
  const named = await entriesNaming(
    database,
    [...traces].flatMap(([one, found]) => termsOf(one, found)),
  );
  const names = [...new Set([...traces.values()].flatMap(namesIn))].filter(isTelling);
  const connections = [...new Set([...traces.values()].flatMap((one) => one.links.map((link) => link.connection)))].sort();
  const known: Known = {
    names,
    links: [...traces.values()].flatMap((one) => one.links),
    keys: [...traces.values()].flatMap((one) => one.keys),
    ids,
  };
  if (onlyShow) return { id, auditEntries: named, rows: 0, connections, remains: await whatRemains(options, known) };
  const done = await database.write(async (transaction) => {
    // Again inside: a run may have begun meanwhile.
    for (const one of ids) assertIdle(await tracesOf(transaction, one));
    let rows = 0;
    for (const [one, found] of traces) rows += await erasePerson(transaction, one, found, database.dialect === 'sqlite');
    rows += await rewordTexts(transaction, names.flatMap(asWritten), withoutNames(names));
    rows += await rewordVersions(transaction, (job, settings) => withoutPerson(known, job, settings));
    rows += await withdrawAnswers(transaction, options, namesOneOf([...traces].flatMap(([one, found]) => termsOf(one, found))));
    await erasePayloads(transaction, named);
    await audit(transaction, {
      at: clock.now(),
      actor,
      action: ERASE_ACTION,
      subject: `person:${id}`,
      after: JSON.stringify({ entries: named, rows, connections }),
    });
    const gone = ids.map((one) => ({ type: 'person', id: one, action: 'remove', before: null, after: null, change: null, edges: [] }));
    await appendHistory(transaction, gone, { at: clock.now(), run: null, job: null, actor });
    return { id, auditEntries: named, rows, connections };
  });
  await removeUnused(options, known);
  return { ...done, remains: await whatRemains(options, known) };
}

function assertIdle(traces: Traces): void {
  const [run] = traces.busyRuns;
  if (run !== undefined)
    throw new CommandError(
      `Run ${run} still works with this person. Wait for it, or cancel it ("tributary cancel ${run}").`,
      `执行 ${run} 仍在处理此人。请等待其结束，或取消该执行（tributary cancel ${run}）。`,
    );
}

/** What a text can name somebody by: ids, unique values and names, present and past. */
const termsOf = (id: string, traces: Traces): readonly string[] =>
  [...new Set([id, ...traces.links.map((link) => link.external_id), ...namesIn(traces)])].filter((term) => [...term].length >= 2);

/** Unique values and names, present and past. */
function namesIn(traces: Traces): readonly string[] {
  const person = directoryTypes.find((spec) => spec.id === 'person')!;
  const naming = person.attributes.filter((spec) => (spec.unique || spec.name === person.title) && spec.kind === undefined);
  const terms = new Set<string>();
  for (const text of traces.values) {
    const data = parseJson<Record<string, unknown>>(text, {});
    // A contribution keeps its attributes one level down.
    for (const values of [data, (data.a ?? {}) as Record<string, unknown>])
      for (const { name } of naming) if (typeof values[name] === 'string' && values[name] !== '') terms.add(values[name]);
  }
  return [...terms];
}

/** Answers kept for those who repeat a command: whoever asks again is told to look at what it did. */
async function withdrawAnswers(
  transaction: Transaction,
  { sealer }: EngineOptions,
  isNamed: (payload: AuditPayload) => boolean,
): Promise<number> {
  let count = 0;
  for (const { by_whom, key, answer } of await keptAnswers(transaction))
    if (isNamed({ actor: '', subject: '', before: null, after: sealer.open(answer) }))
      count += await withdrawAnswer(transaction, by_whom, key);
  return count;
}

async function entriesNaming(reader: Reader, terms: readonly string[]): Promise<readonly number[]> {
  const isNamed = namesOneOf(terms);
  const found: number[] = [];
  for await (const entry of auditEntries(reader)) {
    if (entry.action !== ERASE_ACTION && entry.payload && isNamed(entry.payload)) found.push(entry.seq);
  }
  return found;
}
