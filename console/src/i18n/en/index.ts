// Interface texts in English, one file per room of the console. The Chinese ones have the same keys: their types say so.
import { app } from './app.ts';
import { home } from './home.ts';

export const en = { app, home };
