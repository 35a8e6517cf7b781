// Operations on the audit log: reading and verifying. None of them changes it.
import { z } from 'zod';
import { verifyChain, type AuditFault } from '../../core/audit-chain.ts';
import type { Label } from '../../core/model.ts';
import { audit, auditEntries, auditLast, auditPage } from '../../store/audit.ts';
import { assertUnchanged, revisionOf } from '../config/unchanged.ts';
import { changeForwarding, forwardingOf, forwardingSchema, forwardState, type Forwarding } from '../audit-forward.ts';
import { aboutHeld, aboutView } from './audit-about.ts';
import { command, query, seenRevision } from './operation.ts';
import { labelView } from './views.ts';

export const auditList = query({
  role: 'auditor',
  route: { method: 'GET', path: '/audit', group: 'accounts', page: 'before' },
  does: { en: 'Lists the audit log, newest first', zh: '列出审计日志，新的在前' },
  input: z.strictObject({
    before: z.int().optional(),
    action: z.string().optional().describe('`job.change`, or `job.` for all that begins so.'),
    from: z.number().optional(),
    until: z.number().optional(),
    actor: z.string().optional(),
    subject: z.string().optional(),
    limit: z.int().min(1).max(500).default(50),
  }),
  output: z.object({
    entries: z.array(
      z.object({
        seq: z.int(),
        at: z.number(),
        action: z.string(),
        /** null: erased. */
        actor: z.string().nullable(),
        subject: z.string().nullable(),
        before: z.string().nullable(),
        after: z.string().nullable(),
        hash: z.string(),
        /** Of decisions about held changes: what, about whom, and by which run. */
        about: aboutView.nullable(),
      }),
    ),
    next: z.int().nullable(),
  }),
  async answer(context, input) {
    const entries = await auditPage(context.reader, input);
    const about = await aboutHeld(context.reader, entries);
    return {
      entries: entries.map(({ seq, at, action, hash, payload }) => ({
        seq,
        at,
        action,
        hash,
        actor: payload?.actor ?? null,
        subject: payload?.subject ?? null,
        before: payload?.before ?? null,
        after: payload?.after ?? null,
        about: about.get(seq) ?? null,
      })),
      next: entries.length === input.limit ? entries.at(-1)!.seq : null,
    };
  },
});

const faults: Readonly<Record<AuditFault, (seq: number) => Label>> = {
  missing: (seq) => ({ en: `Entry ${seq} is missing.`, zh: `缺少第 ${seq} 条。` }),
  altered: (seq) => ({ en: `Entry ${seq} was altered.`, zh: `第 ${seq} 条被改动。` }),
  'payload-altered': (seq) => ({ en: `What entry ${seq} says was altered.`, zh: `第 ${seq} 条的内容被改动。` }),
  'payload-missing': (seq) => ({
    en: `What entry ${seq} says was removed, and no erasure of a person explains it.`,
    zh: `第 ${seq} 条的内容被移除，且没有对应的人员擦除记录。`,
  }),
  'cut-off': (seq) => ({ en: `The log was cut off: entry ${seq} is missing.`, zh: `日志被截断：缺少第 ${seq} 条。` }),
  'head-unknown': () => ({
    en: 'The hash noted earlier is not in the log: it was written anew.',
    zh: '先前记录的哈希不在日志中：日志已被重写。',
  }),
};

export const auditVerify = query({
  role: 'auditor',
  route: { method: 'GET', path: '/audit/verification', group: 'accounts' },
  does: {
    en: 'Verifies the chain of the audit log; names the first broken entry',
    zh: '校验审计日志的哈希链，指出第一条被破坏的记录',
  },
  /** head: a hash noted down earlier, which must still be there. */
  input: z.strictObject({
    head: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  }),
  output: z.object({
    entries: z.int(),
    erased: z.int(),
    head: z.string(),
    broken: z.object({ seq: z.int(), what: labelView }).nullable(),
  }),
  async answer(context, input) {
    // First the end, then the entries: what is added meanwhile is verified next time.
    const last = await auditLast(context.reader);
    const verdict = await verifyChain(upTo(auditEntries(context.reader), last), { last, head: input.head });
    const { broken } = verdict;
    return { ...verdict, broken: broken && { seq: broken.seq, what: faults[broken.fault](broken.seq) } };
  },
});

async function* upTo<T extends { readonly seq: number }>(entries: AsyncIterable<T>, last: number): AsyncIterable<T> {
  for await (const entry of entries) {
    if (entry.seq > last) return;
    yield entry;
  }
}

const forwardingView = z.object({
  /** null: it stays here. */
  to: z.object({ transport: z.string(), host: z.string(), port: z.int(), ca: z.boolean(), allowLinkLocal: z.boolean() }).nullable(),
  /** Number of the last entry that the collector has taken, and of the last there is. */
  sent: z.int(),
  last: z.int(),
  sentAt: z.number().nullable(),
  /** Why the last try failed; it is tried again by itself. */
  error: z.string().nullable(),
  /** Of where it goes; how far it is does not count. */
  revision: z.int(),
});

async function forwardingNow(context: { readonly reader: Parameters<typeof forwardState>[0] }): Promise<z.input<typeof forwardingView>> {
  const [to, state, last] = [await forwardingOf(context.reader), await forwardState(context.reader), await auditLast(context.reader)];
  return { to: to && { ...to, ca: to.ca !== null }, sent: state.seq, last, sentAt: state.at, error: state.error, revision: revisionOf(to) };
}

export const auditForwarding = query({
  role: 'auditor',
  route: { method: 'GET', path: '/audit/forwarding', group: 'accounts' },
  does: { en: 'Shows to which syslog collector the audit log is sent, and how far', zh: '查看审计日志转发到的 syslog 服务器及进度' },
  input: z.strictObject({}),
  output: forwardingView,
  answer: forwardingNow,
});

export const auditForward = command({
  role: 'admin',
  route: { method: 'PUT', path: '/audit/forwarding', group: 'accounts' },
  does: {
    en: 'Sends the audit log to a syslog collector (RFC 5424 over TCP or TLS), or stops that',
    zh: '将审计日志转发到 syslog 服务器（RFC 5424,TCP 或 TLS），或停止转发',
  },
  input: z.strictObject({
    to: forwardingSchema.nullable(),
    again: z.boolean().default(false).describe('Begin anew with the first entry of the log.'),
    revision: seenRevision,
  }),
  output: forwardingView,
  async answer(context, input) {
    const brief = (to: Forwarding | null): string | null => to && JSON.stringify({ ...to, ca: to.ca !== null });
    const at = context.now();
    await context.engine.options.database.write(async (transaction) => {
      const before = await forwardingOf(transaction);
      await assertUnchanged(transaction, input.revision, {
        what: { en: 'the forwarding of the audit log', zh: '审计日志转发设置' },
        revision: revisionOf(before),
        trail: [{ action: 'audit.forward' }, { action: 'forwarding.' }],
      });
      await changeForwarding(transaction, input.to, input.again);
      await audit(transaction, {
        at,
        actor: context.actor,
        action: 'audit.forward',
        subject: 'audit',
        before: brief(before),
        after: brief(input.to),
      });
    });
    return forwardingNow(context);
  },
});
