// How much waits for a person: one number for the navigation and for the tab of the browser, asked for in one place.
import { useAnswer } from '../api/hooks.ts';

const LOOK_MS = 10_000;
const MOST = 999;

/** The frame around every page asks; undefined: not known yet. */
export function useWaitingCount(isSignedIn: boolean): number | undefined {
  const { data } = useAnswer('waiting.list', {}, { everyMs: LOOK_MS, enabled: isSignedIn });
  return data && Object.values(data.totals).reduce((sum, count) => sum + count, 0);
}

/** What the frame has been told, for whoever only shows it. */
export const useKnownWaitingCount = (): number => useWaitingCount(false) ?? 0;

export const shortCount = (count: number): string => (count > MOST ? `${MOST}+` : String(count));
