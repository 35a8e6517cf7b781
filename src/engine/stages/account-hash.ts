// What an approval of a removal binds to.
import type { EndpointObject } from '../../core/model.ts';
import { digest, summarise } from '../shapes.ts';

/** The account as it was looked at, whether usable or not. */
export const accountHash = (object: EndpointObject | undefined): string =>
  digest({
    action: 'remove',
    attributes: object?.attributes ?? null,
    edges: object ? summarise({ ...object, attributes: {}, enabled: undefined }).hash : null,
  });
