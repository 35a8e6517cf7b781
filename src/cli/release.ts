// The version of this program, as package.json says it; the same place from the sources and from the build.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const release = (JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string }).version;
