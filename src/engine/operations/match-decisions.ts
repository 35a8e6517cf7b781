// Operations that decide what a matching has found: likely pairs accepted in bulk or one by one, refused, accounts marked as not to be touched.
import { z } from 'zod';
import { CLEAR_AT } from '../../core/matching.ts';
import { audit } from '../../store/audit.ts';
import type { Transaction } from '../../store/database.ts';
import { objectsOf } from '../../store/directory.ts';
import type { JobRow } from '../../store/jobs.ts';
import {
  apartFrom,
  linksOfPairs,
  type MatchingRow,
  matchPage,
  ownerlessAmong,
  proposalPage,
  rejectedPage,
  rejectPairs,
  settlePairs,
  settleProtected,
  takeBackRejected,
} from '../../store/matching.ts';
import { mirrorHashes } from '../../store/mirror.ts';
import { putProtected } from '../../store/protected.ts';
import { linkByHand, noteApart, type WantedLink } from '../links/effects.ts';
import { assertCurrent, changedAfter } from '../matching/current.ts';
import { protectionsOf } from '../links/protection.ts';
import { accountsOf, downstreamJob, finishedMatching, peopleOf } from './matching.ts';
import { command, jobRef, query, type CommandContext } from './operation.ts';
import { loadNames, type Names } from './show.ts';

/** Pairs that one transaction links. */
const TOGETHER = 1000;

const pair = z.strictObject({ object: z.string().min(1).describe('A directory id.'), account: z.string().min(1) });
const pairs = z.array(pair).min(1).max(10_000);
const type = z.string().min(1).default('person');

interface Pair {
  readonly type: string;
  readonly object: string;
  readonly external_id: string;
}

/** Why a pair is left as it is. */
const reasons = ['linked', 'gone', 'protected', 'changed'] as const;
type LeftOut = (typeof reasons)[number];

export const matchAccept = command({
  role: 'admin',
  route: { method: 'POST', path: '/jobs/{job}/matching/accept', group: 'links' },
  does: {
    en: 'Links likely pairs: those named, or all that are clear and reach a score. Their values follow with the next run, through the guard',
    zh: '接受可能的对应关系并建立关联：指定的，或全部明确且达到分数的；数据随下次执行更新（经过保护限制）',
  },
  input: z.strictObject({
    job: jobRef,
    type,
    run: z
      .int()
      .positive()
      .describe(
        'The comparison in which they were seen (`run` of `match.get`): with a newer one, or after a run into the system, nothing is linked.',
      ),
    pairs: pairs.optional().describe('Without: all clear proposals.'),
    score: z.int().min(0).max(100).default(CLEAR_AT).describe('Of all clear proposals, those that reach it.'),
  }),
  output: z.object({
    linked: z.int(),
    /** Not linked: one of the two has a link by now, is gone, the account is protected, or the person has changed in the directory since the comparison. */
    left: z.object({ linked: z.int(), gone: z.int(), protected: z.int(), changed: z.int() }),
  }),
  async answer(context, input) {
    const { job: wanted, matching } = await finishedMatching(context, input.job);
    await assertCurrent(context.reader, wanted, matching, input.run, 'accept');
    const names = await loadNames(context);
    const left: Record<LeftOut, number> = { linked: 0, gone: 0, protected: 0, changed: 0 };
    let linked = 0;
    const take = async (batch: readonly Pair[]): Promise<void> => {
      await context.engine.options.database.write(async (transaction) => {
        const { job, matching: now } = await finishedMatching({ ...context, reader: transaction }, input.job);
        await assertCurrent(transaction, job, now, input.run, 'accept', linked);
        const judged = await judge(transaction, names, job, now, batch);
        for (const why of judged.left.values()) left[why]++;
        linked += judged.free.length;
        await accept(transaction, context, job, now.run, judged.free);
      });
    };
    if (input.pairs) {
      const all = input.pairs.map((one): Pair => ({ type: input.type, object: one.object, external_id: one.account }));
      for (let from = 0; from < all.length; from += TOGETHER) await take(all.slice(from, from + TOGETHER));
      return { linked, left };
    }
    const filter = { type: input.type, clear: true, least: input.score, limit: TOGETHER };
    for (let after: readonly [string, string] = ['', '']; ; ) {
      const rows = await proposalPage(context.reader, matching.run, { ...filter, after });
      if (rows.length === 0) return { linked, left };
      const last = rows.at(-1)!;
      after = [last.object, last.external_id];
      await take(rows);
    }
  },
});

/** What still stands when it is decided: both sides are there and free, the account is not protected, and the person is who was compared. Of two pairs with one side the first holds. */
async function judge(
  transaction: Transaction,
  names: Names,
  job: JobRow,
  matching: MatchingRow,
  batch: readonly Pair[],
): Promise<{ readonly free: readonly Pair[]; readonly left: ReadonlyMap<Pair, LeftOut> }> {
  const own = batch[0]?.type ?? '';
  const accounts = batch.map((one) => one.external_id);
  const links = await linksOfPairs(transaction, job.connection, batch);
  const takenAccounts = new Set(links.filter((link) => link.type === own).map((link) => link.external_id));
  const takenObjects = new Set(links.filter((link) => link.type === own).map((link) => link.directory_id));
  const { accounts: there, objects: known } = await presentOf(transaction, job, batch);
  const guarded = await protectionsOf(transaction, names, { connection: job.connection, type: own, ids: accounts });
  const changed = await changedAfter(
    transaction,
    matching,
    batch.map((one) => one.object),
  );
  const left = new Map<Pair, LeftOut>();
  const free: Pair[] = [];
  for (const one of batch) {
    if (takenAccounts.has(one.external_id) || takenObjects.has(one.object)) left.set(one, 'linked');
    else if (!there.has(one.external_id) || !known.has(one.object)) left.set(one, 'gone');
    else if (guarded.has(one.external_id)) left.set(one, 'protected');
    else if (changed.has(one.object)) left.set(one, 'changed');
    else {
      takenAccounts.add(one.external_id);
      takenObjects.add(one.object);
      free.push(one);
    }
  }
  return { free, left };
}

/** Of these pairs, all of one type, which accounts and which objects are there. */
async function presentOf(transaction: Transaction, job: JobRow, batch: readonly Pair[]) {
  const own = batch[0]?.type ?? '';
  const seen = await mirrorHashes(
    transaction,
    job.connection,
    own,
    batch.map((one) => one.external_id),
  );
  const known = await objectsOf(
    transaction,
    batch.map((one) => one.object),
  );
  return {
    accounts: new Set(seen.map((row) => row.external_id)),
    objects: new Set(known.filter((object) => object.type === own && object.lifecycle !== 'absent').map((object) => object.id)),
  };
}

const wantedOf = (one: Pair): WantedLink => ({ type: one.type, externalId: one.external_id, object: one.object });

async function accept(transaction: Transaction, context: CommandContext, job: JobRow, run: number, free: readonly Pair[]): Promise<void> {
  if (free.length === 0) return;
  const hand = { at: context.now(), actor: context.actor };
  const links = free.map(wantedOf);
  await settlePairs(transaction, run, free);
  await audit(transaction, { ...hand, action: 'match.accept', subject: `connection:${job.connection}`, after: JSON.stringify(links) });
  await linkByHand(transaction, job.connection, links, hand);
}

export const matchReject = command({
  role: 'admin',
  route: { method: 'POST', path: '/jobs/{job}/matching/reject', group: 'links' },
  does: {
    en: 'Says of pairs that the two are not the same: no rule finds them again and they are not proposed again, until it is taken back. Who is kept from an account gets one of their own, if the job makes accounts',
    zh: '指明两者不是同一人：在撤回之前，规则不再匹配，也不再提议。若任务新建账号，该人员将获得自己的账号',
  },
  input: z.strictObject({
    job: jobRef,
    type,
    run: z
      .int()
      .positive()
      .describe(
        'The comparison in which they were seen (`run` of `match.get`): with a newer one, or after a run into the system, nothing is decided.',
      ),
    pairs,
  }),
  output: z.object({
    rejected: z.int(),
    /** Not decided: the two have a link with each other (cut or move it first), or one of the two is not there. */
    left: z.object({ linked: z.int(), gone: z.int() }),
  }),
  async answer(context, input) {
    const refused = input.pairs.map((one): Pair => ({ type: input.type, object: one.object, external_id: one.account }));
    const hand = { at: context.now(), actor: context.actor };
    return context.engine.options.database.write(async (transaction) => {
      const { job, matching } = await finishedMatching({ ...context, reader: transaction }, input.job);
      await assertCurrent(transaction, job, matching, input.run, 'reject');
      const left = await notToPart(transaction, job, refused);
      const parted = refused.filter((one) => !left.has(one));
      const count = (why: LeftOut): number => [...left.values()].filter((one) => one === why).length;
      if (parted.length > 0) {
        await rejectPairs(transaction, matching.run, job.connection, parted, hand);
        await audit(transaction, {
          ...hand,
          action: 'match.reject',
          subject: `connection:${job.connection}`,
          after: JSON.stringify({ type: input.type, pairs: parted.map((one) => ({ object: one.object, account: one.external_id })) }),
        });
        await noteApart(transaction, job, 'apart', parted.map(wantedOf), hand);
      }
      return { rejected: parted.length, left: { linked: count('linked'), gone: count('gone') } };
    });
  },
});

/** Of these pairs, those that cannot be kept apart: linked with each other, or one of the two is not there. Asked in the transaction that decides. */
async function notToPart(transaction: Transaction, job: JobRow, batch: readonly Pair[]): Promise<ReadonlyMap<Pair, LeftOut>> {
  const linked = new Set((await linksOfPairs(transaction, job.connection, batch)).map(nameOfLink));
  const { accounts, objects } = await presentOf(transaction, job, batch);
  return new Map(
    batch.flatMap((one): [Pair, LeftOut][] => {
      if (linked.has(nameOfLink({ ...one, directory_id: one.object }))) return [[one, 'linked']];
      return accounts.has(one.external_id) && objects.has(one.object) ? [] : [[one, 'gone']];
    }),
  );
}

const nameOfLink = (link: { readonly type: string; readonly directory_id: string; readonly external_id: string }): string =>
  `${link.type}\0${link.directory_id}\0${link.external_id}`;

const rejectedPlace = z.tuple([z.string(), z.string()]);

export const matchRejected = query({
  role: 'viewer',
  route: { method: 'GET', path: '/jobs/{job}/matching/rejected', group: 'links', page: 'after' },
  does: { en: 'Lists pairs that were said not to be the same, by whom and when', zh: '列出已指明不是同一人的人员与账号及其操作人和时间' },
  input: z.strictObject({ job: jobRef, type, after: rejectedPlace.optional(), limit: z.int().min(1).max(1000).default(100) }),
  output: z.object({
    rejected: z.array(
      z.object({
        object: z.string(),
        title: z.string(),
        marks: z.array(z.string()),
        account: z.object({ id: z.string(), title: z.string(), marks: z.array(z.string()) }),
        at: z.number(),
        by: z.string(),
      }),
    ),
    next: rejectedPlace.nullable(),
  }),
  async answer(context, input) {
    const job = await downstreamJob(context, input.job);
    const rows = await rejectedPage(context.reader, job.connection, { ...input, after: input.after ?? ['', ''] });
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    // The two are often called the same.
    const people = await peopleOf(
      context,
      input.type,
      rows.map((row) => row.object),
    );
    const accounts = await accountsOf(
      context,
      job,
      input.type,
      rows.map((row) => row.external_id),
    );
    return {
      rejected: rows.map((row) => ({
        object: row.object,
        title: people(row.object).title,
        marks: people(row.object).marks,
        account: accounts(row.external_id),
        at: Number(row.at),
        by: row.by_whom,
      })),
      next: last ? ([last.object, last.external_id] as [string, string]) : null,
    };
  },
});

/** Of these pairs, all of one type, those that are kept apart; each once. */
async function apartAmong(transaction: Transaction, job: JobRow, batch: readonly Pair[]): Promise<readonly Pair[]> {
  const own = batch[0]?.type ?? '';
  const wanted = new Set(batch.map((one) => `${one.object}\0${one.external_id}`));
  const objects = [...new Set(batch.map((one) => one.object))];
  return (await apartFrom(transaction, job.connection, own, objects))
    .filter((row) => wanted.has(`${row.object}\0${row.external_id}`))
    .map((row) => ({ ...row, type: own }));
}

export const matchTakeBack = command({
  role: 'admin',
  route: { method: 'POST', path: '/jobs/{job}/matching/take-back', group: 'links' },
  does: {
    en: 'Takes back that two are not the same: rules may find them and the next matching may propose them again',
    zh: '撤回“不是同一人”的指明：规则可再次匹配，下次匹配可再次提议',
  },
  input: z.strictObject({ job: jobRef, type, pairs }),
  output: z.object({ takenBack: z.int() }),
  async answer(context, input) {
    const job = await downstreamJob(context, input.job);
    const refused = input.pairs.map((one): Pair => ({ type: input.type, object: one.object, external_id: one.account }));
    return context.engine.options.database.write(async (transaction) => {
      const hand = { at: context.now(), actor: context.actor };
      const were = await apartAmong(transaction, job, refused);
      const takenBack = await takeBackRejected(transaction, job.connection, were);
      await audit(transaction, {
        ...hand,
        action: 'match.take-back',
        subject: `connection:${job.connection}`,
        after: JSON.stringify({ type: input.type, pairs: input.pairs }),
      });
      await noteApart(transaction, job, 'apart-ended', were.map(wantedOf), hand);
      return { takenBack };
    });
  },
});

export const matchProtect = command({
  role: 'admin',
  route: { method: 'POST', path: '/jobs/{job}/matching/protect', group: 'links' },
  does: {
    en: 'Marks accounts without an owner as not to be touched: those named, or all that nobody seems to own',
    zh: '将无主账号标记为受保护：指定的，或全部无人对应的',
  },
  input: z.strictObject({
    job: jobRef,
    type,
    accounts: z.array(z.string().min(1)).min(1).max(10_000).optional().describe('Without: all of the kind nobody.'),
    reason: z.string().trim().min(1).max(500),
  }),
  output: z.object({ protected: z.int() }),
  async answer(context, input) {
    const { job, matching } = await finishedMatching(context, input.job);
    const { database } = context.engine.options;
    const take = (ids: readonly string[]): Promise<void> =>
      database.write(async (transaction) => {
        await putProtected(
          transaction,
          job.connection,
          ids.map((id) => ({ type: input.type, external_id: id, reason: input.reason })),
        );
        await settleProtected(transaction, matching.run, input.type, ids);
        await audit(transaction, {
          at: context.now(),
          actor: context.actor,
          action: 'protected.add',
          subject: `connection:${job.connection}`,
          after: JSON.stringify({ reason: input.reason, accounts: ids.map((externalId) => ({ type: input.type, externalId })) }),
        });
      });
    if (input.accounts) {
      const ids = await ownerlessAmong(context.reader, matching.run, input.type, input.accounts);
      if (ids.length > 0) await take(ids);
      return { protected: ids.length };
    }
    let count = 0;
    for (let after = ''; ; ) {
      const page = await matchPage(context.reader, matching.run, { kind: 'nobody', type: input.type, after, limit: TOGETHER });
      if (page.length === 0) return { protected: count };
      after = page.at(-1)!.id;
      count += page.length;
      await take(page.map((row) => row.id));
    }
  },
});
