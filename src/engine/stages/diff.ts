// Stage 7, diff: situation → action, with before and after, written to the ledger as planned changes.
import { NAMED } from './candidate-names.ts';
import { LIFECYCLE } from '../../core/directory-types.ts';
import { treeDepths } from '../../core/order.ts';
import type { AttributeSpec, Label } from '../../core/model.ts';
import { clearPlan, hasPlan, planChanges, type NewChange } from '../../store/ledger.ts';
import { putSentEdges, replaceWaiting, type WaitingReference } from '../../store/links.ts';
import { replaceDrift, type DriftRow } from '../../store/drift.ts';
import { dropPins, type PinKey } from '../../store/pins.ts';
import { patchRun } from '../../store/runs.ts';
import { markPlanned, patchStaged, setReviews, stagedAt, type StagedPatch, type StagedRow } from '../../store/staged.ts';
import { itemsOf, mendItems, putItems, type ItemRow } from '../../store/upkeep.ts';
import { batchOf, type RunContext, type TypePlan } from '../context.ts';
import { followTarget } from './follow-target.ts';
import { parseJson } from '../shapes.ts';
import { sourceTree } from '../source-data.ts';
import type { Problem } from './assess.ts';
import { type Chains, chainsOf } from './chain.ts';
import { createPlanner, type PlannedCreates } from './diff-creates.ts';
import { diffAgainstDirectory } from './diff-directory.ts';
import { diffAgainstTarget } from './diff-target.ts';

export interface Depths {
  readonly depth: ReadonlyMap<string, number>;
  /** Departments that are their own ancestor. */
  readonly cyclic: ReadonlySet<string>;
  readonly deepest: number;
  readonly chains: Chains;
}

/** What the comparison of one batch gives. */
export interface Compared {
  readonly changes: NewChange[];
  readonly patches: StagedPatch[];
  readonly problems: Map<string, { title: string | null; problems: Problem[] }>;
  readonly waiting: WaitingReference[];
  /** Pins that end: something else is desired than what was undone. */
  readonly over: PinKey[];
  /** Accounts that were compared, and what somebody else has changed there. */
  readonly drift: { readonly looked: string[]; readonly found: DriftRow[] };
  /** Accounts whose edges are seen as they are wanted, and were not known to be ours. */
  readonly agreed: { readonly externalId: string; readonly sentEdges: string }[];
}

export async function diff(context: RunContext): Promise<void> {
  const depths = await depthsOf(context);
  let begins = context.run.checkpoint !== 'diff';
  // A run about a few keys says with its first batch that it has begun, which spares it a commit.
  if (begins && (context.run.mode !== 'keys' || (await hasPlan(context.database, context.run.id)))) {
    await context.database.write(async (transaction) => {
      await clearPlan(transaction, context.run.id);
      await patchRun(transaction, context.run.id, { checkpoint: 'diff' });
    });
    begins = false;
  }
  for (const plan of context.types) {
    let done = 0;
    let after = '';
    const planCreates = await createPlanner(context, plan, depths);
    for (;;) {
      const size = batchOf(context);
      const batch = await stagedAt(context.database, context.run.id, 'correlated', plan.type, after, size);
      if (batch.length === 0) break;
      after = batch.at(-1)!.source_key;
      const created = await planCreates(batch);
      const others = created.planned.size === 0 ? batch : batch.filter((row) => !created.planned.has(row.source_key));
      const compared = context.up
        ? await diffAgainstDirectory(context, plan, others, depths)
        : await diffAgainstTarget(context, plan, others, depths);
      await store(context, plan, batch, compared, created, begins);
      begins = false;
      done += batch.length;
      context.engine.probe?.('diff:batch');
      await context.breathe(done, null);
      if (batch.length < size) break;
    }
  }
}

async function store(
  context: RunContext,
  plan: TypePlan,
  batch: readonly StagedRow[],
  compared: Compared,
  created: PlannedCreates,
  begins: boolean,
): Promise<void> {
  const { run, job } = context;
  const keys = batch.map((row) => row.source_key);
  const items: ItemRow[] = [];
  for (const [key, { title, problems }] of compared.problems) {
    for (const found of problems) {
      items.push({
        job: job.id,
        type: plan.type,
        source_key: key,
        attribute: found.attribute,
        cause: found.cause,
        message: JSON.stringify(found.message),
        title,
        state: 'open',
        attempts: 0,
        next_at: null,
        first_run: run.id,
        last_run: run.id,
        at: run.now,
      });
    }
  }
  context.counts.problems = (context.counts.problems ?? 0) + compared.problems.size;
  await context.database.write(async (transaction) => {
    if (begins) await patchRun(transaction, run.id, { checkpoint: 'diff' });
    await planChanges(transaction, { run: run.id, job: job.id, connection: context.outside.id }, [...created.changes, ...compared.changes]);
    await markPlanned(transaction, run.id, plan.type, [...created.planned]);
    await patchStaged(transaction, run.id, compared.patches);
    await setReviews(transaction, run.id, plan.type, [...created.reviews]);
    if (run.dryRun) return;
    await dropPins(transaction, endingNow(context, compared));
    if (!context.up) {
      await replaceDrift(transaction, job.id, plan.type, compared.drift.looked, compared.drift.found);
      await putSentEdges(transaction, context.outside.id, plan.type, compared.agreed);
      await followTarget(context, transaction, plan, compared.drift);
    }
    await putItems(transaction, items);
    // Whether the source has what it points to, only a complete read can say: until then what was listed stays listed.
    const undecided = new Set(
      compared.waiting.filter((one) => !isSettled(context, one.to_type)).map((one) => `${one.source_key}\0${one.name}`),
    );
    const listed = undecided.size === 0 ? [] : await itemsOf(transaction, job.id, plan.type, keys);
    const kept = listed.filter((item) => item.cause === UNKNOWN_REFERENCE && undecided.has(`${item.source_key}\0${item.attribute}`));
    await putItems(
      transaction,
      kept.map((item) => ({ ...item, attempts: 0, last_run: run.id })),
    );
    await patchStaged(
      transaction,
      run.id,
      kept.map((item) => ({
        type: plan.type,
        key: item.source_key,
        step: 'diffed' as const,
        problems: JSON.stringify([{ attribute: item.attribute, cause: item.cause, message: parseJson(item.message, {}) }]),
      })),
    );
    await mendItems(transaction, job.id, plan.type, keys, run.id, 'data');
    await replaceWaiting(
      transaction,
      job.id,
      keys.map((key) => ({ type: plan.type, key })),
      compared.waiting,
    );
  });
}

/** What keeps somebody as they are ends with the change that says otherwise: one that is held or refused ends nothing. */
function endingNow(context: RunContext, { over, changes }: Compared): readonly PinKey[] {
  if (!context.up) return over;
  const waiting = new Set(
    changes.filter((change) => LIFECYCLE in parseJson<object>(change.after, {})).map((change) => change.directory_id),
  );
  return over.filter((pin) => pin.subject !== LIFECYCLE || !waiting.has(pin.object));
}

async function depthsOf(context: RunContext): Promise<Depths> {
  const parents = await sourceTree(context);
  const { depth, cycles } = treeDepths(parents);
  let deepest = 0;
  for (const value of depth.values()) deepest = Math.max(deepest, value);
  return { depth, cyclic: new Set(cycles.flat()), deepest, chains: await chainsOf(context) };
}

export const problemsOf = (row: StagedRow): Problem[] => parseJson<Problem[]>(row.problems, []);

export const cycleProblem = (attribute: string): Problem => ({
  attribute,
  cause: 'cycle',
  message: {
    en: 'The department is its own ancestor at the source. Mend the parent there; until then its place is left as it is.',
    zh: '该部门在源系统中成为自己的上级。请在源系统修正上级部门；在此之前其位置保持不变。',
  },
});

const UNKNOWN_REFERENCE = 'unknown-reference';

/** Only a complete read of a type can say that somebody is not there. */
export const isSettled = (context: RunContext, type: string): boolean =>
  context.run.mode === 'full' && context.evidence.types[type]?.complete === true;

export const unknownReference = (attribute: string, id: string): Problem => ({
  attribute,
  cause: UNKNOWN_REFERENCE,
  message: {
    en: `"${attribute}" points to "${id}", which the source does not have. Correct it there, or add the missing one.`,
    zh: `“${attribute}”指向“${id}”，但源系统中不存在。请在源系统中更正或补充。`,
  },
});

export const missingProblem = (attribute: string, label: Label): Problem => ({
  attribute,
  cause: 'missing',
  message: {
    en: `The required attribute "${attribute}" (${label.en}) has no value. Fill it at the source or give the mapping row a default.`,
    zh: `必填属性“${attribute}”（${label.zh}）没有值。请在源系统补充，或在映射行中设置默认值。`,
  },
});

/** `attributes`: of which one is needed. */
export const missingOneOfProblem = (attributes: readonly AttributeSpec[]): Problem => {
  const names = (language: 'en' | 'zh'): string => attributes.map((spec) => `"${spec.name}" (${spec.label[language]})`).join(', ');
  return {
    attribute: attributes[0]!.name,
    cause: 'missing',
    message: {
      en: `At least one of ${names('en')} needs a value. Fill one at the source.`,
      zh: `以下属性至少要有一个有值：${names('zh')}。请在源系统补充其中之一。`,
    },
  };
};

export const takenProblem = (attribute: string, value: string, other: string): Problem => ({
  attribute,
  cause: 'duplicate',
  message: {
    en: `"${value}" in "${attribute}" is also used by ${other}. Correct one of the two at the source.`,
    zh: `“${attribute}”的值“${value}”同时被 ${other} 使用。请在源系统更正其中之一。`,
  },
});

/** `names`: what candidates are called, where they have a name. */
export const ambiguousProblem = (
  candidates: readonly string[],
  names: ReadonlyMap<string, string>,
  rivals: readonly string[] = [],
): Problem => {
  const namesOf = (ids: readonly string[]): string[] => ids.slice(0, NAMED).map((id) => names.get(id) ?? id);
  const named = namesOf(candidates);
  if (rivals.length > 0) {
    const others = namesOf(rivals);
    return {
      attribute: '',
      cause: 'ambiguous',
      message: {
        en: `The only match (${named.join(', ')}) is also found for ${others.join(', ')}: whose it is cannot be told, so nobody gets it. Say in the matching whose it is, or whose it is not, or correct the data.`,
        zh: `唯一的匹配对象（${named.join('、')}）同时匹配到 ${others.join('、')}，无法判断属于谁，因此未关联任何人。请在匹配中指明属于谁或不属于谁，或更正数据。`,
      },
    };
  }
  const [isTaken, count] = [candidates.length === 1, candidates.length];
  return {
    attribute: '',
    cause: 'ambiguous',
    message: {
      en: `${isTaken ? 'The only match already belongs to another record' : `${count} objects match`} (${named.join(', ')}). Link the right one by hand, or correct the data.`,
      zh: `${isTaken ? '唯一的匹配对象已属于另一条记录' : `有 ${count} 个对象匹配`}（${named.join('、')}）。请手工关联正确的对象，或更正数据。`,
    },
  };
};

export const lockedProblem = (): Problem => ({
  attribute: '',
  cause: 'locked',
  message: {
    en: 'Somebody disabled the account in the target. It stays disabled; enable it there when that was not meant.',
    zh: '该账号在目标系统中被他人停用，将保持停用。如非本意，请在目标系统中启用。',
  },
});

/** Somebody else writes the attribute back each time that we write it. */
export const foughtProblem = (attribute: string, times: number): Problem => ({
  attribute,
  cause: 'fought',
  message: {
    en: `Somebody else changes "${attribute}" back each time it is written: ${times} times within a week. It is left as they have it. Stop the other writer, then have it written again ("tributary drift JOB --enforce"); or have drift of it only reported.`,
    zh: `“${attribute}”每次写入后都会被他人改回：一周内 ${times} 次。现保留对方的值。请停止另一方写入，然后重新写入（tributary drift 任务 --enforce）；或将该属性的差异改为仅报告。`,
  },
});

export const protectedProblem = (): Problem => ({
  attribute: '',
  cause: 'protected',
  message: {
    en: 'The matching account is protected, so nobody gets it. Take it off the list of protected accounts first, or out of the settings of the job.',
    zh: '匹配到的账号受保护，不会关联给任何人。请先将其移出受保护名单，或在任务设置中取消保护。',
  },
});
