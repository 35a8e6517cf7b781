// Correlation of one batch: link first, then rules over comparison keys, then an id of its own.
import { comparisonKeys } from '../../core/attribute.ts';
import { CONSOLE } from '../../core/console.ts';
import { correlate, type Candidate } from '../../core/correlation.ts';
import type { CompiledRule } from '../../core/correlation-rules.ts';
import type { Attributes, EndpointObject, Value } from '../../core/model.ts';
import { list } from '../../store/database.ts';
import { findObjects, objectsOf } from '../../store/directory.ts';
import { directoryIdsOf, linksByDirectory, linksByExternal } from '../../store/links.ts';
import { apartFrom } from '../../store/matching.ts';
import { findInMirror } from '../../store/mirror.ts';
import { mergedInto } from '../../store/persons.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { push } from './directory-subject.ts';
import { freeFor } from './take-over.ts';

export interface Correlation {
  readonly kind: 'linked' | 'found' | 'none' | 'ambiguous' | 'protected';
  readonly directoryId: string | null;
  readonly targetKey: string | null;
  /** A directory id was allotted for it just now or by an earlier plan. */
  readonly allotted: boolean;
  /** Linked: a job of this connection created it. */
  readonly ours?: boolean;
  readonly detail?: { readonly rule?: string; readonly candidates?: readonly string[] };
}

interface Subject {
  readonly key: string;
  readonly object: EndpointObject;
  readonly mapped: Attributes;
}

export async function correlateBatch(context: RunContext, plan: TypePlan, subjects: readonly Subject[]): Promise<Map<string, Correlation>> {
  const keys = subjects.map((subject) => subject.key);
  const byHand = context.outside.id === CONSOLE;
  const links = byHand
    ? new Map([
        ...(await objectsOf(context.database, keys))
          .filter((object) => object.lifecycle !== 'absent')
          .map((object) => [object.id, { id: object.id, ours: true }] as const),
        // What was entered for somebody who was merged since is said of whom they are now.
        ...[...(plan.type === 'person' ? await mergedInto(context.database, keys) : [])].map(
          ([key, id]) => [key, { id, ours: true }] as const,
        ),
      ])
    : new Map(
        (context.up
          ? await linksByExternal(context.database, context.outside.id, plan.type, keys)
          : await linksByDirectory(context.database, context.outside.id, plan.type, keys)
        ).map((link) => {
          const [key, id] = context.up ? [link.external_id, link.directory_id] : [link.directory_id, link.external_id];
          return [key, { id, ours: Number(link.ours) === 1 }] as const;
        }),
      );
  const loose = subjects.filter((subject) => !links.has(subject.key)).map((subject) => ({ ...subject, asks: asksOf(plan, subject) }));
  const asks = new Map(loose.map((subject) => [subject.key, subject.asks]));
  const candidates = await candidatesOf(context, plan, loose);
  const allotted = context.up
    ? await directoryIdsOf(
        context.database,
        context.outside.id,
        plan.type,
        loose.map((subject) => subject.key),
      )
    : new Map<string, string>();
  const result = new Map<string, Correlation>();
  /** Two records of one batch that a rule takes for the same object are ambiguous, like those of different batches. */
  const takenNow = new Map<string, Map<string, string>>();
  for (const subject of subjects) {
    const link = links.get(subject.key) ?? null;
    const answer = correlate(link?.id ?? null, candidates.get(subject.key) ?? []);
    if (answer.kind === 'none' || answer.kind === 'found') {
      const twin = context.up ? inBatchTwin(subject.key, asks.get(subject.key)!, takenNow) : null;
      if (twin !== null && answer.kind === 'none') {
        result.set(subject.key, {
          kind: 'ambiguous',
          directoryId: null,
          targetKey: null,
          allotted: false,
          detail: { rule: twin.rule, candidates: [`${twin.key}`] },
        });
        continue;
      }
    }
    result.set(subject.key, { ...placed(context, subject, answer, allotted), ...(link ? { ours: link.ours } : {}) });
  }
  return result;
}

function placed(
  context: RunContext,
  subject: Subject,
  answer: ReturnType<typeof correlate>,
  allotted: ReadonlyMap<string, string>,
): Correlation {
  const ids = (target: string | null, isNew: boolean): Pick<Correlation, 'directoryId' | 'targetKey' | 'allotted'> =>
    context.up
      ? { directoryId: target ?? allotted.get(subject.key) ?? context.engine.newId(context.run.now), targetKey: target, allotted: isNew }
      : { directoryId: subject.key, targetKey: target, allotted: false };
  switch (answer.kind) {
    case 'linked':
      return { kind: 'linked', ...ids(answer.id, false) };
    case 'found':
      return { kind: 'found', ...ids(answer.id, false), detail: { rule: answer.rule } };
    case 'none':
      return { kind: 'none', ...ids(null, context.outside.id !== CONSOLE) };
    case 'ambiguous':
      return {
        kind: 'ambiguous',
        directoryId: context.up ? null : subject.key,
        targetKey: null,
        allotted: false,
        detail: { rule: answer.rule, candidates: answer.candidates },
      };
    case 'protected':
      return {
        kind: 'protected',
        directoryId: context.up ? null : subject.key,
        targetKey: answer.id,
        allotted: false,
        detail: { rule: answer.rule },
      };
  }
}

function inBatchTwin(own: string, asks: readonly Asked[], taken: Map<string, Map<string, string>>): { key: string; rule: string } | null {
  let twin: { key: string; rule: string } | null = null;
  const holdersOf = (attribute: string): Map<string, string> => {
    let holders = taken.get(attribute);
    if (!holders) taken.set(attribute, (holders = new Map()));
    return holders;
  };
  for (const { rule, keys } of asks) {
    for (const key of keys) {
      const other = holdersOf(rule.attribute).get(key);
      if (other !== undefined && other !== own) twin ??= { key: other, rule: rule.name };
    }
  }
  for (const { rule, has } of asks) {
    for (const key of has) if (!holdersOf(rule.attribute).has(key)) holdersOf(rule.attribute).set(key, own);
  }
  return twin;
}

/** Keys by which a rule looks the counterpart up, and those under which the object itself will be found. */
interface Asked {
  readonly rule: CompiledRule;
  readonly keys: readonly string[];
  readonly has: readonly string[];
}

const asksOf = (plan: TypePlan, subject: Subject): readonly Asked[] =>
  plan.correlation.map((rule) => ({
    rule,
    keys: rule.keys(subject.mapped),
    has: ruleKeys(plan, rule.attribute, subject.mapped[rule.attribute]),
  }));

function ruleKeys(plan: TypePlan, attribute: string, value: Value | null | undefined): string[] {
  const spec = plan.target.attributes.find((candidate) => candidate.name === attribute);
  return spec ? comparisonKeys(value, spec) : [];
}

/** Per subject and rule: who in the target, or in this plan, has the value. */
async function candidatesOf(
  context: RunContext,
  plan: TypePlan,
  subjects: readonly (Subject & { readonly asks: readonly Asked[] })[],
): Promise<Map<string, { rule: string; candidates: Candidate[] }[]>> {
  const result = new Map<string, { rule: string; place: number; candidates: Candidate[] }[]>();
  const mapped = new Map(subjects.map((subject) => [subject.key, subject.mapped]));
  const named: { readonly subject: string; readonly candidate: Candidate & { keptApart?: boolean } }[] = [];
  for (const [place, rule] of plan.correlation.entries()) {
    const keys = new Set(subjects.flatMap((subject) => subject.asks[place]!.keys));
    if (keys.size === 0) continue;
    const found = await lookUp(context, plan, rule.attribute, [...keys]);
    if (found.length === 0) continue;
    const wanted = new Map<string, string[]>();
    for (const { key, asks } of subjects) for (const asked of asks[place]!.keys) push(wanted, asked, key);
    const counterparts = await counterpartsOf(
      context,
      plan,
      found.map((row) => row.id),
    );
    const guarded = await protectedOf(
      context,
      plan,
      found.map((row) => row.id),
    );
    const isFree = context.up ? await freeFor(context, plan, [...counterparts.keys()]) : null;
    for (const { key, id } of found) {
      for (const subject of wanted.get(key) ?? []) {
        const entries = result.get(subject) ?? [];
        result.set(subject, entries);
        let entry = entries.find((candidate) => candidate.place === place);
        if (!entry) entries.push((entry = { rule: rule.name, place, candidates: [] }));
        const linkedTo = isFree?.(id, mapped.get(subject)!, place) ? undefined : counterparts.get(id);
        const candidate = {
          id,
          ...(linkedTo !== undefined && linkedTo !== subject ? { linkedTo } : {}),
          ...(guarded.has(id) ? { protected: true } : {}),
        };
        entry.candidates.push(candidate);
        named.push({ subject, candidate });
      }
    }
  }
  const isApart = await apartOf(context, plan, named);
  for (const { subject, candidate } of named) if (isApart(subject, candidate.id)) candidate.keptApart = true;
  return result;
}

/** Whom somebody has said not to be the same; in either direction it is the same pair. Asked once for all that the rules name. */
async function apartOf(
  { database, outside, up }: RunContext,
  plan: TypePlan,
  named: readonly { readonly subject: string; readonly candidate: Candidate }[],
): Promise<(subject: string, candidate: string) => boolean> {
  const objects = new Set(named.map(({ subject, candidate }) => (up ? candidate.id : subject)));
  const apart = new Set((await apartFrom(database, outside.id, plan.type, [...objects])).map((row) => `${row.object}\0${row.external_id}`));
  return (subject, candidate) => apart.has(up ? `${candidate}\0${subject}` : `${subject}\0${candidate}`);
}

async function lookUp(
  context: RunContext,
  plan: TypePlan,
  attribute: string,
  keys: readonly string[],
): Promise<readonly { key: string; id: string }[]> {
  if (!context.up)
    return (await findInMirror(context.database, context.outside.id, plan.type, attribute, keys)).map((row) => ({
      key: row.key,
      id: row.external_id,
    }));
  const stored = await findObjects(context.database, plan.type, attribute, keys);
  const planned = await context.database.all<{ key: string; id: string }>(
    'SELECT key, directory_id AS id FROM staged_key WHERE run = ? AND type = ? AND attribute = ? AND key IN {list}',
    context.run.id,
    plan.type,
    attribute,
    list(keys),
  );
  const known = new Set(stored.map((row) => `${row.key}\0${row.id}`));
  return [...stored, ...planned.filter((row) => !known.has(`${row.key}\0${row.id}`))];
}

/** Who of this connection is the counterpart of these target objects already, or will be by this plan. */
async function counterpartsOf(context: RunContext, plan: TypePlan, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  if (!context.up)
    return new Map(
      (await linksByExternal(context.database, context.outside.id, plan.type, ids)).map((link) => [link.external_id, link.directory_id]),
    );
  const linked = (await linksByDirectory(context.database, context.outside.id, plan.type, ids)).map(
    (link) => [link.directory_id, link.external_id] as const,
  );
  const planned = await context.database.all<{ directory_id: string; source_key: string }>(
    'SELECT directory_id, source_key FROM staged WHERE run = ? AND directory_id IN {list}',
    context.run.id,
    list(ids),
  );
  return new Map([...planned.map((row) => [row.directory_id, row.source_key] as const), ...linked]);
}

async function protectedOf(context: RunContext, plan: TypePlan, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (context.up || ids.length === 0) return new Set();
  const rows = await context.database.all<{ external_id: string }>(
    'SELECT external_id FROM protected WHERE connection = ? AND type = ? AND external_id IN {list}',
    context.outside.id,
    plan.type,
    list(ids),
  );
  const found = new Set(rows.map((row) => row.external_id));
  for (const rule of context.settings.policy.protected) {
    for (const row of await findInMirror(
      context.database,
      context.outside.id,
      plan.type,
      rule.attribute,
      rule.values.flatMap((value) => ruleKeys(plan, rule.attribute, value)),
    ))
      found.add(row.external_id);
  }
  return found;
}
