// What a server answers once its engine is there: the control socket, the pages and the API; until it is told to stop.
import { join } from 'node:path';
import type { Serving } from '../store/postgres/serving.ts';
import { answerQuery, operations } from '../engine/commands.ts';
import type { RunView } from '../engine/operations/views.ts';
import { openServer } from '../server/app.ts';
import { createMetrics } from '../server/metrics.ts';
import { providerInForce } from '../server/sign-in/provider.ts';
import { serveSocket, type Desk } from '../server/socket.ts';
import { answer, type CommandCall } from './command.ts';
import { consoleFolder } from './console-folder.ts';
import type { EngineThread } from './engine-in-thread.ts';
import type { Exit } from './errors.ts';
import type { Log } from './log.ts';
import { connectorMap } from './open-app.ts';
import { openReader } from './open-store.ts';
import { release } from './release.ts';
import { isUnderWay } from './session.ts';

export interface Answering {
  readonly thread: EngineThread;
  /** That no other server serves the database; null where it is embedded. */
  readonly serving: Serving | null;
  readonly log: Log;
}

export async function answerUntilStopped(call: CommandCall, { thread, serving, log }: Answering): Promise<Exit> {
  const { folder, settings, output } = call;
  const reader = await openReader(folder);
  const queries = { reader, connectors: connectorMap(), now: () => Date.now(), oidcOfServer: settings.oidc };
  const desk: Desk = {
    call: (name, input, actor, once) =>
      operations[name].where === 'reader' ? answerQuery(name, queries, input) : thread.call(name, input, actor, once),
    async follow(runs, onProgress, signal) {
      const end = thread.onProgress((progress) => {
        if (runs.includes(progress.run)) onProgress(progress);
      });
      try {
        for (;;) {
          const views = await Promise.all(
            runs.map(async (run) => ((await answerQuery('run.get', queries, { run })) as { run: RunView }).run),
          );
          if (signal.aborted || views.every((view) => !isUnderWay(view.state))) return views;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      } finally {
        end();
      }
    },
  };
  const socket = await serveSocket(folder.socket, desk, (error) => log('fault', { error: String(error) }));
  const onFault = (error: unknown): void => log('fault', { error: String(error) });
  const metrics = createMetrics(reader, () => Date.now());
  const page = await openServer({
    host: settings.host,
    port: settings.port,
    publicUrl: settings.publicUrl,
    trustedProxies: settings.trustedProxies,
    tls: settings.tls,
    status: async () => (await answerQuery('status', queries, {})) as never,
    receive: (connection, event) => thread.receive(connection, event),
    onFault,
    metrics,
    // Both ends: what this thread reads, and whether the one that writes gets to its messages.
    async ready() {
      await reader.get('SELECT 1 AS one');
      await thread.perform('ping', {});
    },
    consoleFolder,
    members: {
      reader,
      version: release,
      uploadsFolder: join(folder.path, 'uploads'),
      desk,
      perform: thread.perform,
      now: () => Date.now(),
      oidc: providerInForce({ reader, perform: thread.perform, fixed: settings.oidc }),
    },
  });
  thread.listensAt({ url: page.url, isPublic: settings.publicUrl !== null });
  answer(call, { url: page.url }, () =>
    output.line(
      output.say({
        en: `Tributary runs at ${page.url}. Ctrl-C ends it; a run under way goes on at the next start.`,
        zh: `Tributary 运行于 ${page.url}。按 Ctrl-C 结束；进行中的执行将在下次启动后继续。`,
      }),
    ),
  );
  const link = await thread.perform('link.first', {});
  if (link !== null)
    output.line(
      output.say({
        en: `No administrator can sign in. Set one up here, once, within a day:\n${page.url}/set-up?link=${link}`,
        zh: `没有能够登录的管理员。请在一天内通过此一次性链接设置一位管理员：\n${page.url}/set-up?link=${link}`,
      }),
    );
  await new Promise<void>((resolve) => {
    if (call.signal.aborted) resolve();
    call.signal.addEventListener('abort', () => resolve(), { once: true });
    thread.ended.then(resolve);
    serving?.lost.then(() => {
      log('serving-lost');
      resolve();
    });
  });
  await page.stop();
  socket.close();
  await thread.stop();
  socket.end();
  await reader.close();
  return call.signal.aborted ? 'done' : 'fault';
}
