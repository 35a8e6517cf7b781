// What a full read proves, measured against the last complete one; what it lets us see less of becomes a doubt.
import { countAbsent } from '../../store/absent.ts';
import { countClaims } from '../../store/job-removal.ts';
import type { ReadingRow } from '../../store/upkeep.ts';
import type { Label } from '../../core/model.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { digest, parseJson } from '../shapes.ts';
import { partOf } from './part.ts';
import { relationKey } from './relation-key.ts';

/** So many lose the last value of an attribute before that looks like a right that was lost. */
const MANY = 3;

type Seen = RunContext['evidence']['types'][string];

interface Vanished {
  readonly name: string;
  readonly count: number;
}

/** Returns the types of which an attribute vanished that looked readable. */
export async function judgeEvidence(context: RunContext, readings: ReadonlyMap<string, ReadingRow>): Promise<ReadonlySet<string>> {
  const lost = new Set<string>();
  const known = new Map((await countClaims(context.database, context.job.id)).map((row) => [row.type, row.count]));
  for (const plan of context.types) {
    const seen = context.evidence.types[plan.type];
    if (!seen) continue;
    const before = readings.get(plan.type);
    const claims = known.get(plan.type) ?? 0;
    seen.empty = seen.complete && seen.objects === 0 && claims > 0;
    if (seen.empty) {
      context.evidence.warnings.push({
        en: `The source shows no ${plan.source.label.en} at all, although ${claims} were known. Nobody is removed, disabled or changed because of that.`,
        zh: `源系统没有返回任何${plan.source.label.zh}，而此前已知 ${claims} 个。因此不会删除、停用或改动任何对象。`,
      });
    }
    if (!seen.complete) {
      context.evidence.warnings.push({
        en: `${plan.source.label.en}: ${seen.reason?.en ?? 'not read to the end'} Nothing counts as missing.`,
        zh: `${plan.source.label.zh}：${seen.reason?.zh ?? '未完整读取。'}不会据此判断任何对象已消失。`,
      });
    }
    if (!before && seen.complete) context.evidence.warnings.push(...hiddenOfSome(plan, seen, undefined));
    // The directory hides nothing: what nobody has there has been taken away, and passed a guard.
    if (!before || !seen.complete || context.source.isDirectory) continue;
    const parts: Label[] = [];
    let pauses = false;
    if (before.part_hash !== partHashOf(context)) context.evidence.partChanged = true;
    else if (before.range !== seen.range) {
      seen.narrower = true;
      const missing = await countAbsent(context.database, context.run.id, context.job.id, plan.type, startOf(context));
      pauses = missing > 0 && !seen.empty;
      parts.push(rangeSaid(plan, missing, claims));
      context.evidence.warnings.push(rangeSaid(plan, missing, claims));
    }
    const vanished = vanishedSince(plan, seen, before);
    context.evidence.warnings.push(...hiddenOfSome(plan, seen, before));
    for (const { name, count } of vanished) {
      if (!seen.vanished.includes(name)) {
        seen.vanished.push(name);
        lost.add(plan.type);
      }
      const remedy = remedyOf(seen, name);
      context.evidence.warnings.push({
        en: `Nobody has a value in "${plain(name)}" any more, although ${count} had one. It looks hidden by a right; the field is left as it is everywhere.${remedy.en}`,
        zh: `“${plain(name)}”此前有 ${count} 个对象有值，现在全部为空，可能是权限被收回；该字段保持不变。${remedy.zh}`,
      });
    }
    if (vanished.length > 0) {
      pauses = true;
      parts.push(vanishedSaid(plan, seen, vanished));
    }
    if (parts.length > 0 && !seen.empty)
      seen.doubt = { said: { en: parts.map((part) => part.en).join(' '), zh: parts.map((part) => part.zh).join('') }, pauses };
  }
  return lost;
}

const plain = (name: string): string => name.replace(/^relation:/, '');
const partHashOf = (context: RunContext): string => digest(partOf(context) ?? {});

/** A claim made since then is of this very run. */
export const startOf = (context: RunContext): number => context.run.startedAt ?? context.run.now + 1;

/** Of what the job still reads: a field that its mapping left out has not been hidden by anybody. */
function vanishedSince(plan: TypePlan, seen: RunContext['evidence']['types'][string], before: ReadingRow): Vanished[] {
  if (seen.objects === 0) return [];
  const read = new Set([...plan.reads, ...plan.relations.map(relationKey)]);
  return Object.entries(parseJson<Record<string, number>>(before.present, {}))
    .map(([name, count]) => ({ name, count }))
    .filter(({ name, count }) => read.has(name) && (seen.present[name] ?? 0) === 0 && count >= (seen.vanished.includes(name) ? 1 : MANY));
}

const rangeSaid = (plan: TypePlan, missing: number, known: number): Label => ({
  en: `What the source lets us see has changed since the last complete read. ${
    missing > 0
      ? `${missing} of ${known} ${plan.source.label.en} records that were known are not shown any more.`
      : `Everybody who was known is still shown (${plan.source.label.en}).`
  } Until the range is back or a person accepts it, nothing counts as missing.`,
  zh: `自上次完整读取以来，源系统的可见范围发生了变化。${
    missing > 0
      ? `此前已知的 ${known} 个${plan.source.label.zh}中有 ${missing} 个不再可见。`
      : `此前已知的对象仍全部可见（${plan.source.label.zh}）。`
  }在范围恢复或人工接受之前，不会判断任何对象已消失。`,
});

/** What to grant, where the source knows. */
function remedyOf(seen: Seen, name: string): Label {
  const remedy = seen.hidden?.find((field) => field.name === plain(name))?.remedy;
  return remedy ? { en: ` ${remedy.en}`, zh: remedy.zh } : { en: '', zh: '' };
}

/**
 * What came, but not from everybody, and from fewer than before: hidden of these people alone. At the first read it is told once, since
 * whoever has no value may look the same.
 */
function hiddenOfSome(plan: TypePlan, seen: Seen, before: ReadingRow | undefined): Label[] {
  const counts = before && parseJson<Record<string, number>>(before.present, {});
  return (seen.hidden ?? []).flatMap(({ name, of, remedy }) => {
    const now = shownBy(seen, name);
    const known = counts && (counts[name] ?? counts[relationKey(name)] ?? 0);
    // Of all of them: known before, that is told as vanished; else it may be a field that nobody uses, and the check tells missing rights.
    if (now === 0 || (known !== undefined && now >= known)) return [];
    return [
      {
        en: `"${name}" did not come for ${of} of ${seen.objects} ${plan.source.label.en} records; there the field is left as it is. ${remedy.en}`,
        zh: `${seen.objects} 个${plan.source.label.zh}中有 ${of} 个未返回“${name}”，这些对象的该字段保持不变。${remedy.zh}`,
      },
    ];
  });
}

const shownBy = (seen: Seen, name: string): number => seen.present[name] ?? seen.present[relationKey(name)] ?? 0;

const vanishedSaid = (plan: TypePlan, seen: Seen, vanished: readonly Vanished[]): Label => ({
  en: `Nobody (${plan.source.label.en}) shows a value any more in ${vanished.map(({ name, count }) => `"${plain(name)}" (${count} had one)`).join(', ')}. Until it is seen again or a person accepts that it is empty, the field is left as it is.${vanished.map(({ name }) => remedyOf(seen, name).en).join('')}`,
  zh: `${plan.source.label.zh}的以下字段不再有任何值：${vanished.map(({ name, count }) => `“${plain(name)}”（此前 ${count} 个有值）`).join('、')}。在重新可见或人工接受为空之前，字段保持不变。${vanished.map(({ name }) => remedyOf(seen, name).zh).join('')}`,
});

/** What is remembered of this read; what vanished keeps its old count, so that it stays unknown until it is seen again. */
export function readingOfRun(context: RunContext, plan: TypePlan, before: ReadingRow | undefined): ReadingRow {
  const seen = context.evidence.types[plan.type]!;
  const counts = parseJson<Record<string, number>>(before?.present, {});
  // What is hidden of some keeps its count, too: it is told as long as fewer show it than were known.
  const hidden = (seen.hidden ?? [])
    .flatMap(({ name }) => [name, relationKey(name)])
    .filter((name) => (counts[name] ?? 0) > (seen.present[name] ?? 0));
  const kept = Object.fromEntries([...seen.vanished, ...hidden].flatMap((name) => (counts[name] ? [[name, counts[name]]] : [])));
  return readingWith(context, plan, { ...seen.present, ...kept });
}

/** The same when a person accepts what was seen as all there is. */
export const readingIfAccepted = (context: RunContext, plan: TypePlan): ReadingRow =>
  readingWith(context, plan, context.evidence.types[plan.type]!.present);

function readingWith(context: RunContext, plan: TypePlan, present: Readonly<Record<string, number>>): ReadingRow {
  const seen = context.evidence.types[plan.type]!;
  return {
    job: context.job.id,
    type: plan.type,
    part_hash: partHashOf(context),
    run: context.run.id,
    at: context.run.now,
    range: seen.range,
    attributes: JSON.stringify(plan.reads),
    objects: seen.objects,
    present: JSON.stringify(present),
  };
}
