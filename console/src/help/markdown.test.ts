// What the guides of the repository are written in is understood: nothing of it comes out as raw signs.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf, piecesOf, type Block } from './markdown.ts';

const root = join(import.meta.dirname, '../../..');

describe('Markdown', () => {
  it('becomes headings, paragraphs, tables with bars in cells, and code', () => {
    const text = '## Way\n\nOne\nline.\n\n| A | B |\n|---|---|\n| `a \\| b` | c |\n\n    code\n\n    more\n\n```\nx\n```';
    expect(blocksOf(text)).toEqual([
      { kind: 'heading', level: 2, text: 'Way' },
      { kind: 'paragraph', text: 'One line.' },
      { kind: 'table', head: ['A', 'B'], rows: [['`a | b`', 'c']] },
      { kind: 'code', text: 'code\n\nmore' },
      { kind: 'code', text: 'x' },
    ]);
  });

  it('keeps in an item of a list what lies in it: lines, tables, code and lists', () => {
    const [list] = blocksOf('1. First,\n   goes on:\n\n   | X |\n   |---|\n   | y |\n\n   After.\n2. Second\n   - inner\n   - other') as [
      Extract<Block, { kind: 'list' }>,
    ];
    expect(list.isNumbered).toBe(true);
    expect(list.items.map((item) => item.map(({ kind }) => kind))).toEqual([
      ['paragraph', 'table', 'paragraph'],
      ['paragraph', 'list'],
    ]);
    expect(list.items[0]![0]).toEqual({ kind: 'paragraph', text: 'First, goes on:' });
  });

  it('finds links, code and what is set off', () => {
    expect(piecesOf('See [*Undo*](undo.md), `a*b*c`, **now** or *later*: 2 * 3 * 4')).toEqual([
      { kind: 'text', text: 'See ' },
      { kind: 'link', text: 'Undo', to: 'undo.md' },
      { kind: 'text', text: ', ' },
      { kind: 'code', text: 'a*b*c' },
      { kind: 'text', text: ', ' },
      { kind: 'bold', text: 'now' },
      { kind: 'text', text: ' or ' },
      { kind: 'emphasis', text: 'later' },
      { kind: 'text', text: ': 2 * 3 * 4' },
    ]);
  });

  it('leaves nothing raw of any guide', () => {
    const files = globSync(['docs/{admin,help}/*.md', 'docs/expressions*.md', 'src/connectors/*/README*.md'], { cwd: root });
    expect(files.length).toBeGreaterThan(40);
    const texts = (block: Block): string[] => {
      if (block.kind === 'code') return [];
      if (block.kind === 'list') return block.items.flat().flatMap(texts);
      return block.kind === 'table' ? [...block.head, ...block.rows.flat()] : [block.text];
    };
    const raw = files.flatMap((file) =>
      blocksOf(readFileSync(join(root, file), 'utf8'))
        .flatMap(texts)
        .flatMap(piecesOf)
        .filter(({ kind, text }) => kind === 'text' && /\]\(|\*\*|^\||^#|^[-*] |`/.test(text))
        .map(({ text }) => `${file}: ${text}`),
    );
    expect(raw).toEqual([]);
  });
});
