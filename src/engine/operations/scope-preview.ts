// The departments of a source before any job reads it, as a picker shows them: none, half or all of each in the scope.
import { z } from 'zod';
import type { Endpoint } from '../context.ts';
import { compileExpression } from '../../core/mapping/expression.ts';
import type { ObjectTypeSpec } from '../../core/model.ts';
import { scopeSchema, tickedDepartments } from '../../core/scope.ts';
import { lookupsOf } from '../config/judge.ts';
import { openEndpoint } from '../endpoint.ts';
import { partIn } from '../part.ts';
import { wantedConnection } from './connections.ts';
import { command, type CommandContext } from './operation.ts';
import { labelView } from './views.ts';

const PATIENCE_MS = 30_000;
/** More than this nobody picks from. */
const MOST = 50_000;

export const scopePreview = command({
  role: 'admin',
  route: { method: 'POST', path: '/connections/{connection}/scope-preview', group: 'connections' },
  does: {
    en: 'Lists the departments of the source of a job that is not saved yet, as its scope ticks them: none, half or all of each',
    zh: '列出未保存任务的源系统部门及其在同步范围中的勾选状态（无、部分、全部）',
  },
  input: z.strictObject({
    connection: z.string().min(1),
    direction: z.enum(['up', 'down']),
    scope: scopeSchema.prefault({}),
    part: z.unknown().optional(),
  }),
  output: z.object({
    departments: z.array(
      z.object({ id: z.string(), name: z.string(), parent: z.string().nullable(), ticked: z.enum(['none', 'half', 'all']) }),
    ),
    problems: z.array(z.object({ type: z.string(), problem: labelView })).describe('What is wrong with the expressions of the scope.'),
  }),
  async answer(context, input) {
    await wantedConnection(context.reader, input.connection);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const source = await openEndpoint(context.engine.options, input.direction === 'down' ? 'directory' : input.connection, signal);
    try {
      const type = source.types.find((one) => one.id === 'department');
      const found = type ? await departmentsOf(source, type, input.part, context.now(), signal) : [];
      const ticked = tickedDepartments(new Map(found.map((one) => [one.id, one.parent])), input.scope);
      return {
        departments: found.map((one) => ({ ...one, ticked: ticked.get(one.id)! })),
        problems: await wrongRules(context, source, input.scope.rules),
      };
    } finally {
      await source.connection.close();
    }
  },
});

async function wrongRules(context: CommandContext, source: Endpoint, rules: Readonly<Record<string, string>> = {}) {
  const lookups = await lookupsOf(context);
  return Object.entries(rules).flatMap(([type, rule]) => {
    const compiled = compileExpression(rule, source.types.find((one) => one.id === type)?.attributes ?? [], lookups, {
      returns: 'boolean',
    });
    return 'problem' in compiled ? [{ type, problem: compiled.problem }] : [];
  });
}

async function departmentsOf(source: Endpoint, type: ObjectTypeSpec, part: unknown, now: number, signal: AbortSignal) {
  const found: { id: string; name: string; parent: string | null }[] = [];
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const attributes = [type.title, ...(type.parent ? [type.parent] : [])];
  const whole = source.isDirectory ? {} : partIn(source.manifest, part);
  for await (const event of source.connection.read?.('department', { part: whole, attributes, relations: [], now, signal }) ?? []) {
    if (event.kind !== 'objects') continue;
    for (const { id, attributes: own } of event.objects)
      found.push({ id, name: text(own[type.title]) ?? id, parent: type.parent ? text(own[type.parent]) : null });
    if (found.length >= MOST) break;
  }
  return found;
}
