// The console of the demo: whoever opens its page on this machine is the administrator of a made-up company.
import { join } from 'node:path';
import { connectorMap } from '../cli/open-app.ts';
import { release } from '../cli/release.ts';
import { answerQuery, carryOut, operations } from '../engine/commands.ts';
import { performIn } from '../engine/sign-in/acts.ts';
import type { RunView } from '../engine/operations/views.ts';
import type { Members } from '../server/app.ts';
import type { Principal } from '../server/principal.ts';
import type { Stage } from './stage.ts';

const visitor: Principal = { kind: 'local', id: 'demo', name: 'demo', roles: ['admin'] };
const LOOK_MS = 200;

/** What a command caused is carried out in its turn; the demo's own steps and the console never use the store at once. */
export function demoMembers(stage: Stage): Members {
  const queries = () => ({ reader: stage.app.database, connectors: connectorMap(), now: () => Date.now() });
  const look = async (run: number): Promise<RunView> => ((await answerQuery('run.get', queries(), { run })) as { run: RunView }).run;
  return {
    get reader() {
      return stage.app.database;
    },
    desk: {
      async call(name, input, actor, once) {
        if (operations[name].where === 'reader') return answerQuery(name, queries(), input);
        const answer = await stage.inTurn(() =>
          carryOut(name, { ...queries(), engine: stage.app.engine, actor, alone: true }, input, once),
        );
        void stage.inTurn(() => stage.app.engine.drain()).catch(() => {});
        return answer;
      },
      async follow(runs, _onProgress, signal) {
        for (;;) {
          const views = await Promise.all(runs.map(look));
          if (signal.aborted || views.every((view) => view.state !== 'queued' && view.state !== 'running')) return views;
          await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        }
      },
    },
    perform: (name, input) =>
      performIn({ database: stage.app.database, sealer: stage.app.engine.options.sealer, now: () => Date.now() })(name, input),
    now: () => Date.now(),
    oidc: async () => null,
    version: release,
    uploadsFolder: join(stage.folder.path, 'uploads'),
    everybody: visitor,
  };
}
