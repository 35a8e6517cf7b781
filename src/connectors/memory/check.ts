// Says what a connection can do, step by step, in words an administrator understands. Failures are findings, not errors.
import type { CheckReport, CheckRequest, Finding } from '../../connector-kit/contract.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { Client } from './client.ts';
import type { MemoryPart } from './index.ts';
import { visibleTo } from './source.ts';
import { probe } from './target.ts';

export async function check(client: Client, request: CheckRequest<MemoryPart>): Promise<CheckReport> {
  const findings: Finding[] = [];
  const { signal } = request;
  try {
    const seen = await client.request('read', signal, (world, rights) => ({
      rights,
      systemId: `memory:${world.name}`,
      departments: world.count('department'),
      people: world.count('person'),
    }));
    findings.push(
      fine('reachable', 'The system answers.', '系统可以访问。'),
      fine('signed-in', 'The token is accepted.', '令牌有效。'),
      fine('reads-department', `${seen.departments} departments can be read.`, `可读取 ${seen.departments} 个部门。`),
      fine('reads-person', `${seen.people} accounts can be read.`, `可读取 ${seen.people} 个账号。`),
    );
    if (seen.rights.hidden.length > 0) {
      const names = seen.rights.hidden.join(', ');
      findings.push(
        missing(
          'rights',
          `These attributes are hidden from the token: ${names}.`,
          `该令牌看不到这些属性：${names}。`,
          'Use a token with full access.',
          '请使用拥有完整权限的令牌。',
        ),
      );
    }
    if (request.direction === 'down' && !seen.rights.writes) {
      findings.push(
        missing('writes', 'The token may only read.', '该令牌只能读取。', 'Use a token that may write.', '请使用有写权限的令牌。'),
      );
    }
    if (request.probeWrite && seen.rights.writes) findings.push(await probeWrite(client, signal));
    return { findings, systemId: seen.systemId, range: visibleTo(seen.rights).range };
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    const reached = !error.facts.transport;
    findings.push(reached ? fine('reachable', 'The system answers.', '系统可以访问。') : failed('reachable', error));
    if (reached) findings.push(failed('signed-in', error));
    return { findings };
  }
}

/**
 * Creates, changes and removes one group; what was made is removed even when changing it failed. A system that removes
 * nothing is not written to: the finding `writes` then says what the token's rights promise.
 */
async function probeWrite(client: Client, signal: AbortSignal): Promise<Finding> {
  const { directoryId, attributes, edges } = probe(client.clock.now());
  const id = await client.request('write', signal, (world) => world.insert('group', { ...attributes, externalId: directoryId }, edges).id);
  try {
    await client.request('write', signal, (world) => world.change('group', id, { description: 'probe' }));
  } finally {
    await client.request('write', signal, (world) => world.remove('group', id));
  }
  return fine('writes', 'A probe group was created, changed and removed.', '已创建、修改并删除一个测试组。');
}

const fine = (level: Finding['level'], en: string, zh: string): Finding => ({ level, ok: true, message: { en, zh } });

const missing = (level: Finding['level'], en: string, zh: string, remedyEn: string, remedyZh: string): Finding => ({
  level,
  ok: false,
  message: { en, zh },
  remedy: { en: remedyEn, zh: remedyZh },
});

function failed(level: Finding['level'], error: unknown): Finding {
  const label = isConnectorError(error) ? error.label : { en: 'Something failed.', zh: '出现错误。' };
  return level === 'reachable'
    ? missing(level, label.en, label.zh, 'Check that the system is running.', '请确认系统正在运行。')
    : missing(level, label.en, label.zh, 'Enter the current token in the connection.', '请在连接中填写当前令牌。');
}
