// Operations asked of a scene as a person asks them, by name; and why one was refused.
import { carryOut, type InputOf, type OperationName, type OutputOf } from '../../src/engine/commands.ts';
import { failureOf } from '../../src/engine/operations/operation.ts';
import type { Scene } from './plain-scene.ts';

export async function ask<N extends OperationName>(scene: Pick<Scene, 'bench'>, name: N, input: InputOf<N>): Promise<OutputOf<N>> {
  const { engine, database, clock } = scene.bench;
  const context = { reader: database, connectors: engine.options.connectors, now: () => clock.now(), engine, alone: true, actor: 'ann' };
  return (await carryOut(name, context, input)) as OutputOf<N>;
}

/** The English sentence of the refusal; 'done' when there was none. */
export const refusal = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'done',
    (error: unknown) => failureOf(error).label.en,
  );
