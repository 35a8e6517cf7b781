// What a terminal can show: width of Chinese text, colours, aligned tables. Values from outside cannot move the cursor.
import type { Language } from '../settings.ts';
import type { Label } from '../core/model.ts';

export interface Output {
  readonly language: Language;
  readonly isTty: boolean;
  /** Columns; 100 where there is no terminal. */
  readonly width: number;
  say(label: Label): string;
  line(text?: string): void;
  /** For progress and errors: stderr. */
  note(text: string): void;
  /** Redraws one line of stderr; empty text takes it away. Only on a terminal. */
  redraw(text: string): void;
  paint(style: Style, text: string): string;
}

const styles = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], cyan: [36, 39] } as const;
export type Style = keyof typeof styles;

export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export function createOutput(options: { out: Stream; err: Stream; language: Language; colour: boolean | null }): Output {
  const { out, err, language } = options;
  const isTty = out.isTTY === true;
  const colour = options.colour ?? isTty;
  let drawn = false;
  const clear = (): void => {
    if (drawn) err.write('\r\u001b[2K');
    drawn = false;
  };
  return {
    language,
    isTty,
    width: Math.max(40, out.columns ?? 100),
    say: (label) => label[language],
    line(text = '') {
      clear();
      out.write(`${text}\n`);
    },
    note(text) {
      clear();
      err.write(`${text}\n`);
    },
    redraw(text) {
      if (err.isTTY !== true) return;
      clear();
      if (text === '') return;
      err.write(fit(text, Math.max(20, (err.columns ?? 80) - 1)));
      drawn = true;
    },
    paint: (style, text) => (colour ? `\u001b[${styles[style][0]}m${text}\u001b[${styles[style][1]}m` : text),
  };
}

// ── width ────────────────────────────────────────────────────────────────────────────────────────────────

/** @see https://www.unicode.org/reports/tr11/ East Asian Width W and F, and emoji shown as pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const narrowless = /\p{Mark}|\u200b|\u200d|\ufe0f/u;
const escapes = /\u001b\[\d+m/g;

/** Columns that a text takes, colours not counted. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text.replace(escapes, '')) width += narrowless.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** Cuts a plain text to a number of columns. */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let result = '';
  let width = 0;
  for (const character of text.replace(escapes, '')) {
    const next = wide.test(character) ? 2 : narrowless.test(character) ? 0 : 1;
    if (width + next > columns - 1) break;
    result += character;
    width += next;
  }
  return `${result}…`;
}

/** Values of people and systems on one line, without control characters that a terminal would obey. */
export const clean = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ');

const pad = (text: string, columns: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, columns - widthOf(text)));
  return right ? space + text : text + space;
};

export interface Column {
  readonly head: string;
  readonly right?: boolean;
}

/** Aligned columns, two blanks apart; the widest text columns give way when the line is full. */
export function table(output: Output, columns: readonly Column[], rows: readonly (readonly string[])[], indent = ''): void {
  const cells = rows.map((row) => row.map((cell) => cleanCell(cell)));
  const widths = columns.map((column, index) => Math.max(widthOf(column.head), ...cells.map((row) => widthOf(row[index] ?? '')), 0));
  const room = output.isTty ? output.width - widthOf(indent) - 2 * (columns.length - 1) : Number.POSITIVE_INFINITY;
  while (widths.reduce((sum, width) => sum + width, 0) > room) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= 12) break;
    widths[widest]!--;
  }
  const put = (row: readonly string[], style?: Style): void => {
    const text = columns
      .map((column, index) => {
        const cell = row[index] ?? '';
        return pad(widthOf(cell) > widths[index]! ? fit(cell, widths[index]!) : cell, widths[index]!, column.right === true);
      })
      .join('  ')
      .trimEnd();
    output.line(indent + (style ? output.paint(style, text) : text));
  };
  if (columns.some((column) => column.head !== ''))
    put(
      columns.map((column) => column.head),
      'dim',
    );
  for (const row of cells) put(row);
}

/** Like `clean`, but keeps our own colours. */
const cleanCell = (text: string): string =>
  text
    .split(/(\u001b\[\d+m)/)
    .map((piece) => (escapeWhole.test(piece) ? piece : clean(piece)))
    .join('');
const escapeWhole = /^\u001b\[(1|2|22|31|32|33|34|36|39)m$/;
