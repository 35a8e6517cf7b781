// Texts of rooms that are entered later, in English: the first page does without them. A page that speaks them imports `../i18n/later.ts`.
import { links } from './links.ts';

export const later = {
  links,
};
