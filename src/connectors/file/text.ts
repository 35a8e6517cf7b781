// Cleaning of cell text.
import type { Label } from '../../core/model.ts';

export const say = (en: string, zh: string): Label => ({ en, zh });

// Zero-width space, marks of direction, word joiner, byte order mark, soft hyphen and control characters.
// Zero-width joiners stay: emoji and Indic names need them.
const INVISIBLE = /(?![\t\n\r])[\p{Cc}\u200B\u200E\u200F\u2060\uFEFF\u00AD]/gu;

/** NFC, without invisible characters, full-width and no-break spaces as plain ones, trimmed. */
export function clean(text: string): string {
  const plain = /^[\x20-\x7E]*$/.test(text)
    ? text
    : text
        .normalize('NFC')
        .replace(INVISIBLE, '')
        .replace(/[\u3000\u00A0]/g, ' ');
  return plain.trim();
}

/** For numbers, mails, phones and dates: full-width letters and digits become plain ones. */
export const narrow = (text: string): string => (/^[\x20-\x7E]*$/.test(text) ? text : clean(text.normalize('NFKC')));

/** Names are compared without regard to blanks and case. */
export const nameKey = (text: string): string => narrow(text).replace(/\s+/g, '').toLowerCase();

export { guardTyped } from '../../core/formula.ts';

export const excerpt = (text: string, length = 40): string => {
  const points = [...text];
  return points.length > length ? `${points.slice(0, length).join('')}…` : text;
};
