// What one expression may cost: sizes checked when it is saved, and a budget spent while it runs. cel-js has neither.
import { ExpressionError } from './problem.ts';

/** Characters of the source text of one expression or template. */
export const MAX_SOURCE = 4_000;
export const MAX_AST_NODES = 500;
/** Nested brackets, calls and selections. */
export const MAX_DEPTH = 50;
/** Characters of a text that an expression reads or makes. */
export const MAX_TEXT = 10_240;
export const MAX_LIST = 1_000;
/** One value with everything in it: one unit per entry and per 16 characters. */
const MAX_SIZE = 20_000;
/** Instructions of a compiled regular expression. */
export const MAX_PATTERN_PROGRAM = 1_000;
/** Work of one evaluation; a unit is about 10 ns, so the worst evaluation takes about 100 ms (measured by random expressions). */
const BUDGET = 5_000_000;

/** What is left of the budget of the running evaluation. */
export interface Meter {
  left: number;
}

export const createMeter = (): Meter => ({ left: BUDGET });

export function refill(meter: Meter): void {
  meter.left = BUDGET;
}

/** Spends budget. Throws when it is used up. */
export function charge(meter: Meter, units: number): void {
  meter.left -= units;
  if (meter.left < 0) {
    throw new ExpressionError(
      'the expression takes too much work and was stopped; shorten its lists or simplify it',
      '表达式计算量过大，已被停止；请缩短列表或简化表达式',
    );
  }
}

export const isSpent = (meter: Meter): boolean => meter.left < 0;

/** Checks the size of a value that an expression has just made and spends budget for it. Returns the value. */
export function measure<T>(meter: Meter, value: T): T {
  switch (typeof value) {
    case 'string':
      if (value.length > MAX_TEXT) throw tooLong();
      meter.left -= 1 + (value.length >> 4);
      break;
    case 'object':
      meter.left -= value === null ? 1 : sizeOf(value, 0, 0);
      break;
    default:
      meter.left -= 1;
  }
  if (meter.left < 0) charge(meter, 0);
  return value;
}

/** Units of a structured value, repeated parts counted again; throws as soon as a limit is passed. */
function sizeOf(value: object, before: number, depth: number): number {
  if (depth > 20) throw tooLarge();
  let size = before + 1;
  const add = (entry: unknown): void => {
    if (typeof entry === 'string') {
      if (entry.length > MAX_TEXT) throw tooLong();
      size += 1 + (entry.length >> 4);
    } else if (typeof entry === 'object' && entry !== null) {
      size = sizeOf(entry, size, depth + 1);
    } else size += 1;
    if (size > MAX_SIZE) throw tooLarge();
  };
  if (Array.isArray(value)) {
    if (value.length > MAX_LIST) {
      throw new ExpressionError(
        `a list has ${value.length} entries, at most ${MAX_LIST} are allowed; filter it first`,
        `列表有 ${value.length} 项，最多允许 ${MAX_LIST} 项；请先筛选`,
      );
    }
    for (const entry of value) add(entry);
  } else if (value instanceof Uint8Array) {
    if (value.length > MAX_TEXT) throw tooLong();
    size += value.length >> 4;
  } else if (!(value instanceof Date)) {
    for (const entry of Object.values(value)) add(entry);
  }
  return size;
}

const tooLong = (): ExpressionError =>
  new ExpressionError(
    `a text is longer than ${MAX_TEXT} characters; shorten it with substring(…)`,
    `文本超过 ${MAX_TEXT} 个字符；请用 substring(…) 截短`,
  );
const tooLarge = (): ExpressionError => new ExpressionError('a value has too many parts; filter it first', '值包含的内容过多；请先筛选');
