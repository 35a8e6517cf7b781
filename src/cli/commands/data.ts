// backup · restore · template · sandbox
import { writeFileSync } from 'node:fs';
import type { Connector } from '../../connector-kit/contract.ts';
import { answer, type CliCommand, text, whole } from '../command.ts';
import { UsageError } from '../errors.ts';
import { pathOfNewFile } from '../new-file.ts';

export const backup: CliCommand = {
  words: 1,
  usage: 'backup FILE [--with-key]',
  onlyThere: true,
  does: { en: 'copies the store, also while the server runs; without the key unless asked', zh: '备份数据，可在运行中进行；默认不含密钥' },
  options: { 'with-key': { type: 'boolean' } },
  run: async (call) => (await import('../backup.ts')).backupStore(call),
};

export const restore: CliCommand = {
  words: 1,
  usage: 'restore FILE [--key FILE]',
  onlyThere: true,
  does: {
    en: 'puts a backup into an empty data folder; the brake is on at the next start',
    zh: '将备份恢复到空的数据文件夹；下次启动时总闸处于拉下状态',
  },
  options: { key: { type: 'string' } },
  run: async (call) => (await import('../backup.ts')).restoreStore(call),
};

export const template: CliCommand = {
  usage: 'template file [--format csv|xlsx] [--kind people|departments] [--out FILE]',
  does: { en: 'writes an HR file with headings and sample rows', zh: '生成带表头和示例行的人事文件' },
  options: { format: { type: 'string' }, kind: { type: 'string' }, out: { type: 'string' } },
  async run(call) {
    const format = text(call, 'format') ?? 'csv';
    const kind = text(call, 'kind') ?? 'people';
    if (call.words[0] !== 'file' || (format !== 'csv' && format !== 'xlsx') || (kind !== 'people' && kind !== 'departments'))
      throw new UsageError(
        'Only: template file [--format csv|xlsx] [--kind people|departments].',
        '仅支持：template file [--format csv|xlsx] [--kind people|departments]。',
      );
    const out = text(call, 'out') ?? `${kind}.${format}`;
    const path = pathOfNewFile(out, '--out');
    const { template: fileTemplate } = await import('../../connectors/file/template.ts');
    writeFileSync(path, await fileTemplate(format, call.output.language, kind));
    answer(call, { file: path }, () => call.output.line(call.output.say({ en: `Wrote ${out}.`, zh: `已写入 ${out}。` })));
    return 'done';
  },
};

const HIGHEST_PORT = 65_535;

export const sandbox: CliCommand = {
  usage: 'sandbox feishu|ldap|memory|scim [--port N] [--mood NAME]',
  does: { en: 'starts a stand-in of a system on this machine, to try without an account', zh: '在本机启动系统的沙箱，无需账号即可试用' },
  options: { port: { type: 'string' }, mood: { type: 'string' } },
  async run(call) {
    const { connectors } = await import('../../connectors/index.ts');
    const able = connectors.filter((connector) => connector.simulate !== undefined);
    const found = able.find((connector) => connector.manifest.id === call.words[0]);
    if (!found) {
      const names = able.map((connector) => connector.manifest.id).join(', ');
      throw new UsageError(`Name a connector that has a sandbox: ${names}.`, `请指定带沙箱的连接器：${names}。`);
    }
    const mood = text(call, 'mood');
    if (mood !== undefined && !found.moods?.includes(mood)) throw noSuchMood(mood, found);
    const port = whole(call, 'port', 0);
    if (port > HIGHEST_PORT)
      throw new UsageError(
        `--port: ${port} is not a port. Give a number from 0 (any free one) to ${HIGHEST_PORT}.`,
        `--port：${port} 不是端口号。请填 0（任意空闲端口）到 ${HIGHEST_PORT} 之间的数字。`,
      );
    const simulator = await found.simulate!({ port, ...(mood === undefined ? {} : { options: { mood } }) });
    answer(call, { address: simulator.address, config: simulator.config }, () => {
      call.output.line(
        call.output.say({
          en: `A sandbox ${found.manifest.name.en} runs at ${simulator.address}. Connect with:`,
          zh: `沙箱 ${found.manifest.name.zh} 运行于 ${simulator.address}，连接参数：`,
        }),
      );
      call.output.line('connections:');
      call.output.line(`  - id: sandbox-${found.manifest.id}\n    connector: ${found.manifest.id}\n    name: Sandbox\n    config:`);
      for (const [key, value] of Object.entries(simulator.config)) call.output.line(`      ${key}: ${JSON.stringify(value)}`);
      call.output.line(
        call.output.paint(
          'dim',
          call.output.say({ en: 'Ctrl-C ends it; what it holds is gone then.', zh: '按 Ctrl-C 结束，其中数据随之消失。' }),
        ),
      );
    });
    await new Promise<void>((resolve) => {
      if (call.signal.aborted) resolve();
      call.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await simulator.stop();
    return 'done';
  },
};

function noSuchMood(mood: string, { manifest, moods }: Connector): UsageError {
  const name = manifest.id;
  return moods
    ? new UsageError(
        `The ${name} sandbox has no mood "${mood}", but: ${moods.join(', ')}.`,
        `${name} 沙箱没有模式“${mood}”，可选：${moods.join('、')}。`,
      )
    : new UsageError(`The ${name} sandbox has no moods. Leave --mood out.`, `${name} 沙箱没有可选模式，请去掉 --mood。`);
}
