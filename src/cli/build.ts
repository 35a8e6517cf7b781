// Which program this is, exactly: processes that share a database compare it, because a version is shared by many commits.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaDigest } from '../store/migrations.ts';
import { release } from './release.ts';

let known: string | undefined;

/** The version, and a digest of the tables and of the files that this process runs from. What was built of the sources is another program than they are. */
export const build = (): string => (known ??= `${release}+${digestOf(join(import.meta.dirname, '..'))}`);

function digestOf(folder: string): string {
  const ours = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.(ts|js)$/.test(file) && !/\.(test|d)\.ts$/.test(file))
    .toSorted();
  const sum = createHash('sha256').update(schemaDigest());
  for (const file of ours) sum.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
  return sum.digest('hex').slice(0, 12);
}
