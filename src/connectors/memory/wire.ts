// What the system says, in our words: its codes as error kinds. A real connector has its vendor's shapes here, too.
import { ConnectorError, type ErrorFacts, type ErrorKind } from '../../connector-kit/errors.ts';
import type { Label } from '../../core/model.ts';
import { Refusal } from './state.ts';

interface Meaning {
  readonly kind: ErrorKind;
  readonly label: Label;
  readonly transport?: boolean;
}

const say = (kind: ErrorKind, en: string, zh: string, transport = false): Meaning => ({
  kind,
  label: { en, zh },
  transport,
});

/**
 * Code → meaning. Every code is here once; one that is missing is a bug, and stops the run as such.
 *
 * This system fails before it does anything, so a write that meets `connection-cut` or `server-error` was not done. Over a
 * network nobody knows that unless the vendor says so: there they are `unknown-outcome` of a write, as `garbage` is here.
 * A proxy's page does not tell whether the request behind it was carried out.
 */
const meanings: Readonly<Record<string, Meaning>> = {
  'bad-token': say(
    'credentials',
    'The token is not accepted. Enter the current one in the connection.',
    '令牌无效，请在连接中填写当前令牌。',
  ),
  'session-ended': say('credentials', 'The session ended again right after signing in.', '登录后会话立即失效。'),
  'may-not-write': say('permission', 'The token may only read. Use one that may write.', '该令牌只能读取，请使用有写权限的令牌。'),
  'not-yours': say('forbidden', 'The object is managed elsewhere and cannot be changed here.', '该对象由其他系统管理，不能在此修改。'),
  'no-connection': say('transient', 'The system cannot be reached.', '无法连接到系统。', true),
  'connection-cut': say('transient', 'The connection was cut before the request was read.', '请求被读取之前连接中断。', true),
  'server-error': say('transient', 'The system reports a failure of its own.', '系统内部错误。'),
  busy: say('rate-limited', 'The system asks to slow down.', '系统要求降低请求频率。'),
  garbage: say(
    'bad-response',
    'The answer is not one of this system: is a proxy in between?',
    '返回内容不是该系统的应答，中间是否有代理？',
  ),
  taken: say('already-exists', 'A unique value is taken by another object.', '唯一值已被其他对象占用。'),
  missing: say('not-found', 'The object does not exist.', '对象不存在。'),
  'bad-value': say('invalid', 'A value is not accepted.', '取值不被接受。'),
  'unknown-field': say('invalid', 'There is no such attribute or relation.', '没有该属性或关系。'),
  'unknown-type': say('unsupported', 'There are no objects of this type.', '没有该类型的对象。'),
  circle: say('conflict', 'A department cannot be moved below itself.', '部门不能移动到自身之下。'),
  'not-empty': say('conflict', 'There are still people or departments inside.', '其中仍有人员或部门。'),
  'cursor-too-old': say('cursor-expired', 'The cursor is too old; a full read is needed.', '游标已过期，需要全量读取。'),
};

/** Refusals get a meaning; anything else (an abort, a bug) passes as it is. */
export function toConnectorError(error: unknown, kind: 'read' | 'write'): unknown {
  if (!(error instanceof Refusal)) return error;
  if (error.code === 'answer-lost' || error.code === 'answer-spoiled') return lostAnswer(kind);
  if (error.code === 'garbage' && kind === 'write')
    return new ConnectorError('unknown-outcome', meanings.garbage!.label, { detail: excerpt(error.message) });
  const [code, after] = error.code.split(':');
  const meaning = meanings[code!];
  if (!meaning) return error;
  const facts: ErrorFacts = {
    transport: meaning.transport,
    attribute: error.attribute,
    id: error.id,
    afterMs: after ? Number(after) : undefined,
    detail: code === 'garbage' ? excerpt(error.message) : code,
  };
  return new ConnectorError(meaning.kind, meaning.label, facts);
}

/** A read can simply be repeated; of a write nobody knows whether it was done. */
const lostAnswer = (kind: 'read' | 'write'): ConnectorError =>
  kind === 'read'
    ? new ConnectorError('transient', { en: 'No answer came.', zh: '没有收到应答。' }, { transport: true })
    : new ConnectorError(
        'unknown-outcome',
        { en: 'No answer came; the write may have been done.', zh: '没有收到应答，写入可能已完成。' },
        { transport: true },
      );

/** The beginning of an answer we did not understand, without what may be a credential. */
const excerpt = (answer: string): string => answer.replace(/(Bearer|Basic) [^\s<"]+/g, '$1 …').slice(0, 80);
