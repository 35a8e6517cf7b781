// Pieces of sentences about expressions.
import type { Label } from '../model.ts';

export const label = (en: string, zh: string): Label => ({ en, zh });

/** At most `length` code points of a text, for quoting inside a message. */
export function excerpt(text: string, length = 40): string {
  const head = Array.from(text.slice(0, length * 2 + 2));
  return head.length > length ? `${head.slice(0, length).join('')}…` : text;
}
