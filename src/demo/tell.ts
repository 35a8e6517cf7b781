// How the demo speaks: short lines, in the reader's language, numbers aligned.
import type { Label } from '../core/model.ts';

export interface Teller {
  readonly zh: boolean;
  heading(en: string, zh: string): void;
  say(en: string, zh: string): void;
  /** Word and number pairs in one aligned block. */
  numbers(rows: readonly (readonly [en: string, zh: string, value: number | string])[]): void;
  label(label: Label): string;
}

export function createTeller(zh: boolean, colour: boolean, write: (text: string) => void): Teller {
  const bold = (text: string): string => (colour ? `\u001b[1m${text}\u001b[0m` : text);
  const faint = (text: string): string => (colour ? `\u001b[2m${text}\u001b[0m` : text);
  return {
    zh,
    heading: (en, chinese) => write(`\n${bold(zh ? chinese : en)}\n`),
    say: (en, chinese) => write(`${zh ? chinese : en}\n`),
    label: (label) => (zh ? label.zh : label.en),
    numbers(rows) {
      const shown = rows.map(([en, chinese, value]) => ({
        word: zh ? chinese : en,
        value: typeof value === 'number' ? value.toLocaleString('en') : value,
      }));
      const width = Math.max(...shown.map((row) => widthOf(row.word)));
      const numberWidth = Math.max(...shown.map((row) => row.value.length));
      for (const row of shown)
        write(`  ${row.word}${faint('.'.repeat(width - widthOf(row.word) + 3))} ${row.value.padStart(numberWidth)}\n`);
    },
  };
}

/** Columns on a terminal: Chinese characters take two. */
export const widthOf = (text: string): number =>
  [...text].reduce(
    (width, character) =>
      width +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3ffff}]/u.test(
        character,
      )
        ? 2
        : 1),
    0,
  );
