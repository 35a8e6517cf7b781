// Where a command finds the engine: a server elsewhere, the server of the data folder, else in this process.
import { connectSocket } from '../server/socket-lines.ts';
import { publicUrlOf, type Settings } from '../settings.ts';
import type { CliCommand, CommandCall } from './command.ts';
import type { DataFolder } from './data-folder.ts';
import { CliError, UsageError } from './errors.ts';
import { servedSession } from './served-session.ts';
import type { Session } from './session.ts';
import type { Output } from './terminal.ts';

const serverOf = (settings: Settings, options: CommandCall['options']): URL | null =>
  typeof options.server === 'string' ? publicUrlOf(options.server, '--server') : settings.server;

/** What is not sent to the server that was named must not be done to the data folder of this machine instead. */
export function assertWorksThere(command: CliCommand, words: readonly string[], options: CommandCall['options'], settings: Settings): void {
  const server = serverOf(settings, options);
  const { onlyThere } = command;
  if (!server || onlyThere === undefined || (onlyThere !== true && !onlyThere.includes(words[0] ?? ''))) return;
  const [name] = command.usage.split(' ');
  const what = onlyThere === true ? name : `${name} ${words[0]}`;
  const given = typeof options.server === 'string' ? '--server' : 'TRIBUTARY_SERVER';
  throw new CliError(
    `"tributary ${what}" works on the server's own machine alone, and ${given} names ${server.origin}. Nothing was done. Call it on that machine; if you mean the data folder of this one, leave ${given} out.`,
    `tributary ${what} 只能在服务器本机上执行，而 ${given} 指定了 ${server.origin}。未执行任何操作。请在该机器上执行；若要操作本机的数据文件夹，请去掉 ${given}。`,
  );
}

export async function openSession(
  folder: DataFolder,
  settings: Settings,
  name: string,
  output: Output,
  signal: AbortSignal,
  options: CommandCall['options'],
): Promise<Session> {
  const server = serverOf(settings, options);
  if (server) {
    const token = typeof options.token === 'string' ? options.token : settings.token;
    if (token === null)
      throw new UsageError(
        `${server.origin} wants a token: give --token, or better TRIBUTARY_TOKEN. "tributary token create" on the server makes one.`,
        `${server.origin} 需要令牌：请使用 --token，最好用 TRIBUTARY_TOKEN。可在服务器上用 tributary token create 创建。`,
      );
    return (await import('./remote-session.ts')).remoteSession({ server, token, language: output.language, signal });
  }
  const socket = await connectSocket(folder.socket);
  if (socket) return servedSession(socket);
  const log = (event: string, fields?: Record<string, unknown>): void => {
    if (event === 'restored-installation')
      output.note(
        output.say({
          en: 'This data folder was restored or copied: the brake is on. See the plans, then "tributary release".',
          zh: '此数据文件夹来自恢复或复制：总闸已拉下。请先查看计划，再执行 tributary release。',
        }),
      );
    else if (settings.logLevel === 'debug' || settings.logLevel === 'trace') output.note(`${event} ${JSON.stringify(fields ?? {})}`);
  };
  return (await import('./local-session.ts')).openLocalSession({
    folder,
    key: settings.key,
    publicUrl: settings.publicUrl?.href ?? null,
    oidcOfServer: settings.oidc,
    command: `tributary ${name}`,
    log,
    signal,
  });
}
