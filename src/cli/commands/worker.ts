// worker: one more process, on any machine. What only it needs is loaded when it starts, so that other commands begin sooner.
import type { CliCommand } from '../command.ts';

export const worker: CliCommand = {
  words: 0,
  usage: 'worker',
  onlyThere: true,
  does: {
    en: 'takes part in the work of a server that uses PostgreSQL; start as many as you like, on any machine',
    zh: '分担使用 PostgreSQL 的服务的工作；可在任意机器上启动任意多个',
  },
  run: async (call) => (await import('../work-until-stopped.ts')).workUntilStopped(call),
};
