// The operation that erases one person.
import { z } from 'zod';
import { CommandError } from '../engine.ts';
import { erase } from '../erasing/erase.ts';
import { find } from '../explain/find.ts';
import { command } from './operation.ts';
import { labelView } from './views.ts';

export const personErase = command({
  role: 'admin',
  route: { method: 'POST', path: '/people/{person}/erasure', group: 'directory' },
  does: {
    en: 'Erases somebody who has left: their key, all copies of their values, and what the audit log says of them',
    zh: '擦除已离职人员：其密钥、所有数据副本，以及审计日志中的相关内容',
  },
  /** Id, number, user name or name. onlyShow: says what would go. */
  input: z.strictObject({ person: z.string().trim().min(1).max(200), onlyShow: z.boolean().default(true) }),
  output: z.object({
    id: z.string(),
    erased: z.boolean(),
    auditEntries: z.array(z.int()),
    rows: z.int(),
    connections: z.array(z.string()),
    /** What names them and is not taken out: settings in use, edits that wait, files. Each says where it is and what to do. */
    remains: z.array(z.object({ what: z.enum(['job', 'connection', 'table', 'edit', 'file']), where: z.string(), says: labelView })),
  }),
  async answer(context, input) {
    const { objects } = await find(context.reader, input.person);
    const people = objects.filter((object) => object.type === 'person');
    const [only] = people;
    if (!only || people.length > 1)
      throw new CommandError(
        only
          ? `${people.length} people fit "${input.person}". Give the id: "tributary explain" lists them.`
          : `Nobody in the directory fits "${input.person}".`,
        only
          ? `有 ${people.length} 人符合“${input.person}”。请使用编号，可用 tributary explain 查看。`
          : `目录中没有符合“${input.person}”的人员。`,
        { code: only ? 'conflict' : 'not-found' },
      );
    const done = await erase(context.engine.options, only.id, context.actor, input.onlyShow);
    return {
      ...done,
      auditEntries: [...done.auditEntries],
      connections: [...done.connections],
      remains: [...done.remains],
      erased: !input.onlyShow,
    };
  },
});
