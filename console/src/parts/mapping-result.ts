// What a row of a mapping gives for the person shown, as people read it.
import { words } from '../api/generated.ts';
import type { Label } from '../i18n/i18n.ts';
import { wordOf } from '../pages/runs/run-kind.ts';

/** What a row that gives nothing does, by its key in `more.nothing`; `clears` as the server says, which asks what a run would. */
export function nothingSaid(
  direction: 'up' | 'down',
  { when = 'always', onEmpty = 'clear' }: { readonly when?: string; readonly onEmpty?: string },
  clears: boolean,
): 'source' | 'unread' | 'kept' | 'left' | 'cleared' | 'unsaid' {
  if (direction === 'up') return clears ? 'source' : onEmpty === 'keep' ? 'kept' : 'unread';
  if (when === 'made' || when === 'create') return 'left';
  if (onEmpty === 'keep') return 'kept';
  return clears ? 'cleared' : 'unsaid';
}

const shown = (value: unknown): string => (Array.isArray(value) ? value.map(shown).join(', ') : String(value));

/** The directory's own codes are put into words; any other system gets the value letter by letter. */
export function resultSaid(direction: 'up' | 'down', target: string, value: unknown, say: (label: Label) => string): string {
  return direction === 'up' && target === 'lifecycle' ? say(wordOf(words.lifecycle, String(value))) : shown(value);
}
