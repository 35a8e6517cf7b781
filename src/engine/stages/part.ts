// What of its source a job covers.
import type { RunContext } from '../context.ts';

export const partOf = (context: RunContext): unknown => (context.source.isDirectory ? {} : context.settings.part);
