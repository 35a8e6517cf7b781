// Imported by pages that speak the later texts: such a page is there only when they are.
import { speakLater } from './i18n.ts';

await speakLater();
