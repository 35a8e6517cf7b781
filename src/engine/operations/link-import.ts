// Operations on many links at once: made from a list, all of it or nothing.
import { z } from 'zod';
import { audit } from '../../store/audit.ts';
import { objectsOf } from '../../store/directory.ts';
import { linksByDirectory, linksByExternal } from '../../store/links.ts';
import { CommandError } from '../engine.ts';
import { linkByHand } from '../links/effects.ts';
import { groupBy } from '../shapes.ts';
import { wantedConnection } from './connections.ts';
import { command, type Issue } from './operation.ts';

const link = z.strictObject({
  type: z.string().min(1),
  externalId: z.string().min(1),
  object: z.string().min(1).describe('A directory id.'),
});

export const linkImport = command({
  role: 'admin',
  route: { method: 'POST', path: '/connections/{connection}/links', group: 'links', status: 201 },
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
      const hand = { at: clock.now(), actor: context.actor };
      if (fresh.length === 0) return { made: 0, known: input.links.length };
      await audit(transaction, { ...hand, action: 'link.import', subject: `connection:${connection}`, after: JSON.stringify(fresh) });
      await linkByHand(transaction, connection, fresh, hand);
      return { made: fresh.length, known: input.links.length - fresh.length };
    });
  },
});
