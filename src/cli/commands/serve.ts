// serve: starts the server. What only a server needs (HTTP, metrics, sign-in) is loaded when it starts, so that other commands begin sooner.
import type { CliCommand } from '../command.ts';

export const serve: CliCommand = {
  words: 0,
  usage: 'serve',
  onlyThere: true,
  does: {
    en: 'starts the server: schedules run, the console is at http://127.0.0.1:7300 (HOST and PORT choose another place)',
    zh: '启动服务：按计划执行任务，控制台位于 http://127.0.0.1:7300（可用 HOST 与 PORT 指定其他地址）',
  },
  run: async (call) => (await import('../serve-until-stopped.ts')).serveUntilStopped(call),
};
