// Reads the repository's text files for the tests that hold documents and code together.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';

const skipped = new Set(['node_modules', '.git', 'dist', 'data', 'coverage', '.demo']);
const textual = /\.(md|ts|tsx|mjs|js|json|ya?ml|sh|svg|txt|csv|ldif)$|(^|\/)(LICENSE|run|\.editorconfig|\.gitignore)$/;

/** Every text file of the repository: path from the root → content. */
export function textFiles(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (skipped.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else {
        const name = relative(root, path).split(sep).join('/');
        if (entry.isFile() && textual.test(name)) found.set(name, readFileSync(path, 'utf8'));
      }
    }
  };
  walk(root);
  return found;
}

/** Links of one Markdown text that lead nowhere: to files that do not exist, or headings that are not there. */
export function brokenLinks(root: string, file: string, text: string): string[] {
  const broken: string[] = [];
  for (const [, target] of withoutCode(text).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/i.test(target!)) continue;
    const [path, anchor] = target!.split('#') as [string, string | undefined];
    const goal = path === '' ? file : normalize(join(dirname(file), path));
    if (!existsSync(join(root, goal))) broken.push(`${file}: ${target} does not exist`);
    else if (anchor && goal.endsWith('.md') && !anchorsOf(readFileSync(join(root, goal), 'utf8')).has(anchor)) {
      broken.push(`${file}: ${target}: no such heading`);
    }
  }
  return broken;
}

/** The anchors that a code host makes from headings. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...withoutCode(text).matchAll(/^#{1,6} +(.+)$/gm)].map((match) => match[1]!);
  return new Set(
    headings.map((heading) =>
      heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

const withoutCode = (text: string): string => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');

/** `npm run X`, `npm test` and `npm start` that a text tells the reader to type. */
export function scriptsNamed(text: string): string[] {
  const run = [...text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map((match) => match[1]!);
  const short = [...text.matchAll(/\bnpm (test|start)\b/g)].map((match) => match[1]!);
  return [...new Set([...run, ...short])];
}

/** Links to a decision whose label is another number than the page's. */
export const misnumbered = (text: string): readonly string[] =>
  [...text.matchAll(/\[(\d{4})\]\([^)]*decisions\/(\d{4})-[^)]*\)/g)].filter(([, said, meant]) => said !== meant).map(([link]) => link);

/** What both languages of a page have in common: options but that of the language, settings of the environment, and how many parts it has. */
function signsOf(text: string): { readonly parts: number; readonly signs: ReadonlySet<string> } {
  const indented = text.match(/^ {4}.*$/gm) ?? [];
  const code = [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!).concat(indented);
  return {
    parts: (text.match(/^##* /gm) ?? []).length,
    signs: new Set(code.flatMap((one) => one.match(/(?<![\w-])--(?!lang\b)[a-z][a-z-]+|\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [])),
  };
}

/** Pages of two languages of which one says what the other does not: a part, an option or a setting. Each as "page lacks what". */
export function unequalPages(pages: ReadonlyMap<string, string>): readonly string[] {
  return [...pages].flatMap(([chinese, text]) => {
    if (!chinese.endsWith('.zh-CN.md')) return [];
    const english = chinese.replace('.zh-CN.md', '.md');
    const [en, zh] = [signsOf(pages.get(english) ?? ''), signsOf(text)];
    const missing = (page: string, of: ReadonlySet<string>, there: ReadonlySet<string>): string[] =>
      [...of].filter((sign) => !there.has(sign)).map((sign) => `${page} lacks ${sign}`);
    return [
      ...(en.parts === zh.parts ? [] : [`${chinese} has ${zh.parts} headings, ${english} ${en.parts}`]),
      ...missing(chinese, en.signs, zh.signs),
      ...missing(english, zh.signs, en.signs),
    ];
  });
}
