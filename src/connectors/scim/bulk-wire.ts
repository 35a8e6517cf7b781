// A Bulk request and what came of each of its operations.
//
// @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7
import { judgeByStatus, type RawAnswer } from '../../connector-kit/http/answer.ts';
import { excerpt } from '../../connector-kit/http/excerpt.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Answered, BulkOperation } from './client.ts';
import { isObject, type Json } from './places.ts';
import { idIn, judge, type BulkResult } from './wire.ts';

export const bulkIdOf = (at: number): string => `w${at + 1}`;

/** Every operation is named, not only those that make something: what comes back is told apart by the name. */
export const bulkEntry = (path: string, { method, data, version }: BulkOperation, at: number): Json => ({
  method,
  path,
  bulkId: bulkIdOf(at),
  ...(version === undefined ? {} : { version }),
  ...(data === undefined ? {} : { data }),
});

/**
 * The result of one operation; undefined where the system says nothing of it. By its name; of a system that gives names back
 * only for what it made, by the address, which every other result carries.
 */
export function resultOf(results: readonly BulkResult[], path: string, { method, id }: BulkOperation, at: number): BulkResult | undefined {
  const named = results.find(({ bulkId }) => bulkId === bulkIdOf(at));
  if (named || id === undefined) return named;
  const isIt = (result: BulkResult): boolean =>
    (result.bulkId ?? '') === '' && (result.location ?? '').endsWith(path) && (result.method ?? method).toUpperCase() === method;
  return results.find(isIt);
}

/** What the operation came to: the same as if it had been a request of its own. */
export function bulkAnswer(
  { method, id }: BulkOperation,
  result: BulkResult | undefined,
  isResource: boolean,
  host: string,
  secrets: readonly string[],
): Answered | ConnectorError {
  if (result === undefined) return new ConnectorError('unknown-outcome', leftOut(host));
  const { status, response } = result;
  const body = isObject(response) ? response : undefined;
  const raw: RawAnswer = {
    status,
    header: () => undefined,
    json: response ?? {},
    isJson: true,
    get excerpt() {
      return excerpt(response === undefined ? '' : JSON.stringify(response), [...secrets]);
    },
    afterMs: undefined,
    effect: method === 'POST' ? 'once' : 'repeatable',
    host,
  };
  const verdict = judge(raw) ?? judgeByStatus(raw);
  // The request was let in, so the credential is right: what is not allowed is this one object.
  if (verdict === 'renew') return new ConnectorError('forbidden', notAllowed(host), { detail: `HTTP ${status}` });
  if (verdict !== 'ok') return verdict;
  const located = result.location?.split('/').filter(Boolean).at(-1);
  return {
    resource: isResource ? body : undefined,
    id: id ?? idIn(body) ?? (located === undefined ? undefined : decodeURIComponent(located)),
  };
}

const leftOut = (host: string) => ({
  en: `${host} answered the others of one request, and said nothing of this write.`,
  zh: `${host} 答复了同一请求中的其他写入，但未答复此项。`,
});
const notAllowed = (host: string) => ({ en: `${host} does not let us change this.`, zh: `${host} 不允许修改该对象。` });
