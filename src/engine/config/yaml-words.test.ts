// A configuration file that is no YAML: every fault with its line, in the language of the reader.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readYaml } from './document.ts';

const told = (text: string) => readYaml(text).problems.map(({ line, problem }) => [line, problem.zh.replace('YAML 语法错误：', '')]);

describe('what is wrong with the YAML of a file', () => {
  it.each([
    ['a: 1\n\tb: 2\n', 2, '制表符'],
    ['a: 1\n  b: 2\n', 1, '请加引号或另起一行'],
    ['name: "HR\n', 2, '缺少右引号'],
    ['config: { a: 1\n', 2, '右括号'],
    ['config: [1 2\n', 2, '括号'],
    ['jobs:\n  - a: 1\n - b: 2\n', 3, '缩进'],
    ['name\nother: 1\n', 1, '冒号'],
    ['a: @b\n', 1, '请加引号'],
    ['a: "\\q"\n', 1, '转义无效'],
    ['a: 1\n---\nb: 2\n', 2, '合并为一个'],
  ] as const)('%j', (text, line, zh) => {
    const found = told(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]![0]).toBe(line);
    expect(found.map(([, says]) => says).join()).toContain(zh);
  });

  it('is told whole: each line once, in order', () => {
    expect(told('a: "\\q"\nb: "\\w"\nc: 1\n').map(([line]) => line)).toEqual([1, 2]);
  });

  it('a setting that stands there twice leaves the rest to be looked at', () => {
    const read = readYaml('a: 1\nb: 2\na: 3\n');
    expect(read.problems.map(({ line, problem }) => [line, problem.en])).toEqual([
      [3, 'not valid YAML: the setting stands here a second time; keep one of the two'],
    ]);
    expect(read.data).toMatchObject({ b: 2 });
  });

  it('carries no English words in Chinese, whatever is broken', () => {
    const pieces = [
      '\t',
      ': ',
      '- ',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '*x',
      '&y',
      '!t ',
      '|',
      '>',
      '\n',
      '  ',
      '#',
      '@',
      '%',
      '?',
      '---\n',
      '...',
      'k',
      '1',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        for (const { problem } of readYaml(parts.join('')).problems) expect(problem.zh.replace('YAML', '')).not.toMatch(/[A-Za-z]{2,}/);
      }),
      { numRuns: 2_000 },
    );
  });
});
