// Texts of rooms that are entered later, in English: the first page does without them. A page that speaks them imports `../i18n/later.ts`.
import { forwarding } from './forwarding.ts';
import { links } from './links.ts';
import { lookups } from './lookups.ts';
import { merge } from './merge.ts';
import { more } from './more.ts';

export const later = {
  forwarding,
  links,
  lookups,
  merge,
  more,
};
