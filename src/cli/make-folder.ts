// Makes a folder and those above it, one after the other.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Not `recursive` of Node: below a place where nothing can be made (/proc, say) that one tries for ever, since the system answers as it does
 * where the folder above is missing.
 * @see https://github.com/nodejs/node/blob/main/src/node_file.cc MKDirpSync goes back to the parent on ENOENT, without asking whether it is there
 */
export function makeFolder(path: string, mode = 0o700): void {
  const missing: string[] = [];
  for (let at = path; !existsSync(at); at = dirname(at)) missing.unshift(at);
  for (const one of missing)
    try {
      mkdirSync(one, { mode });
    } catch (error) {
      // Somebody else was faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !existsSync(one)) throw error;
    }
}
