// Records that somebody named and that are nowhere, or of which the source cannot say: a run about them alone would look like a success of nothing.
import type { GetAnswer } from '../../connector-kit/contract.ts';
import type { Label } from '../../core/model.ts';
import { spelled } from '../../core/spelled.ts';
import { knownToNobody } from '../../store/staged.ts';
import type { RunContext, TypePlan } from '../context.ts';

/** How many are named in the sentence. */
const NAMED = 5;

/** Of what a person or a program has named; an event about somebody who came and went is no mistake of anybody. */
const wereNamed = ({ run }: RunContext): boolean =>
  run.mode === 'keys' && run.actor !== 'schedule' && (run.cause === 'manual' || run.cause === 'retry');

const notAsBefore: Label = {
  en: 'It shows something else than at its last complete read, so that nothing follows from what is missing.',
  zh: '可见范围与上次完整读取时不同，不能据此判断记录已不存在。',
};

/** Why the source could not say whether there are such records: whoever named them is told. Returns whether there is anything to tell. */
export function noteUnsure(context: RunContext, plan: TypePlan, unsure: ReadonlyMap<string, GetAnswer | undefined>): boolean {
  if (!wereNamed(context)) return false;
  const because = new Map<string, { readonly why: Label; readonly ids: string[] }>();
  for (const [id, answer] of unsure) {
    const why = answer?.state === 'unknown' ? answer.reason : notAsBefore;
    const known = because.get(why.en) ?? { why, ids: [] };
    because.set(why.en, known);
    known.ids.push(id);
  }
  const { warnings } = context.evidence;
  for (const { why, ids } of because.values()) {
    const names = (language: 'en' | 'zh') => ids.slice(0, NAMED).map((id) => `${plan.source.label[language]} ${id}`);
    const { en, zh } = listed({ en: names('en'), zh: names('zh') }, ids.length);
    const says = {
      en: `Whether there is ${en}, the source cannot say. ${why.en} Nothing was done about ${ids.length === 1 ? 'it' : 'them'}.`,
      zh: `无法判断源系统中是否有 ${zh}：${why.zh}未做任何处理。`,
    };
    // A run that goes on reads them again.
    if (!warnings.some((warning) => warning.en === says.en)) warnings.push(says);
  }
  return because.size > 0;
}

export async function nobodyKnows(context: RunContext): Promise<{ readonly count: number; readonly says: Label } | null> {
  if (!wereNamed(context)) return null;
  const { database, run, job, up, outside } = context;
  const found = await knownToNobody(database, { run: run.id, job: job.id, connection: up ? outside.id : null }, NAMED);
  const [first] = found;
  if (!first) return null;
  const labels = new Map(context.types.map((plan) => [plan.type, plan.source.label]));
  const names = (language: 'en' | 'zh'): string[] =>
    found.map((row) => `${labels.get(row.type)?.[language] ?? row.type} ${row.source_key}`);
  return { count: first.n, says: sentence({ en: names('en'), zh: names('zh') }, first.n, up) };
}

function sentence(names: { readonly en: string[]; readonly zh: string[] }, count: number, up: boolean): Label {
  const { en, zh } = listed(names, count);
  const about = count === 1 ? 'it' : 'them';
  const ids = count === 1 ? 'Check the id: ' : 'Check the ids: ';
  return up
    ? {
        en: `Nobody knows ${en}: neither the source nor the directory has such a record. Nothing was done about ${about}. ${ids}${count === 1 ? 'it is that' : 'they are those'} of the source.`,
        zh: `找不到 ${zh}：源系统和目录中都没有，未做任何处理。请核对编号（应为源系统中的编号）。`,
      }
    : {
        en: `Nobody knows ${en}: the directory has no such record. Nothing was done about ${about}. ${ids}in this job ${count === 1 ? 'it is that' : 'they are those'} of the directory, as a plan shows ${about} ("tributary explain --json").`,
        zh: `找不到 ${zh}：目录中没有，未做任何处理。请核对编号：此任务使用目录编号，可在试运行中查看（tributary explain --json）。`,
      };
}

/** The names, and how many there are beside them. */
function listed(names: { readonly en: string[]; readonly zh: string[] }, count: number): Label {
  const more = count - names.en.length;
  const all = [...names.en, ...(more > 0 ? [`${spelled(more)} more`] : [])];
  return {
    en: all.length === 1 ? all[0]! : `${all.slice(0, -1).join(', ')} and ${all.at(-1)!}`,
    zh: `${names.zh.join('、')}${more > 0 ? ` 等 ${spelled(count)} 条记录` : ''}`,
  };
}
