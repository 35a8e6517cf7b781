// Connections and jobs of a bench, put straight into the store.
import { effectiveSettings, jobSettingsSchema } from '../src/core/job-settings.ts';
import type { Engine } from '../src/engine/engine.ts';
import { digest } from '../src/engine/shapes.ts';
import { putConnection, putJob, putSealed } from '../src/store/jobs.ts';

export async function connect(engine: Engine, id: string, connector: string, config: object, token: string): Promise<void> {
  await engine.options.database.write(async (transaction) => {
    await putConnection(transaction, { id, connector, name: id, config: JSON.stringify(config) });
    await putSealed(transaction, `connection:${id}`, 'token', engine.options.sealer.seal(token));
  });
}

/** An enabled job; its number. */
export async function define(engine: Engine, input: object): Promise<number> {
  const settings = jobSettingsSchema.parse(input);
  const { name, connection, direction, rank } = settings;
  const id = await engine.options.database.write((transaction) =>
    putJob(transaction, {
      name,
      connection,
      direction,
      rank,
      settings: JSON.stringify(settings),
      effectiveHash: digest(effectiveSettings(settings)),
      now: Date.now(),
      by: 'bench',
    }),
  );
  await engine.setJobState(id, 'enabled', 'bench');
  return id;
}
