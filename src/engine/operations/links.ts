// Operations on links: which external object is which person, department or group; listed, imported, cut.
import { z } from 'zod';
import { audit } from '../../store/audit.ts';
import { dropContributions } from '../../store/contributions.ts';
import { bumpContributions, objectsOf } from '../../store/directory.ts';
import { listJobs } from '../../store/jobs.ts';
import { claimsByTarget, cutLinks, endClaims, linkPage, linksByDirectory, linksByExternal, putLinks } from '../../store/links.ts';
import { titlesOf } from '../../store/overview.ts';
import { CommandError } from '../engine.ts';
import { groupBy } from '../shapes.ts';
import { wantedConnection } from './connections.ts';
import { command, query, type Issue } from './operation.ts';

const place = z.tuple([z.string(), z.string(), z.string()]);

export const linkList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/links', group: 'directory', page: 'after' },
  does: { en: 'Lists links: which external object is which person, department or group', zh: '列出关联' },
  input: z.strictObject({
    connection: z.string().min(1).optional(),
    object: z.string().min(1).optional().describe('A directory id.'),
    after: place.optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  output: z.object({
    links: z.array(
      z.object({
        connection: z.string(),
        type: z.string(),
        externalId: z.string(),
        object: z.string(),
        title: z.string(),
        role: z.string(),
        madeBy: z.string(),
        madeAt: z.number(),
      }),
    ),
    next: place.nullable(),
  }),
  async answer(context, input) {
    const rows = await linkPage(context.reader, input);
    const titles = await titlesOf(
      context.reader,
      rows.map((row) => row.directory_id),
    );
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    return {
      links: rows.map((row) => ({
        connection: row.connection,
        type: row.type,
        externalId: row.external_id,
        object: row.directory_id,
        title: titles.get(row.directory_id) ?? row.directory_id,
        role: row.role,
        madeBy: row.made_by,
        madeAt: row.made_at,
      })),
      next: last ? ([last.connection, last.type, last.external_id] as [string, string, string]) : null,
    };
  },
});

const link = z.strictObject({
  type: z.string().min(1),
  externalId: z.string().min(1),
  object: z.string().min(1).describe('A directory id.'),
});

export const linkImport = command({
  role: 'admin',
  route: { method: 'POST', path: '/connections/{connection}/links', group: 'directory', status: 201 },
  does: { en: 'Makes links: what a rule does not find, a list says. All of it, or nothing', zh: '导入关联:全部成功或全部不写入' },
  input: z.strictObject({ connection: z.string().min(1), links: z.array(link).min(1).max(10_000) }),
  output: z.object({ made: z.int(), known: z.int() }),
  async answer(context, input) {
    const connection = (await wantedConnection(context.reader, input.connection)).id;
    const { database, clock } = context.engine.options;
    return database.write(async (transaction) => {
      const issues: Issue[] = [];
      const refuse = (index: number, field: string, en: string, zh: string): void =>
        void issues.push({ field: `links[${index}].${field}`, message: { en, zh } });
      const fresh: typeof input.links = [];
      for (const [type, own] of groupBy(input.links, (one) => one.type)) {
        const objects = new Map(
          (
            await objectsOf(
              transaction,
              own.map((one) => one.object),
            )
          ).map((object) => [object.id, object]),
        );
        const external = new Map(
          (
            await linksByExternal(
              transaction,
              connection,
              type,
              own.map((one) => one.externalId),
            )
          ).map((row) => [row.external_id, row]),
        );
        const taken = new Map(
          (
            await linksByDirectory(
              transaction,
              connection,
              type,
              own.map((one) => one.object),
            )
          ).map((row) => [row.directory_id, row.external_id]),
        );
        for (const one of own) {
          const index = input.links.indexOf(one);
          const object = objects.get(one.object);
          const known = external.get(one.externalId);
          const other = taken.get(one.object);
          if (!object || object.type !== type || object.lifecycle === 'absent')
            refuse(index, 'object', `there is no ${type} with this id`, `没有该编号的 ${type}`);
          else if (known && known.directory_id !== one.object)
            refuse(
              index,
              'externalId',
              `is linked to ${known.directory_id} already; cut that link first`,
              `已关联到 ${known.directory_id};请先解除`,
            );
          else if (!known && other !== undefined)
            refuse(
              index,
              'object',
              `is linked to "${other}" of this connection already; cut that link first`,
              `已关联到此连接的“${other}”;请先解除`,
            );
          else if (!known) {
            fresh.push(one);
            taken.set(one.object, one.externalId);
          }
        }
      }
      if (issues.length > 0) {
        const text = (language: 'en' | 'zh'): string => issues.map((issue) => `${issue.field}: ${issue.message[language]}`).join('; ');
        throw new CommandError(`Nothing was linked. ${text('en')}`, `未建立任何关联。${text('zh')}`, { issues });
      }
      await putLinks(
        transaction,
        connection,
        fresh.map((one) => ({ type: one.type, externalId: one.externalId, directoryId: one.object, madeBy: context.actor })),
        clock.now(),
      );
      if (fresh.length > 0)
        await audit(transaction, {
          at: clock.now(),
          actor: context.actor,
          action: 'link.import',
          subject: `connection:${connection}`,
          after: JSON.stringify(fresh),
        });
      return { made: fresh.length, known: input.links.length - fresh.length };
    });
  },
});

export const linkCut = command({
  role: 'admin',
  route: { method: 'DELETE', path: '/connections/{connection}/links/{type}/{externalId}', group: 'directory' },
  does: {
    en: 'Cuts a link: the next full run looks for the counterpart anew. Nothing is deleted or disabled by that',
    zh: '解除关联:下次全量执行将重新匹配;不会因此删除或停用任何对象',
  },
  input: z.strictObject({ connection: z.string().min(1), type: z.string().min(1), externalId: z.string().min(1) }),
  output: z.object({ object: z.string() }),
  async answer(context, input) {
    const { id: connection } = await wantedConnection(context.reader, input.connection);
    const { type, externalId } = input;
    const { database, clock } = context.engine.options;
    return database.write(async (transaction) => {
      const [row] = await linksByExternal(transaction, connection, type, [externalId]);
      if (!row)
        throw new CommandError(
          `There is no link of ${type} "${externalId}" on connection "${connection}".`,
          `连接“${connection}”上没有 ${type}“${externalId}”的关联。`,
          { code: 'not-found' },
        );
      for (const job of (await listJobs(transaction)).filter((one) => one.connection === connection)) {
        // Upstream the external object is the source; downstream it is what was written to.
        const keys =
          job.direction === 'up'
            ? [externalId]
            : (await claimsByTarget(transaction, job.id, type, [externalId])).map((claim) => claim.source_key);
        await endClaims(transaction, job.id, type, keys);
        if (job.direction === 'up') await dropContributions(transaction, job.id, type, keys);
      }
      await cutLinks(transaction, connection, type, [externalId]);
      await bumpContributions(transaction, [row.directory_id]);
      await audit(transaction, {
        at: clock.now(),
        actor: context.actor,
        action: 'link.cut',
        subject: `connection:${connection}`,
        before: JSON.stringify({ type, externalId, object: row.directory_id }),
      });
      return { object: row.directory_id };
    });
  },
});
