// What a merge or a split does beside the people themselves: records, accounts and names lead to somebody else, in the transaction that changes them.
import type { RegroupOrder } from '../../core/regroup.ts';
import { nameOfRecord, rolesAfter } from '../../core/regroup.ts';
import { CONSOLE } from '../../core/console.ts';
import type { Transaction } from '../../store/database.ts';
import { bumpContributions, type HistoryIn } from '../../store/directory.ts';
import {
  dropApart,
  dropLedRejected,
  dropMerged,
  leadClaims,
  leadLinks,
  leadPins,
  leadRejected,
  leadReserved,
  leadWords,
  linksOfPeople,
  putApart,
  putMerged,
  runWith,
} from '../../store/persons.ts';
import { decideHeld, heldOf } from '../../store/held.ts';
import type { ChangeRow } from '../../store/ledger.ts';
import type { RunContext } from '../context.ts';
import { listJobs } from '../../store/jobs.ts';
import { groupBy } from '../shapes.ts';
import { goesAlong } from './overlay.ts';
import { sealAgain } from './sealed.ts';
import { REGROUP } from '../undo/orders.ts';
import type { Label } from '../../core/model.ts';

/** Why it cannot be carried out as it was planned; null: it can. Read in the transaction that writes. */
export async function regroupProblem(context: RunContext, transaction: Transaction, order: RegroupOrder): Promise<Label | null> {
  const busy = await runWith(transaction, [order.from, order.to], context.run.id);
  if (busy)
    return {
      en: `Run ${busy.id} of job ${busy.job} has one of them in hand. Ask for it again when that run has ended.`,
      zh: `任务 ${busy.job} 的执行 ${busy.id} 正在处理其中一人。请待其结束后重试。`,
    };
  const owners = new Map(
    (await linksOfPeople(transaction, [order.from, order.to])).map((link) => [nameOfRecord(link.connection, link.externalId), link.object]),
  );
  const leads = (list: RegroupOrder['records'], object: string): boolean =>
    list.every((one) => one.connection === CONSOLE || owners.get(nameOfRecord(one.connection, one.externalId)) === object);
  if (leads([...order.records, ...order.accounts], order.from) && leads(order.back, order.to)) return null;
  return {
    en: 'A record or an account has come to lead to somebody else since this was planned. Look at it again.',
    zh: '计划之后，某条记录或账号的关联已改变。请重新查看。',
  };
}

/** What was asked about any part of it is answered: it was done as a whole. */
export async function settleQuestions(context: RunContext, transaction: Transaction, changes: readonly ChangeRow[]): Promise<void> {
  for (const [type, own] of groupBy(changes, (change) => change.type)) {
    const keys = own.map((change) => change.source_key);
    const asked = (await heldOf(transaction, context.job.id, type, keys)).filter((row) => row.aspect === REGROUP && row.state === 'open');
    await decideHeld(
      transaction,
      asked.map((row) => row.id),
      'superseded',
      null,
      context.run.now,
    );
  }
}

/** Returns what the history says of it. */
export async function regroup(context: RunContext, transaction: Transaction, order: RegroupOrder): Promise<readonly HistoryIn[]> {
  const { run } = context;
  const { from, to } = order;
  const by = { at: run.now, actor: run.actor };
  const before = await linksOfPeople(transaction, [from, to]);
  const after = rolesAfter(before, order);
  await leadLinks(transaction, [from, to], after);
  const jobs = new Map((await listJobs(transaction)).map((job) => [job.id, job]));
  await sealAgain(context, transaction, order, (row) => goesAlong(order, row, jobs));
  await leadWords(transaction, order.records, to);
  await leadClaims(transaction, [...order.accounts.map((one) => ({ ...one, to })), ...order.back.map((one) => ({ ...one, to: from }))]);
  await leadReserved(transaction, order.reserved, from, to);
  await leadPins(
    transaction,
    order.accounts.map((one) => one.connection),
    from,
    to,
  );
  if (order.kind === 'merge') {
    await putMerged(transaction, { id: from, into_id: to, run: run.id, at: by.at, by_whom: by.actor });
    await leadRejected(transaction, from, to, by.at);
    await dropApart(transaction, from, to);
  } else {
    await dropLedRejected(transaction, to, from);
    await dropMerged(transaction, to);
    // They were taken for one once: it is remembered that they are two.
    await putApart(transaction, from, to, by);
  }
  await bumpContributions(transaction, [from, to]);
  const led = new Map(after.map((link) => [nameOfRecord(link.connection, link.externalId), link.object]));
  return before
    .filter((link) => led.get(nameOfRecord(link.connection, link.externalId)) !== link.object)
    .flatMap((link): HistoryIn[] => {
      const entry = {
        type: 'person',
        before: null,
        after: null,
        change: null,
        edges: [],
        link: { connection: link.connection, externalId: link.externalId },
      };
      const leads = led.get(nameOfRecord(link.connection, link.externalId))!;
      return [
        { ...entry, id: link.object, action: 'unlink' },
        { ...entry, id: leads, action: 'link' },
      ];
    });
}
