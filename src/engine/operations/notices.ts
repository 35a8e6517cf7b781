// Operations on notices: what was told to whom, by which channel, and what came of it.
import { z } from 'zod';
import { noticeKinds, noticeTextsSchema, placeholdersOf, type NoticeKind } from '../../core/notices.ts';
import { deliveriesOf, reviveDeliveries } from '../../store/deliveries.ts';
import { noticePage } from '../../store/notices.ts';
import { titlesOf } from '../../store/overview.ts';
import type { NoticeFacts } from '../notify/note.ts';
import { personIn } from '../notify/people.ts';
import { installationNotices } from '../notify/settings.ts';
import { exampleOf, messageOf, titleOf } from '../notify/render.ts';
import { toldOf } from '../notify/send.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { CommandError } from '../engine.ts';
import { command, jobRef, optionalJob, query } from './operation.ts';
import { labelView } from './views.ts';

const kinds = Object.keys(noticeKinds) as [NoticeKind, ...NoticeKind[]];

const deliveryView = z.object({
  channel: z.string(),
  /** null: the channel itself, or somebody of the directory: their address is looked up in the moment it leaves, and kept nowhere. */
  recipient: z.string().nullable(),
  /** Somebody of the directory: the person whom the notice is about, or their manager. */
  to: z.enum(['person', 'manager']).nullable(),
  state: z.enum(['queued', 'sending', 'sent', 'dead']),
  attempts: z.int(),
  nextAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** What the last try met. */
  error: labelView.nullable(),
  /** The id that the message carries, the same at every try. */
  message: z.string(),
});

const noticeView = z.object({
  id: z.int(),
  kind: z.enum(kinds),
  at: z.number(),
  title: labelView,
  job: z.int().nullable(),
  connection: z.string().nullable(),
  /** Whom it is about. title null: nobody knows their name any more. */
  person: z.object({ id: z.string(), title: z.string().nullable() }).nullable(),
  /** new: recipients are being looked for · routed: it has deliveries · unheard: nobody wants it. */
  state: z.enum(['new', 'routed', 'unheard']),
  deliveries: z.array(deliveryView),
});
export type NoticeView = z.output<typeof noticeView>;

export const noticeList = query({
  role: 'operator',
  route: { method: 'GET', path: '/notices', group: 'notices', page: 'before' },
  does: { en: 'Lists notices, newest first, with each delivery', zh: '列出通知及其投递情况，最新的在前' },
  input: z.strictObject({
    job: jobRef.optional(),
    kind: z.enum(kinds).optional(),
    delivery: z.enum(['queued', 'sending', 'sent', 'dead']).optional(),
    person: z
      .string()
      .regex(/^[0-9a-f-]{36}$/)
      .optional()
      .describe('About this person, by directory id.'),
    before: z.int().optional(),
    limit: z.int().min(1).max(500).default(50),
  }),
  output: z.object({ notices: z.array(noticeView), next: z.int().nullable() }),
  async answer(context, input) {
    const job = await optionalJob(context.reader, input.job);
    const rows = await noticePage(context.reader, { ...input, job: job?.id });
    const about = new Map(rows.map((row) => [row.id, parseJson<NoticeFacts>(row.facts, {}).person]));
    const titles = await titlesOf(context.reader, [...new Set([...about.values()].filter((id) => id !== undefined))]);
    const deliveries = groupBy(
      await deliveriesOf(
        context.reader,
        rows.map((row) => row.id),
      ),
      (row) => String(row.notice),
    );
    return {
      notices: rows.map((row) => ({
        id: row.id,
        kind: row.kind as NoticeKind,
        at: row.at,
        title: titleOf(toldOf(row)),
        job: row.job,
        connection: row.connection,
        person: personOf(about.get(row.id), titles),
        state: row.state,
        deliveries: (deliveries.get(String(row.id)) ?? []).map((delivery) => ({
          channel: delivery.channel,
          recipient: delivery.recipient === '' || personIn(delivery.recipient) ? null : delivery.recipient,
          to: personIn(delivery.recipient)?.to ?? null,
          state: delivery.state,
          attempts: delivery.attempts,
          nextAt: delivery.state === 'queued' ? delivery.next_at : null,
          endedAt: delivery.ended_at,
          error: parseJson<{ en: string; zh: string } | null>(delivery.error, null),
          message: delivery.message,
        })),
      })),
      next: rows.length === input.limit ? rows.at(-1)!.id : null,
    };
  },
});

const personOf = (id: string | undefined, titles: ReadonlyMap<string, string>): NoticeView['person'] =>
  id === undefined ? null : { id, title: titles.get(id) ?? null };

export const noticeResend = command({
  role: 'operator',
  route: { method: 'POST', path: '/notices/{notice}/resend', group: 'notices' },
  does: { en: 'Tries the deliveries of a notice again that were given up', zh: '重新发送已放弃的通知' },
  input: z.strictObject({ notice: z.int().positive() }),
  output: z.object({ notice: z.int(), deliveries: z.int() }),
  async answer(context, input) {
    const { database, clock } = context.engine.options;
    const deliveries = await database.write((transaction) => reviveDeliveries(transaction, input.notice, clock.now()));
    if (deliveries === 0)
      throw new CommandError(`Notice ${input.notice} has no delivery that was given up.`, `通知 ${input.notice} 没有已放弃的投递。`, {
        code: 'not-found',
      });
    return { notice: input.notice, deliveries };
  },
});

export const noticePreview = query({
  role: 'operator',
  route: { method: 'GET', path: '/notices/preview/{kind}', group: 'notices' },
  does: {
    en: 'Shows what a notice says, with made-up facts; also with words that are not saved yet',
    zh: '预览通知内容（示例数据），也可预览尚未保存的文字',
  },
  input: z.strictObject({
    kind: z.enum(kinds),
    language: z.enum(['en', 'zh']).default('en'),
    /** Own words to look at, both or none. */
    subject: z.string().min(1).max(200).optional(),
    body: z.string().min(1).max(10_000).optional(),
  }),
  output: z.object({ subject: z.string(), text: z.string(), placeholders: z.array(z.string()) }),
  async answer(context, { kind, language, subject, body }) {
    const saved = (await installationNotices(context.reader)).texts;
    const tried = subject !== undefined && body !== undefined ? { [kind]: { [language]: { subject, body } } } : saved;
    const texts = noticeTextsSchema.safeParse(tried);
    if (!texts.success) throw new CommandError(texts.error.issues[0]!.message, texts.error.issues[0]!.message, { code: 'invalid' });
    const { subject: title, text } = messageOf([exampleOf(kind)], language, 'https://sync.example.org', texts.data);
    return { subject: title, text, placeholders: [...placeholdersOf(kind)] };
  },
});
