// Asks once more whether a write may leave, when a socket was found and the request is about to be written to it: waiting for one may take long.
import type { Dispatcher } from 'undici';

/** One request; it goes along as `opaque`. */
export interface LastLook {
  readonly ask: () => void;
  /** What `ask` threw; the request then never left. */
  refusal: Error | null;
}

/** null where there is nobody to ask. */
export const lastLook = (beforeWrite: (() => void) | undefined): LastLook | null =>
  beforeWrite ? { ask: beforeWrite, refusal: null } : null;

const wrapped = new WeakMap<Dispatcher, Dispatcher>();

/** The same dispatcher, for requests that bring a last look. */
export function looking(to: Dispatcher): Dispatcher {
  const known = wrapped.get(to);
  if (known) return known;
  const made = to.compose(
    (dispatch) => (options, handler) => dispatch(options, asking((options as Dispatcher.RequestOptions<LastLook>).opaque!, handler)),
  );
  wrapped.set(to, made);
  return made;
}

const asking = (look: LastLook, handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler => ({
  /** undici calls it in the turn in which it writes the request. */
  onRequestStart(controller, context) {
    try {
      look.ask();
    } catch (error) {
      look.refusal = error as Error;
      throw error;
    }
    handler.onRequestStart?.(controller, context);
  },
  onRequestUpgrade: (...told) => handler.onRequestUpgrade?.(...told),
  onResponseStart: (...told) => handler.onResponseStart?.(...told),
  onResponseData: (...told) => handler.onResponseData?.(...told),
  onResponseEnd: (...told) => handler.onResponseEnd?.(...told),
  onResponseError: (...told) => handler.onResponseError?.(...told),
});
