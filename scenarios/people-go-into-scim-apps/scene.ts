// People of a plain HR, who go through the directory into a simulated SCIM app.
import { onTestFinished } from 'vitest';
import type { JobSettingsInput } from '../../src/core/job-settings.ts';
import { scim } from '../../src/connectors/scim/index.ts';
import type { MoodName } from '../../src/connectors/scim/simulator-moods.ts';
import { simulate, type ScimSimulator } from '../../src/connectors/scim/simulator.ts';
import type { RunRow } from '../../src/store/runs.ts';
import { byNumber, PlainSystem, plainUp } from '../../test/support/plain-system.ts';
import { roomy } from '../../test/support/plain-scene.ts';
import { openWorkbench, type Workbench } from '../../test/support/workbench.ts';

export interface ScimScene {
  readonly bench: Workbench;
  readonly app: ScimSimulator;
  readonly hr: PlainSystem;
  /** In HR, department `d`, title `old`. */
  hire(n: number, more?: Readonly<Record<string, string>>): void;
  /** Both ways, one after the other; the run into the app, with how many requests wrote. */
  sync(): Promise<{ readonly run: RunRow; readonly wrote: number }>;
}

export async function scimScene(
  mood: MoodName,
  { config = {}, policy = {} }: { readonly config?: Readonly<Record<string, unknown>>; readonly policy?: JobSettingsInput['policy'] } = {},
): Promise<ScimScene> {
  const bench = await openWorkbench();
  const app = await simulate({ clock: bench.clock, options: { mood } });
  onTestFinished(async () => {
    await app.stop();
    await bench.close();
  });
  const hr = new PlainSystem('hr');
  hr.department('d');
  await bench.connection('hr', hr.connector, {});
  await bench.connection('app', scim, { ...app.config, ...config });
  const settings = { policy: { guard: roomy, ...policy } };
  const up = await bench.job({ name: 'in', connection: 'hr', direction: 'up', mapping: plainUp(), correlation: byNumber.up, ...settings });
  const down = await bench.job({ name: 'out', connection: 'app', direction: 'down', ...scim.manifest.defaults.down!, ...settings });
  return {
    bench,
    app,
    hr,
    hire: (n, more = {}) => hr.person(String(n), 'd', { login: `user${n}`, title: 'old', ...more }),
    sync: async () => {
      const before = app.writes();
      await bench.run(up);
      const run = await bench.run(down);
      return { run, wrote: app.writes() - before };
    },
  };
}
