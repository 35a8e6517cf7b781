// What `serve` does: the engine in a thread of its own, and beside it whatever answers.
import type { Serving } from '../store/postgres/serving.ts';
import type { CommandCall } from './command.ts';
import { lockFolder } from './data-folder.ts';
import { startThread } from './engine-in-thread.ts';
import type { Exit } from './errors.ts';
import { logOf } from './log.ts';
import { serveAlone } from './serving.ts';

export async function serveUntilStopped(call: CommandCall): Promise<Exit> {
  const { folder, settings } = call;
  const log = logOf(settings.logLevel);
  const lock = lockFolder(folder, 'tributary serve');
  let serving: Serving | null = null;
  try {
    serving = await serveAlone(folder, log);
    const publicUrl = settings.publicUrl?.href ?? null;
    const thread = startThread({ folder, key: settings.key, publicUrl, oidc: settings.oidc }, log);
    // Each thread reads a thousand files before it can do anything: both at the same time.
    const [{ answerUntilStopped }] = await Promise.all([import('./answer-until-stopped.ts'), thread.ready]);
    return await answerUntilStopped(call, { thread, serving, log });
  } finally {
    await serving?.release();
    lock.release();
  }
}
