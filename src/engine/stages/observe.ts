// Stage 3, observe: what the target looks like now. The directory needs no reading; other targets are read into the mirror.
import type { EndpointObject } from '../../core/model.ts';
import { confirmAgreement, linksByDirectory } from '../../store/links.ts';
import { dropMirror, mirrorHashes, mirrorPage, putMirror, touchMirror, type MirrorIn } from '../../store/mirror.ts';
import { batchOf, type RunContext, type TypePlan } from '../context.ts';
import { touchReadersOf } from '../dependents.ts';
import { pieces, summarise } from '../shapes.ts';
import { recogniseAccounts, tellRecognised } from './known-again.ts';
import { LargeEdges } from './large-edges.ts';
import { keyedHash } from './mirror-keys.ts';
import { settleLeftovers } from './read-back.ts';
import { mirrorIn } from './read.ts';
import { objectWithoutVeiled, shownAttributes } from './veil.ts';

/** So many linked objects do not disappear one by one. */
const FEW = 3;

export async function observe(context: RunContext): Promise<void> {
  if (context.target.isDirectory) return;
  if (context.knowsTarget) return context.run.mode === 'full' ? wakeDrifted(context) : undefined;
  if (!context.run.dryRun) await settleLeftovers(context);
  if (context.run.mode === 'full') {
    const shown = new Map<string, number>();
    for (const plan of context.types) shown.set(plan.type, await observeType(context, plan));
    await judgeEmptyTarget(context, shown);
    await wakeDrifted(context);
    return;
  }
  await observeStaged(context);
}

/** A target that shows nothing of what we have there may have been wiped, or hides it: nothing is made again unasked. */
async function judgeEmptyTarget(context: RunContext, shown: ReadonlyMap<string, number>): Promise<void> {
  const rows = await context.database.all<{ type: string; n: number }>(
    'SELECT type, count(*) AS n FROM link WHERE connection = ? GROUP BY type',
    context.target.id,
  );
  const linked = new Map(rows.map((row) => [row.type, row.n]));
  const all =
    [...shown.values()].every((count) => count === 0) && [...shown.keys()].reduce((sum, type) => sum + (linked.get(type) ?? 0), 0) >= FEW;
  context.evidence.emptyTarget = context.types
    .filter((plan) => shown.get(plan.type) === 0 && (all || (linked.get(plan.type) ?? 0) >= FEW))
    .map((plan) => plan.type);
  for (const plan of context.types.filter(({ type }) => context.evidence.emptyTarget!.includes(type) && linked.has(type))) {
    context.evidence.warnings.push({
      en: `The target shows no ${plan.target.label.en} at all, although ${linked.get(plan.type)} were linked. None is made again before a person confirms.`,
      zh: `目标系统没有返回任何${plan.target.label.zh}，而此前已关联 ${linked.get(plan.type)} 个。未经人工确认不会重新创建。`,
    });
  }
}

/** Returns how many objects the target shows. */
async function observeType(context: RunContext, plan: TypePlan): Promise<number> {
  const { target, signal, run } = context;
  let count = 0;
  let complete = false;
  let unnamed = false;
  const large = new LargeEdges();
  const receive = async (objects: readonly EndpointObject[]): Promise<void> => {
    for (const batch of pieces(objects, batchOf(context))) {
      await storeObserved(context, plan, batch);
      count += batch.length;
      await context.breathe(count, null);
    }
  };
  const attributes = shownAttributes(plan);
  for await (const event of target.connection.read!(plan.type, {
    part: context.settings.part,
    attributes,
    relations: plan.relations,
    now: run.now,
    signal,
  })) {
    if (event.kind === 'objects') await receive(large.hold(event.objects));
    else if (event.kind === 'edges') {
      const whole = large.add(event);
      if (whole) await receive([whole]);
    } else if (event.kind === 'unreadable') {
      // It is there, as it was last understood.
      if (event.id === null) unnamed = true;
      else await context.database.write((transaction) => touchMirror(transaction, target.id, plan.type, [event.id!], run.now));
    } else if (event.kind === 'end') complete = event.complete;
    signal.throwIfAborted();
  }
  if (complete && !unnamed) await dropUnseen(context, plan);
  else
    context.evidence.warnings.push({
      en: `The target's ${plan.target.label.en} list could not be read to its end; what was not seen is not judged.`,
      zh: `未能完整读取目标系统的${plan.target.label.zh}列表；未读到的部分不作判断。`,
    });
  // What is not judged is not empty either.
  return complete ? count : Math.max(count, 1);
}

/** Puts what was read into the mirror; unchanged objects are only touched. */
export async function storeObserved(context: RunContext, plan: TypePlan, objects: readonly EndpointObject[]): Promise<void> {
  const { database, target, run } = context;
  const shown = objects.map((object) => objectWithoutVeiled(plan, object));
  const summaries = shown.map((object) => ({ object, summary: summarise(object) }));
  const known = new Map(
    (
      await mirrorHashes(
        database,
        target.id,
        plan.type,
        objects.map((object) => object.id),
      )
    ).map((row) => [row.external_id, row.hash]),
  );
  const changed: MirrorIn[] = [];
  const fresh = new Set<string>();
  const same: string[] = [];
  for (const { object, summary } of summaries) {
    if (known.get(object.id) === keyedHash(plan.target, summary.hash, context.lookups)) {
      same.push(object.id);
      continue;
    }
    if (!known.has(object.id)) fresh.add(object.id);
    changed.push(mirrorIn(context, plan, object, summary));
  }
  await database.write(async (transaction) => {
    await putMirror(transaction, target.id, plan.type, changed, run.now, fresh);
    await touchReadersOf(
      transaction,
      context,
      plan.type,
      changed.map((row) => row.id),
    );
    await touchMirror(transaction, target.id, plan.type, same, run.now);
    if (same.length > 0) await confirmAgreement(transaction, target.id, plan.type, same);
  });
}

/** Mirror objects that a complete read did not show are no longer there. */
async function dropUnseen(context: RunContext, plan: TypePlan): Promise<void> {
  const { database, target, run } = context;
  let after = '';
  let recognised = 0;
  for (;;) {
    const size = batchOf(context);
    const page = await mirrorPage(database, target.id, plan.type, after, size);
    const unseen = page.filter((row) => row.observed_at < run.now).map((row) => row.external_id);
    const known = await recogniseAccounts(context, plan, unseen);
    recognised += known.size;
    const gone = run.dryRun ? unseen.filter((id) => !known.has(id)) : unseen;
    if (gone.length > 0) await database.write((transaction) => dropMirror(transaction, target.id, plan.type, gone));
    if (page.length < size) break;
    after = page.at(-1)!.external_id;
  }
  tellRecognised(context, plan.target, recognised);
}

/** Objects that look the same at the source but not at the target any more have to be looked at. */
async function wakeDrifted(context: RunContext): Promise<void> {
  const { database, run, job, target } = context;
  await database.write((transaction) =>
    transaction.run(
      `INSERT INTO staged (run, type, source_key, step, seen, input_hash)
       SELECT s.run, s.type, s.source_key, 'read', s.seen, s.input_hash FROM staged s JOIN claim c ON c.job = ? AND c.type = s.type AND c.source_key = s.source_key
       LEFT JOIN link l ON l.connection = ? AND l.type = s.type AND l.external_id = c.target_key
       LEFT JOIN mirror m ON m.connection = ? AND m.type = s.type AND m.external_id = c.target_key
       WHERE s.run = ? AND s.step = 'same' AND s.seen = 'present' AND (l.mirror_hash IS NULL OR m.hash IS NULL OR l.mirror_hash <> m.hash)
       ON CONFLICT (run, type, source_key) DO UPDATE SET step = 'read'`,
      job.id,
      target.id,
      target.id,
      run.id,
    ),
  );
}

/** Keys runs: the linked objects of what is staged are read one by one. */
async function observeStaged(context: RunContext): Promise<void> {
  const { database, target, run } = context;
  for (const plan of context.types) {
    for (let after = ''; ; ) {
      const size = batchOf(context);
      const batch = (
        await database.all<{ source_key: string }>(
          'SELECT source_key FROM staged WHERE run = ? AND type = ? AND source_key > ? ORDER BY source_key LIMIT ?',
          run.id,
          plan.type,
          after,
          size,
        )
      ).map((row) => row.source_key);
      if (batch.length === 0) break;
      after = batch.at(-1)!;
      const links = await linksByDirectory(database, target.id, plan.type, batch);
      await refresh(
        context,
        plan,
        links.map((link) => link.external_id),
      );
      await context.breathe();
      if (batch.length < size) break;
    }
  }
}

/** Reads these target objects again. An absent one leaves the mirror. */
export async function refresh(context: RunContext, plan: TypePlan, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { target, run, signal } = context;
  const report = await target.connection.get!(plan.type, ids, {
    attributes: shownAttributes(plan),
    relations: plan.relations,
    now: run.now,
    signal,
  });
  const found = ids.flatMap((id) => {
    const answer = report.answers.get(id);
    return answer?.state === 'found' ? [answer.object] : [];
  });
  const gone = ids.filter((id) => report.answers.get(id)?.state === 'gone');
  await storeObserved(context, plan, found);
  if (gone.length > 0) await context.database.write((transaction) => dropMirror(transaction, target.id, plan.type, gone));
}
