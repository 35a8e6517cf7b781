// Texts of rooms that are entered later, in Chinese.
import { links } from './links.ts';

export const later = {
  links,
};
