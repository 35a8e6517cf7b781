// Operations about somebody who leaves: what closing everything would do, closing it, and the sheet of what is closed and what is open.
import { z } from 'zod';
import { audit } from '../../store/audit.ts';
import { hasWork, plansOf, previewClosing, wantedPerson } from '../leavers/closing.ts';
import { printSheet } from '../leavers/print.ts';
import { sheetOf, sheetView } from '../leavers/sheet.ts';
import { command, query } from './operation.ts';
import { loadNames } from './show.ts';
import { labelView } from './views.ts';

const person = z.string().trim().min(1).max(200).describe('Id, number, user name or name.');

export const leaverPreview = command({
  role: 'approver',
  route: { method: 'POST', path: '/people/{person}/closing-preview', group: 'directory' },
  does: { en: 'Says what closing everything that a person has would do; writes nothing', zh: '预览立即关闭某人全部账号的结果；不写入' },
  input: z.strictObject({ person }),
  output: z.object({
    person: z.string(),
    closings: z.array(
      z.object({
        /** Null: the directory. */
        connection: z.string().nullable(),
        connectionName: z.string().nullable(),
        account: z.string().nullable(),
        job: z.int().nullable(),
        does: z.enum(['disable', 'leave', 'nothing', 'refused', 'unreachable']),
        says: labelView,
        run: z.int().nullable(),
      }),
    ),
    /** Carries out exactly this, for 15 minutes. */
    token: z.string(),
  }),
  async answer(context, input) {
    const { id } = await wantedPerson(context.reader, input.person);
    const { closings, token } = await previewClosing(context.engine, id, context.actor);
    const names = await loadNames(context);
    return {
      person: id,
      token,
      closings: closings.map(({ place, does, says, run }) => ({
        connection: place?.connection ?? null,
        connectionName: place ? (names.connections.get(place.connection)?.name ?? place.connection) : null,
        account: place?.account ?? null,
        job: place?.job?.id ?? null,
        does,
        says,
        run,
      })),
    };
  },
});

export const leaverClose = command({
  role: 'approver',
  route: { method: 'POST', path: '/people/{person}/closing', group: 'directory', status: 202 },
  does: {
    en: 'Closes everything that a person has, before everything else; needs the token of the preview',
    zh: '立即关闭某人的全部账号，先于其他一切；需要预览的令牌',
  },
  input: z.strictObject({
    person,
    token: z.string().min(1).max(2000).describe('Of the preview.'),
    why: z.string().max(500).default('').describe('For the audit log.'),
  }),
  output: z.object({ person: z.string(), runs: z.array(z.int()) }),
  async answer(context, input) {
    const { id } = await wantedPerson(context.reader, input.person);
    const plans = await plansOf(context.reader, id, input.token, context.now());
    const runs: number[] = [];
    // The directory comes first: should this process die here, ordinary runs close the rest.
    for (const plan of plans) {
      if (!(await hasWork(context.reader, plan))) continue;
      const run = await context.engine.enqueue(
        {
          job: plan.job,
          mode: 'keys',
          cause: 'close',
          actor: context.actor,
          order: { kind: 'close', person: id },
          ...(plan.state === 'succeeded' ? { ofPlan: plan.id } : {}),
        },
        async (transaction) => {
          if (runs.length === 0)
            await audit(transaction, {
              at: context.now(),
              actor: context.actor,
              action: 'person.close',
              subject: `person:${id}`,
              after: JSON.stringify({ plans: plans.map((one) => one.id), why: input.why }),
            });
        },
      );
      runs.push(run);
    }
    return { person: id, runs };
  },
});

export const leaverSheet = query({
  role: 'viewer',
  route: { method: 'GET', path: '/people/{person}/leaver-sheet', group: 'directory' },
  does: {
    en: 'The leaver sheet: each system, closed when, by which run, how long after the source said so, and what is still open',
    zh: '离职关闭单：各系统何时由哪次执行关闭、距源系统通知多久、仍未关闭的内容',
  },
  input: z.strictObject({ person }),
  /** `text`: to be printed. */
  output: sheetView.extend({ text: labelView }),
  async answer(context, input) {
    const sheet = await sheetOf(context, await wantedPerson(context.reader, input.person));
    return { ...sheet, text: { en: printSheet(sheet, 'en'), zh: printSheet(sheet, 'zh') } };
  },
});
