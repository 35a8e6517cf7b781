// What is wrong with rules of correlation before they are saved: an expression is judged while it is typed.
import { z } from 'zod';
import { correlationRuleSchema } from '../../core/correlation.ts';
import { jobSettingsSchema } from '../../core/job-settings.ts';
import { mappingRowSchema } from '../../core/mapping/rows.ts';
import { directoryCatalogue } from '../catalogue.ts';
import { lookupsOf } from '../config/judge.ts';
import { openEndpoint } from '../endpoint.ts';
import { prepareJob } from '../prepare.ts';
import { wantedConnection } from './connections.ts';
import { command } from './operation.ts';
import { labelView } from './views.ts';

/** Far sides say within this what they have: somebody is typing. */
const PATIENCE_MS = 20_000;
const MOST = 200;

export const correlationPreview = command({
  role: 'admin',
  route: { method: 'POST', path: '/connections/{connection}/correlation-preview', group: 'connections' },
  does: {
    en: 'Says what is wrong with rules of correlation, saved or not, rule by rule: as saving the job would',
    zh: '逐条指出匹配规则（可未保存）中的错误，与保存任务时的检查相同',
  },
  input: z.strictObject({
    connection: z.string().min(1),
    direction: z.enum(['up', 'down']),
    type: z.string().min(1).default('person'),
    rules: z.array(correlationRuleSchema).max(MOST).describe('As in `correlation.person` of a job.'),
    rows: z.array(z.record(z.string(), z.unknown())).max(MOST).describe('As in `mapping.person` of a job: a rule reads what they make.'),
  }),
  output: z.object({ problems: z.array(z.object({ rule: z.int(), problem: labelView })) }),
  async answer(context, { connection, direction, type, rules, rows }) {
    await wantedConnection(context.reader, connection);
    const outside = await openEndpoint(context.engine.options, connection, AbortSignal.timeout(PATIENCE_MS));
    try {
      const directory = await directoryCatalogue(context.reader);
      const [source, target] = direction === 'up' ? [outside.types, directory] : [directory, outside.types];
      // A row that is wrong is told with the mapping.
      const mapping = { [type]: rows.filter((row) => mappingRowSchema.safeParse(row).success) };
      const settings = jobSettingsSchema.parse({ name: type, connection, direction, mapping, correlation: { [type]: rules } });
      return { problems: problemsOf(prepareJob(settings, source, target, await lookupsOf(context)).problems, type) };
    } finally {
      await outside.connection.close();
    }
  },
});

function problemsOf(found: ReturnType<typeof prepareJob>['problems'], type: string) {
  const before = `correlation.${type}[`;
  return found.flatMap(({ where, problem }) =>
    where.startsWith(before) ? [{ rule: Number.parseInt(where.slice(before.length), 10), problem: { ...problem } }] : [],
  );
}
