// A new credential for a connection: tried first, taken only when everything it must do works.
import { z } from 'zod';
import { secretFields } from '../../connector-kit/define.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { CheckReport } from '../../connector-kit/contract.ts';
import type { Label } from '../../core/model.ts';
import { listJobs, noteCheck, type ConnectionRow } from '../../store/jobs.ts';
import { editConfig } from '../config/edit.ts';
import { openConnection } from '../endpoint.ts';
import { CommandError } from '../engine.ts';
import { noteSignedIn } from '../signed-in.ts';
import { wantedConnection } from './connections.ts';
import { command, type CommandContext } from './operation.ts';
import { settingsOfJob } from './show.ts';
import { findingView, labelView } from './views.ts';

const CHECK_MS = 60_000;

export const connectionRenew = command({
  role: 'admin',
  route: { method: 'POST', path: '/connections/{connection}/renewal', group: 'connections' },
  does: {
    en: 'Tries new secrets of a connection, and takes them only when every check passes',
    zh: '测试连接的新密钥，全部检查通过后才替换',
  },
  input: z.strictObject({
    connection: z.string().min(1),
    secrets: z.record(z.string(), z.string().min(1)).describe('New values by the name of the setting.'),
  }),
  output: z.object({
    connection: z.string(),
    /** False: the old ones are still in use. */
    renewed: z.boolean(),
    expiresAt: z.string().nullable(),
    findings: z.array(findingView),
    error: labelView.nullable(),
  }),
  async answer(context, input) {
    const row = await wantedConnection(context.reader, input.connection);
    assertSecrets(context, row, input.secrets);
    const reports: CheckReport[] = [];
    let error: Label | null = null;
    try {
      reports.push(...(await tryOut(context, row, input.secrets)));
    } catch (thrown) {
      if (!isConnectorError(thrown)) throw thrown;
      error = thrown.label;
    }
    const findings = reports.flatMap((report) => report.findings);
    const renewed = error === null && findings.every((finding) => finding.ok);
    const last = reports.at(-1);
    if (renewed) {
      const config = { ...(JSON.parse(row.config) as Record<string, unknown>), ...input.secrets };
      await editConfig(context, { connections: [{ id: row.id, connector: row.connector, name: row.name, config }] }, async () => {});
      await context.engine.options.database.write(async (transaction) => {
        await noteCheck(transaction, row.id, {
          systemId: last?.systemId ?? row.system_id,
          range: last?.range ?? row.range,
          expiresAt: last?.expiresAt ?? null,
          at: context.now(),
        });
        await noteSignedIn(transaction, row.id, reports, context.now());
      });
    }
    return {
      connection: row.id,
      renewed,
      expiresAt: last?.expiresAt ?? null,
      findings: findings.map(({ level, ok, message, remedy }) => ({ level, ok, message, remedy: remedy ?? null, settings: null })),
      error,
    };
  },
});

function assertSecrets(context: CommandContext, row: ConnectionRow, given: Readonly<Record<string, string>>): void {
  const connector = context.connectors.get(row.connector);
  const known = connector ? secretFields(connector.manifest.config) : [];
  const names = Object.keys(given);
  const wrong = names.find((name) => !known.includes(name));
  if (names.length > 0 && wrong === undefined) return;
  const said = known.join(', ') || '–';
  throw new CommandError(
    `${wrong === undefined ? 'Give at least one secret.' : `"${wrong}" is no secret of connection "${row.id}".`} There are: ${said}.`,
    `${wrong === undefined ? '请至少给出一个密钥。' : `“${wrong}”不是连接“${row.id}”的密钥。`}可用：${said}。`,
    {
      code: 'invalid',
      issues: [{ field: wrong === undefined ? 'secrets' : `secrets.${wrong}`, message: { en: 'is not one of them', zh: '不在其中' } }],
    },
  );
}

/** In every direction that a job uses, with that job's part. */
async function tryOut(
  context: CommandContext,
  row: ConnectionRow,
  secrets: Readonly<Record<string, string>>,
): Promise<readonly CheckReport[]> {
  const roles = context.connectors.get(row.connector)?.manifest.roles ?? [];
  const uses = new Map<'up' | 'down', unknown>(
    (await listJobs(context.reader)).filter((job) => job.connection === row.id).map((job) => [job.direction, settingsOfJob(job).part]),
  );
  if (uses.size === 0) uses.set(roles.includes('source') ? 'up' : 'down', undefined);
  const { connection } = await openConnection(context.engine.options, row.id, { config: secrets });
  try {
    const reports: CheckReport[] = [];
    for (const [direction, part] of uses)
      reports.push(await connection.check({ direction, signal: AbortSignal.timeout(CHECK_MS), ...(part === undefined ? {} : { part }) }));
    return reports;
  } finally {
    await connection.close();
  }
}
