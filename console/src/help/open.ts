// From anywhere in the console to a page of the help beside the work.
import type { PageName } from './page.ts';

const ASKED = 'tributary-help';

export const openHelp = (page: PageName): void => void window.dispatchEvent(new CustomEvent<PageName>(ASKED, { detail: page }));

/** Ends with what it gives back. */
export function onHelp(show: (page: PageName) => void): () => void {
  const heard = (event: Event): void => show((event as CustomEvent<PageName>).detail);
  window.addEventListener(ASKED, heard);
  return () => window.removeEventListener(ASKED, heard);
}
