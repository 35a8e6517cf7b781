import { describe, expect, it } from 'vitest';
import { openBatchSize } from './batch-size.ts';

/** After so many batches at so many changes a second. */
const sizeAt = (rate: number, batches: number, most = 1000): number => {
  const size = openBatchSize(200, most);
  for (let n = 0; n < batches; n += 1) size.took(size.now, (size.now / rate) * 1000);
  return size.now;
};

describe('the size of a batch', () => {
  it('grows step by step until a batch lasts half a second, and no further than the target allows', () => {
    expect([0, 1, 2, 3].map((batches) => sizeAt(1600, batches))).toEqual([200, 400, 800, 800]);
    expect(sizeAt(100_000, 9)).toBe(1000);
    expect(sizeAt(100_000, 9, 300)).toBe(300);
  });

  it('stays small where the target is slow, and is so again when it becomes slow', () => {
    expect(sizeAt(50, 9)).toBe(200);
    const size = openBatchSize(200, 1000);
    for (const ms of [10, 10, 10]) size.took(size.now, ms);
    expect(size.now).toBe(1000);
    size.took(1000, 20_000);
    expect(size.now).toBe(200);
  });
});
