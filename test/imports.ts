// Reads which file imports which: the ground for the layers test and for telling quick tests from those with servers.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

/** Path from the repository root (with `/`) → what it imports: such paths for our files, bare names for packages. */
export type ImportMap = ReadonlyMap<string, readonly Import[]>;

export interface Import {
  readonly to: string;
  readonly line: number;
}

// Statements begin a line or follow another; template literals that hold code must be indented not to be taken for it.
const statement = /(?:^|;[ \t]*)(?:(?:import|export)\b[^;'"`]*?\bfrom\s*(['"])([^'"\n]+)\1|import\s*(['"])([^'"\n]+)\3)/gm;
const dynamic = /\bimport\(\s*(['"])([^'"\n]+)\1\s*[,)]/g;

/** Every module that the text of `file` names, types included. Relative ones become paths from the root. */
export function importsOf(file: string, text: string): Import[] {
  const code = withoutComments(text);
  const found: Import[] = [];
  for (const match of [...code.matchAll(statement), ...code.matchAll(dynamic)]) {
    const name = match[2] ?? match[4]!;
    const to = name.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), name)) : name;
    found.push({ to, line: code.slice(0, match.index).split('\n').length });
  }
  return found;
}

/** Blanks comments out, keeping lines. A `//` inside a string survives: it follows a quote or a colon. */
function withoutComments(text: string): string {
  return text.replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/(^|[\s;{}(),])\/\/[^\n]*/g, '$1');
}

export function readTree(root: string, folders: readonly string[]): ImportMap {
  const map = new Map<string, readonly Import[]>();
  for (const folder of folders) {
    for (const path of sourceFiles(join(root, folder))) {
      const file = relative(root, path).split(sep).join('/');
      map.set(file, importsOf(file, readFileSync(path, 'utf8')));
    }
  }
  return map;
}

function sourceFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes(`${sep}node_modules${sep}`))
    .sort();
}

/** Test files that import something below `prefix`, directly or through others. */
export function filesReaching(map: ImportMap, prefix: string): string[] {
  const reaches = new Map<string, boolean>();
  const visit = (file: string): boolean => {
    const known = reaches.get(file);
    if (known !== undefined) return known;
    reaches.set(file, false);
    const answer = (map.get(file) ?? []).some((item) => item.to.startsWith(prefix) || visit(item.to));
    reaches.set(file, answer);
    return answer;
  };
  return [...map.keys()].filter((file) => file.endsWith('.test.ts') && visit(file));
}
