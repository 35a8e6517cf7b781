// What must be true after a story: one list of sentences about what is not.
//
// "Nothing twice" means: every write that the target executed changed something (a repeated create, update or removal
// would show as one that did not, or as a second object), and all that writes changed together is what they changed
// in the undisturbed run, each once. The only repetition allowed is of a write that the target did not execute, and of an
// update that left a process which was stopped for longer than its lease in the moment between its last look and the network.
import type { ChangeRow } from '../src/store/ledger.ts';
import type { Looked } from './look.ts';
import type { Dump, Executed, Stored } from './target-server.ts';
import type { Story } from './life.ts';

type Values = Record<string, unknown>;
const parse = (text: string | null): Values => (text === null ? {} : (JSON.parse(text) as Values));

/** @param leaseMs  where processes are stopped: how long they keep what they have in hand */
export function problemsOf(story: Story, reference: Story, leaseMs = Number.POSITIVE_INFINITY): string[] {
  const names = namesOf(story.target.journal);
  return [
    ...story.store.left,
    ...open(story.store),
    ...differs('target', targetText(story.target, names), targetText(reference.target, namesOf(reference.target.journal))),
    ...differs('directory', directoryText(story.store), directoryText(reference.store)),
    ...differs('matching', matchedText(story.store), matchedText(reference.store)),
    ...differs('effect of writes', effects(story.target.journal, names), effects(reference.target.journal, namesOf(reference.target.journal))),
    ...idle(story.target.journal, names, leaseMs),
    ...ledgerAgainstJournal(story.store.changes, story.target.journal),
    ...ledgerAgainstTarget(story.store, story.target),
    ...historyProblems(story.store),
    ...linkProblems(story.store, story.target),
    ...secondRun(story.store),
  ];
}

/** Nothing is under way or planned any more. `pending` ends a line: what it waited for was held, and came with the approval. */
const open = ({ changes, runs }: Looked): string[] => [
  ...changes.filter((change) => ['planned', 'sent', 'unknown', 'failed', 'dead', 'waiting'].includes(change.state)).map((change) => `change ${change.id} (${change.action} ${change.title}) is still ${change.state}: ${change.error ?? change.verdict}`),
  ...runs.filter((run) => !['succeeded', 'warnings'].includes(run.state)).map((run) => `run ${run.id} (${run.cause}) is ${run.state}`),
];

function differs(what: string, ours: readonly string[], theirs: readonly string[]): string[] {
  const count = (lines: readonly string[]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
    return counts;
  };
  const [mine, other] = [count(ours), count(theirs)];
  return [...new Set([...mine.keys(), ...other.keys()])].sort()
    .filter((line) => mine.get(line) !== other.get(line))
    .map((line) => `${what}: ${mine.get(line) ?? 0} times instead of ${other.get(line) ?? 0}: ${line}`);
}

// ── the target in words that do not depend on the order of writing ───────────────────────────────────────

/** Id of the target → number of the person, code of the department or group; also of what was removed since. */
function namesOf(journal: readonly Executed[]): (text: string) => string {
  const names = new Map<string, string>();
  for (const { op, id, effects: done } of journal) {
    const named = op === 'create' ? done.find((effect) => /^(number|code): null -> /.test(effect)) : undefined;
    if (named) names.set(id, named.slice(named.indexOf('-> ') + 3));
  }
  return (text) => text.replaceAll(/\b[dpg]\d+\b/g, (id) => names.get(id) ?? id);
}

const targetText = (dump: Dump, names: (text: string) => string): string[] =>
  Object.entries(dump.objects).flatMap(([type, objects]) => objects.map((object) => `${type} ${names(object.id)} ${JSON.stringify(plain(object, names))}`));

const plain = ({ attributes, edges, enabled }: Stored, names: (text: string) => string): unknown => {
  const { externalId: _ours, ...values } = attributes;
  const texts = Object.entries(edges).sort().map(([relation, list]) => [relation, list.map((edge) => `${names(edge.to.id)}${edge.primary ? '!' : ''}`).sort()]);
  return [Object.entries(values).map(([name, value]) => [name, value && names(value)]).sort(), texts, enabled];
};

const effects = (journal: readonly Executed[], names: (text: string) => string): string[] =>
  journal.flatMap(({ type, id, effects: done }) => done.filter((effect) => !effect.startsWith('externalId')).map((effect) => names(`${type} ${id}: ${effect}`)));

const idle = (journal: readonly Executed[], names: (text: string) => string, leaseMs: number): string[] =>
  journal.filter(({ effects: done, op, lateMs }) => done.length === 0 && !(op === 'update' && lateMs >= leaseMs)).map(({ op, type, id, key, lateMs }) => names(`${op} of ${type} ${id} (${key}) was executed ${lateMs} ms after it left, but changed nothing: it was done before`));

// ── the directory ────────────────────────────────────────────────────────────────────────────────────────

function directoryText(store: Looked): string[] {
  const names = new Map(store.objects.map((object) => [object.id, String(parse(object.data).employeeNumber ?? parse(object.data).code)]));
  const named = (text: string): string => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => names.get(id) ?? id);
  const living = new Set(store.objects.filter((object) => object.lifecycle !== 'absent').map((object) => object.id));
  return [
    ...store.objects.filter((object) => living.has(object.id)).map((object) => named(`${object.type} ${object.id} ${object.lifecycle} ${object.data}`)),
    ...store.edges.map((edge) => named(`${edge.owner} ${edge.relation} ${edge.to_id} ${edge.facts}`)),
  ];
}

const matchedText = (store: Looked): string[] => store.matched.map((row) => `${row.count} ${row.type} ${row.kind}`);

function historyProblems(store: Looked): string[] {
  const problems: string[] = [];
  const values = new Map<string, Values>();
  const edges = new Map<string, Set<string>>();
  const byChange = new Map<number, number>();
  let last = 0;
  for (const row of store.history) {
    if (row.seq < last) problems.push(`history ${row.seq} follows ${last}`);
    last = row.seq;
    byChange.set(row.change!, (byChange.get(row.change!) ?? 0) + 1);
    const now = row.action === 'create' ? {} : (values.get(row.id) ?? {});
    for (const [name, value] of Object.entries(parse(row.before))) {
      if (row.action !== 'create' && (now[name] ?? null) !== value) problems.push(`history ${row.seq}.${row.n} says that ${name} of ${row.id} was ${value}, but it was ${now[name]}`);
    }
    const next = { ...now, ...parse(row.after) };
    values.set(row.id, next);
    const own = edges.get(row.id) ?? new Set<string>();
    for (const edge of store.historyEdges.filter((candidate) => candidate.seq === row.seq && candidate.n === row.n)) {
      const end = `${edge.relation} ${edge.to_id}`;
      if (own.has(end) !== (edge.op !== 'add')) problems.push(`history ${row.seq}.${row.n}: ${edge.op} ${end} of ${row.id} a second time`);
      if (edge.op === 'remove') own.delete(end);
      else own.add(end);
    }
    edges.set(row.id, own);
    // Who is gone takes the edges along that point to it.
    if (next.lifecycle === 'absent') for (const ends of edges.values()) for (const end of ends) if (end.endsWith(` ${row.id}`)) ends.delete(end);
    if (next.lifecycle === 'absent') edges.set(row.id, new Set());
  }
  for (const [change, count] of byChange) if (count !== 1) problems.push(`change ${change} is in the history ${count} times`);
  const applied = store.changes.filter((change) => change.job === 1 && change.state === 'applied' && change.action !== 'link' && change.action !== 'unlink');
  for (const change of applied) if (!byChange.has(change.id)) problems.push(`change ${change.id} is applied, but not in the history`);
  if (applied.length !== byChange.size) problems.push(`${byChange.size} changes are in the history, ${applied.length} in the ledger`);
  for (const object of store.objects) {
    const { lifecycle, ...rest } = values.get(object.id) ?? {};
    const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
    const stored = parse(object.data);
    if (lifecycle !== object.lifecycle) problems.push(`${object.id} is ${object.lifecycle}, but by the history ${lifecycle as string}`);
    if (lifecycle !== 'absent' && JSON.stringify(sorted(kept)) !== JSON.stringify(sorted(stored))) problems.push(`${object.id} is ${object.data}, but by the history ${JSON.stringify(kept)}`);
    const ends = store.edges.filter((edge) => edge.owner === object.id).map((edge) => `${edge.relation} ${edge.to_id}`);
    if (JSON.stringify(ends.sort()) !== JSON.stringify([...(edges.get(object.id) ?? [])].sort())) problems.push(`${object.id} has edges that the history does not explain`);
  }
  return problems;
}

const sorted = (values: Values): unknown => Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));

// ── the ledger, line by line ─────────────────────────────────────────────────────────────────────────────

const writes = new Set(['create', 'update', 'disable', 'enable', 'remove']);

function ledgerAgainstJournal(changes: readonly ChangeRow[], journal: readonly Executed[]): string[] {
  const executed = new Set(journal.map((entry) => entry.key));
  const applied = new Map(changes.filter((change) => change.job === 2 && change.state === 'applied' && writes.has(change.action)).map((change) => [`2-${change.id}`, change]));
  return [
    ...[...applied].filter(([key]) => !executed.has(key)).map(([key, change]) => `change ${key} (${change.action} ${change.title}) is applied, but the target never executed it`),
    ...[...executed].filter((key) => !applied.has(key)).map((key) => `the target executed ${key}, which the ledger does not call applied`),
  ];
}

interface Believed {
  type: string;
  attributes: Values;
  edges: Set<string>;
  enabled: boolean;
}

/** What the applied lines together say of each object is what the target shows. */
function ledgerAgainstTarget(store: Looked, target: Dump): string[] {
  const believed = new Map<string, Believed>();
  for (const change of store.changes) {
    if (change.job !== 2 || change.state !== 'applied') continue;
    const id = change.directory_id!;
    const now = change.action === 'create' ? { type: change.type, attributes: {}, edges: new Set<string>(), enabled: true } : believed.get(id);
    if (!now) return [`change ${change.id} is about ${id}, which no line of the ledger created`];
    Object.assign(now.attributes, parse(change.after));
    for (const edge of store.changeEdges.filter((candidate) => candidate.change === change.id)) {
      for (const end of now.edges) if (end.startsWith(`${edge.relation} ${edge.to_id}`)) now.edges.delete(end);
      if (edge.op !== 'remove') now.edges.add(`${edge.relation} ${edge.to_id}${edge.facts.includes('"primary":true') && edge.relation === 'membership' ? '!' : ''}`);
    }
    if (change.action === 'disable' || change.action === 'enable') now.enabled = change.action === 'enable';
    believed.set(id, now);
    if (change.action !== 'remove') continue;
    believed.delete(id);
    for (const other of believed.values()) for (const end of other.edges) if (end.includes(` ${id}`)) other.edges.delete(end);
  }
  const links = new Map(store.links.filter((link) => link.connection === 'target').map((link) => [link.external_id, link.directory_id]));
  const problems: string[] = [];
  for (const [type, objects] of Object.entries(target.objects)) {
    for (const object of objects) {
      const id = links.get(object.id);
      const line = id === undefined ? undefined : believed.get(id);
      if (!line) {
        problems.push(`${type} ${object.id} is in the target, but not by the ledger`);
        continue;
      }
      for (const [name, value] of Object.entries(line.attributes)) {
        const there = object.attributes[name] ?? null;
        const shown = name === 'manager' || name === 'parent' ? (links.get(there ?? '') ?? null) : there;
        if (shown !== value) problems.push(`${type} ${object.id}: ${name} is ${there} in the target, ${value as string} by the ledger`);
      }
      const there = Object.entries(object.edges).flatMap(([relation, list]) => list.map((edge) => `${relation} ${links.get(edge.to.id)}${edge.primary ? '!' : ''}`));
      if (JSON.stringify(there.sort()) !== JSON.stringify([...line.edges].sort())) problems.push(`${type} ${object.id}: the target has edges [${there.join(', ')}], the ledger [${[...line.edges].join(', ')}]`);
      if (object.enabled !== line.enabled) problems.push(`${type} ${object.id} is ${object.enabled ? 'enabled' : 'disabled'} in the target, not by the ledger`);
      believed.delete(id!);
    }
  }
  for (const [id, line] of believed) problems.push(`${line.type} ${id} is there by the ledger, but not in the target`);
  return problems;
}

/** One account per directory object and the other way round, and each carries the id of its own. */
function linkProblems(store: Looked, target: Dump): string[] {
  const problems: string[] = [];
  const own = store.links.filter((link) => link.connection === 'target');
  const ids = new Set(own.map((link) => link.directory_id));
  if (ids.size !== own.length) problems.push(`${own.length} links of the target lead to ${ids.size} directory objects`);
  const living = store.objects.filter((object) => object.lifecycle !== 'absent');
  for (const object of living) if (!ids.has(object.id)) problems.push(`${object.type} ${object.id} has no link to the target`);
  const there = new Map(Object.values(target.objects).flat().map((object) => [object.id, object]));
  for (const link of own) {
    const carried = there.get(link.external_id)?.attributes.externalId;
    if (!there.has(link.external_id)) problems.push(`link ${link.external_id} leads to nothing`);
    else if (carried && carried !== link.directory_id) problems.push(`${link.external_id} carries ${carried}, but is linked to ${link.directory_id}`);
  }
  if (there.size !== own.length) problems.push(`the target has ${there.size} objects, and ${own.length} links lead there`);
  const source = store.links.filter((link) => link.connection === 'source');
  if (new Set(source.map((link) => link.directory_id)).size !== source.length) problems.push('two records of the source are linked to one directory object');
  // Who left keeps the link to the source: a rehire is the same person.
  for (const object of living) if (!source.some((link) => link.directory_id === object.id)) problems.push(`${object.type} ${object.id} has no link to the source`);
  return problems;
}

function secondRun(store: Looked): string[] {
  const last = new Set(store.runs.filter((run) => run.cause.startsWith('sweep:last-')).map((run) => run.id));
  const changes = store.changes.filter((change) => last.has(change.run)).map((change) => `a second run planned ${change.action} ${change.type} ${change.title}: ${change.before} -> ${change.after}`);
  return last.size === 2 ? changes : [`the second runs did not take place`, ...changes];
}
