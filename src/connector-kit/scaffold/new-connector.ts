// Starts a new connector: `npm run new-connector <id>` copies the shape of memory, renamed, and registers it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const MODEL = 'memory';

export interface NewConnector {
  readonly id: string;
  /** Stands for src/connectors; its index.ts gets the line when there is one. */
  readonly into?: string;
}

export interface Created {
  readonly folder: string;
  readonly files: readonly string[];
  /** Whether index.ts was there to be changed. */
  readonly registered: boolean;
}

/** What the person who called can mend; shown without a stack. */
export class ScaffoldError extends Error {}

export function newConnector({ id, into = join(source, 'connectors') }: NewConnector): Created {
  const problem = idProblem(id);
  if (problem) throw new ScaffoldError(problem);
  const folder = join(resolve(into), id);
  if (existsSync(folder)) throw new ScaffoldError(`${folder} exists already. Choose another id, or remove that folder first.`);
  // Judged before anything is written, so that a refusal leaves nothing behind.
  const index = join(resolve(into), 'index.ts');
  const registry = existsSync(index) ? withConnector(readFileSync(index, 'utf8'), id) : null;

  const model = join(source, 'connectors', MODEL);
  const files = readdirSync(model).filter(isShape);
  mkdirSync(folder, { recursive: true });
  for (const file of files) {
    const text = file === 'README.md' ? readmeOf(id) : renamed(readFileSync(join(model, file), 'utf8'), id);
    writeFileSync(join(folder, file.replace(MODEL, id)), file.endsWith('.ts') ? pointedAt(text, folder) : text);
  }
  if (registry !== null) writeFileSync(index, registry);
  return { folder, files: files.map((file) => file.replace(MODEL, id)), registered: registry !== null };
}

// ── Names ────────────────────────────────────────────────────────────────────────────────────────────────

const reserved = new Set(
  'await break case catch class connectors const continue debugger default delete do else enum export extends false finally for function if implements import in index instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);

/** Why an id cannot be one; null when it can. */
export function idProblem(id: string): string | null {
  if (id === '') return 'Give the id of the new connector: npm run new-connector <id>, for example "hr-system".';
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    return `"${id}" is no id: use small letters, digits and single hyphens, beginning with a letter, for example "hr-system".`;
  }
  if (id.length > 40) return `"${id}" is too long: at most 40 characters.`;
  return reserved.has(id) ? `"${id}" is a word of the language or of the registry. Choose another, for example "${id}-system".` : null;
}

/** hr-system → hrSystem */
const camel = (id: string): string => id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
/** hr-system → HrSystem */
const pascal = (id: string): string => camel(`-${id}`);
/** hr-system → Hr System */
const spoken = (id: string): string => id.split('-').map(pascal).join(' ');

/** Where the model's name is an identifier; everywhere else it is the id, in a text or a comment. */
const identifier = /(?<=const )memory\b|(?<=\{ )memory(?= \})|(?<=\()memory(?=,)|\bmemory(?=\.(?:open|manifest)\b)/g;

function renamed(text: string, id: string): string {
  return text
    .replace(/context\.memory\b/g, 'context.\u0000')
    .replace(/'Memory'|"Memory"/g, (quoted) => quoted.replace('Memory', spoken(id)))
    .replace(/内存系统/g, spoken(id))
    .replace(/Memory(?=[A-Z])/g, pascal(id))
    .replace(identifier, camel(id))
    .replace(/\bmemory\b/g, id)
    .replaceAll('\u0000', 'memory');
}

/** Imports of core and kit, also from a folder that lies elsewhere. */
function pointedAt(text: string, folder: string): string {
  const up = relative(folder, source).split(sep).join('/');
  return text.replaceAll("'../../", `'${up}/`);
}

/** The tests of the model's own world stay with it. */
const isShape = (file: string): boolean => !file.endsWith('.test.ts') || file === `${MODEL}.test.ts`;

// ── The registry ─────────────────────────────────────────────────────────────────────────────────────────

/** As in biome.json: a longer list is written one entry a line, so that the formatter has nothing to say. */
const LINE_WIDTH = 120;
const lastLine = (text: string): string => text.slice(text.lastIndexOf('\n') + 1);
const firstLine = (text: string): string => text.split('\n', 1)[0]!;

/** The text of index.ts with the connector in it, in the order of the alphabet. */
export function withConnector(index: string, id: string): string {
  const imports = [...index.matchAll(/^import \{ (\w+) \} from '\.\/([a-z0-9-]+)\/index\.ts';\n/gm)];
  const list = /(connectors\b[^=]*= \[)([^\]]*)(\])/.exec(index);
  const names = (list?.[2] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (!list || imports.length === 0 || names.length !== imports.length) {
    throw new ScaffoldError('index.ts of the connectors does not have the shape this script knows: one import and one entry for each.');
  }
  if (imports.some(([, , folder]) => folder === id)) throw new ScaffoldError(`index.ts names "${id}" already.`);
  const line = `import { ${camel(id)} } from './${id}/index.ts';\n`;
  const after = imports.find(([, , folder]) => folder! > id);
  const at = after ? after.index : imports.at(-1)!.index + imports.at(-1)![0].length;
  const place = after ? imports.indexOf(after) : imports.length;
  const entries = names.toSpliced(place, 0, camel(id));
  const before = index.slice(0, list.index) + list[1]!;
  const behind = list[3]! + index.slice(list.index + list[0].length);
  const inLine = entries.join(', ');
  const length = lastLine(before).length + inLine.length + firstLine(behind).length;
  const joined = list[2]!.includes('\n') || length > LINE_WIDTH ? `\n  ${entries.join(',\n  ')},\n` : inLine;
  const body = before + joined + behind;
  return body.slice(0, at) + line + body.slice(at);
}

/** The logo that is to be drawn anew. */
export const logoOf = (id: string): string => renamed(readFileSync(join(source, 'connectors', MODEL, 'logo.svg'), 'utf8'), id);

// ── What only people read ────────────────────────────────────────────────────────────────────────────────

/** What stands in README.md until somebody has written it. */
export const readmeOf = (id: string): string => `# ${spoken(id)}

One paragraph for administrators: what this system is, and what Tributary does with it.

## Set up

Where to click in the console of the system, which rights to give, and what to enter here:

| Field | Enter |
|---|---|
| World | |
| Access token | |
| Signing secret of events | |
| Objects in one page | |

## What it can do

| | |
|---|---|
| reads | |
| writes | |
| removal | |

## Limits

Rates, sizes and waiting times, each with the vendor's page.
`;

export const nextSteps = ({ folder, registered }: Created, id: string): string =>
  [
    `Created ${folder}: a connector that works, against a made-up system.`,
    registered ? 'It is in the registry, src/connectors/index.ts.' : 'There was no index.ts to register it in.',
    '',
    'It passes its conformance and `npm run check` now; the first shall pass again after step 6, the second after step 8:',
    `     npm run test:quick -- ${relative(process.cwd(), folder) || '.'}`,
    '',
    'Next, in this order (more on each in CONTRIBUTING.md, "Add a connector", from its step 2 on):',
    '  2. catalogue.ts: the attributes of the system, in its own names (required, unique, lengths)',
    '     index.ts: name, summary, config, part, facts, limits, default mappings',
    '  3. simulator.ts and state.ts: a stand-in that answers as the vendor does; each route names its page',
    "  4. wire.ts, client.ts: the vendor's shapes and codes; sign-in and requests",
    '  5. source.ts, target.ts, check.ts, events.ts: rewritten on that client; delete what the system does not offer',
    `  6. ${id}.test.ts: what the kit needs beside the connector; it then proves each fact`,
    '  7. README.md for administrators (nothing of what the script wrote may stay), logo.svg drawn by you',
    `  8. npm run format, npm run docs, npm run check   (the pages that list connectors; "${id}" must be in them)`,
  ].join('\n');

/** The pages that list connectors, so that `npm run check` passes at once. A process of its own, for the registry is no part of the kit. */
function writeDocs(): void {
  const generate = join(source, 'docs', 'generate.ts');
  if (existsSync(generate)) execFileSync(process.execPath, [generate], { cwd: join(source, '..') });
}

if (import.meta.main) {
  const [id = '', option, into] = process.argv.slice(2);
  try {
    if (option !== undefined && (option !== '--into' || !into))
      throw new ScaffoldError(`"${option}" is not understood: npm run new-connector <id> -- --into DIR`);
    const created = newConnector({ id, into });
    if (created.registered && into === undefined) writeDocs();
    process.stdout.write(`${nextSteps(created, id)}\n`);
  } catch (error) {
    if (!(error instanceof ScaffoldError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
