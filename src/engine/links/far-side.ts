// Asks the system of a connection whether it has objects that the last read did not show. Opened with the first question.
import { spelled } from '../../core/spelled.ts';
import type { EngineOptions, Endpoint } from '../context.ts';
import { openEndpoint } from '../endpoint.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import { pieces } from '../shapes.ts';
import type { Asked } from './judge.ts';

/** More are not asked for one by one: a read shows them all. */
const MOST = 1000;
const TOGETHER = 100;
const WAIT_MS = 60_000;

export interface FarSide {
  readonly ask: (type: string, ids: readonly string[]) => Promise<Asked>;
  close(): Promise<void>;
}

export function farSideOf(engine: EngineOptions, connection: string): FarSide {
  let opened: Endpoint | null = null;
  const ask = async (type: string, ids: readonly string[]): Promise<Asked> => {
    const found = new Set<string>();
    if (ids.length > MOST)
      return {
        found,
        unsure: { en: `${spelled(ids.length)} were not in the last read.`, zh: `有 ${spelled(ids.length)} 个不在最近一次读取中。` },
      };
    const signal = AbortSignal.timeout(WAIT_MS);
    try {
      opened ??= await openEndpoint(engine, connection, signal);
      const title = opened.types.find((spec) => spec.id === type)?.title;
      for (const some of pieces(ids, TOGETHER)) {
        const report = await opened.connection.get!(type, some, {
          attributes: title === undefined ? [] : [title],
          relations: [],
          now: engine.clock.now(),
          signal,
        });
        for (const [id, answer] of report.answers) {
          if (answer.state === 'unknown') return { found, unsure: answer.reason };
          if (answer.state === 'found') found.add(id);
        }
      }
      return { found, unsure: null };
    } catch (error) {
      if (isConnectorError(error)) return { found, unsure: error.label };
      if (signal.aborted) return { found, unsure: { en: 'the system did not answer in time.', zh: '系统未及时响应。' } };
      throw error;
    }
  };
  return {
    ask,
    close: async () => {
      await opened?.connection.close();
    },
  };
}
