// A stop lets the calls that have left come to their end: a cut-off write would have to be waited for and looked up at the next start.

/** Less than a server waits for its engine to end; see cli/commands/serve.ts. */
const GRACE_MS = 5_000;

const known = new WeakMap<AbortSignal, AbortSignal>();

/** For a call that writes: aborted like `signal`, after an ordinary stop some seconds later. */
export function untilAnswered(signal: AbortSignal): AbortSignal {
  const found = known.get(signal);
  if (found) return found;
  const ending = new AbortController();
  const end = (): void => {
    if (signal.reason === 'stop') setTimeout(() => ending.abort('stop'), GRACE_MS).unref();
    else ending.abort(signal.reason);
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  known.set(signal, ending.signal);
  return ending.signal;
}
