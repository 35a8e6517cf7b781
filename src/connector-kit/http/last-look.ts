// Asks once more whether a write may leave, when a socket was found and the request is about to be written to it: waiting for one may take long.
import type { Dispatcher } from 'undici';

interface LastLook {
  over(to: Dispatcher): Dispatcher;
  /** What `beforeWrite` threw; the request then never left. */
  readonly refusal: Error | null;
}

/** One request. null where there is nobody to ask. */
export function lastLook(beforeWrite: (() => void) | undefined): LastLook | null {
  if (!beforeWrite) return null;
  let refusal: Error | null = null;
  const asked = (handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler => ({
    /** undici calls it in the turn in which it writes the request. */
    onRequestStart(controller, context) {
      try {
        beforeWrite();
      } catch (error) {
        refusal = error as Error;
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
  return {
    get refusal() {
      return refusal;
    },
    over: (to) => to.compose((dispatch) => (options, handler) => dispatch(options, asked(handler))),
  };
}
