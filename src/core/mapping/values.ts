// The border between our values and those of CEL: whole numbers are BigInt inside, plain numbers outside.
import type { Scalar, Value } from '../model.ts';
import { ExpressionError } from './problem.ts';

/** A known value as an expression sees it. */
export function toCel(value: Value | null): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  return value;
}

/**
 * The result of an expression as a value: BigInt and unsigned become numbers, timestamps ISO text, empty entries of
 * lists are left out, empty text and empty lists are null. Throws ExpressionError for what no attribute can hold.
 */
export function fromCel(result: unknown): Value | null {
  if (!Array.isArray(result)) return fromScalar(result);
  const entries: Scalar[] = [];
  for (const entry of result) {
    if (Array.isArray(entry)) {
      throw new ExpressionError(
        'the expression gives a list of lists; give a flat list of texts',
        '表达式的结果是嵌套列表；请给出一层的列表',
      );
    }
    const one = fromScalar(entry);
    if (one !== null) entries.push(one);
  }
  return entries.length === 0 ? null : entries;
}

function fromScalar(value: unknown): Scalar | null {
  switch (typeof value) {
    case 'string':
      return value === '' ? null : value;
    case 'boolean':
      return value;
    case 'bigint':
      return fromInteger(value);
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new ExpressionError('the expression gives no finite number; test the divisor', '表达式的结果不是有限的数；请检查除数');
    case 'object': {
      if (value === null) return null;
      if (value instanceof Date) return value.toISOString();
      const inner: unknown = value.valueOf();
      if (typeof inner === 'bigint') return fromInteger(inner);
    }
  }
  throw new ExpressionError(
    'the expression gives something an attribute cannot hold; give a text, a number, yes/no or a list of them',
    '表达式的结果无法存入属性；请给出文本、数字、是/否或它们的列表',
  );
}

function fromInteger(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new ExpressionError('the number has more than 15 digits; give it as text: string(…)', '数字超过 15 位；请以文本给出：string(…)');
}

/** A scalar of CEL as text; null for null. Throws ExpressionError for anything else. */
export function textOf(value: unknown, what: string): string | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
    case 'boolean':
    case 'number':
      return String(value);
    default:
      if (value === null) return null;
      if (value instanceof Date) return value.toISOString();
      throw new ExpressionError(
        `${what} wants a text${Array.isArray(value) ? ' and got a list; use first(…) or join(…)' : ''}`,
        `${what} 需要文本${Array.isArray(value) ? '，却得到列表；请使用 first(…) 或 join(…)' : ''}`,
      );
  }
}
