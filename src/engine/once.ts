// A command with an idempotency key is carried out once: the same request again gets the stored answer.
import { forgetAnswers, freeKey, keepAnswer, takeKey } from '../store/answered.ts';
import { CommandError, type Engine } from './engine.ts';
import { failureOf } from './operations/operation.ts';
import { digest } from './shapes.ts';

export interface Once {
  /** Keys of different callers never meet. */
  readonly by: string;
  readonly key: string;
}

/** How long an answer is kept. */
const KEPT_MS = 24 * 3_600_000;

export async function onlyOnce(engine: Engine, once: Once, name: string, input: unknown, work: () => Promise<unknown>): Promise<unknown> {
  const { database, sealer, clock } = engine.options;
  const { by, key } = once;
  const request = digest({ name, input: JSON.stringify(input) ?? '' });
  const known = await database.write(async (transaction) => {
    await forgetAnswers(transaction, clock.now() - KEPT_MS);
    return takeKey(transaction, { by_whom: by, key, request, at: clock.now() });
  });
  if (known && known.request !== request)
    throw new CommandError(
      `The idempotency key "${key}" was used for another request. Use a new key for each new request.`,
      `幂等键“${key}”已用于另一请求。每个新请求请使用新的键。`,
      { code: 'key-reused' },
    );
  if (known && known.answer === null)
    throw new CommandError(
      `The request with the key "${key}" is still under way, or was cut off when the server stopped. Look at what it did before you send it with a new key.`,
      `键为“${key}”的请求仍在处理，或因服务停止而中断。请先查看其结果，再使用新的键重新发送。`,
    );
  if (known) return JSON.parse(sealer.open(known.answer!)) as unknown;
  let answer: unknown;
  try {
    answer = await work();
  } catch (error) {
    // A refusal changed nothing; after a fault nobody knows, and the key stays taken.
    if (failureOf(error).kind === 'refused') await database.write((transaction) => freeKey(transaction, by, key));
    throw error;
  }
  await database.write((transaction) => keepAnswer(transaction, by, key, sealer.seal(JSON.stringify(answer ?? null))));
  return answer;
}
