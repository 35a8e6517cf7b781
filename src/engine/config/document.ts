// The configuration file: its shape, reading it from YAML, and filling in ${env:NAME} and ${file:path}.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { z } from 'zod';
import type { Label } from '../../core/model.ts';
import { installationNoticesSchema } from '../../core/notices.ts';
import { installationSettingsSchema } from '../../core/installation-settings.ts';
import { attributesSection } from './attributes.ts';
import { draftsSection } from './drafts.ts';
import { channelEntry } from './notices.ts';
import { yamlWords } from './yaml-words.ts';
import { protectedSection } from './protected.ts';
import { forwardingSchema } from '../audit-forward.ts';
import { chosenStates } from '../states.ts';

const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'must be letters, digits, - and _ (it names a folder)')
  .refine((id) => id !== 'directory', '"directory" is the central directory itself');

export const connectionEntry = z.strictObject({
  id: idSchema,
  connector: z.string().min(1),
  name: z.string().min(1).max(200).optional(),
  config: z.record(z.string(), z.unknown()).default({}),
});

/** Settings of the job are checked by jobSettingsSchema, once defaults of the connector are filled in. */
export const jobEntry = z.looseObject({
  name: z.string().min(1).max(200),
  /** Without it the job is found by its name. */
  number: z.int().positive().optional(),
  /** Left out: as it is; a new job is disabled. */
  state: z.enum(chosenStates).optional(),
  connection: z.string().min(1),
  direction: z.enum(['up', 'down']),
});
export type JobEntry = z.output<typeof jobEntry>;

export const documentSchema = z.strictObject({
  version: z.literal(1).default(1),
  connections: z.array(connectionEntry).default([]),
  lookups: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name such as city_names'), z.record(z.string(), z.string()))
    .default({}),
  attributes: attributesSection,
  jobs: z.array(jobEntry).default([]),
  channels: z.array(channelEntry).default([]),
  /** Left out: as it is. */
  notices: installationNoticesSchema.optional(),
  /** Left out: as they are. */
  settings: installationSettingsSchema.optional(),
  /** Where the audit log goes as well. Left out: as it is; null: nowhere. */
  auditForwarding: forwardingSchema.nullable().optional(),
  protected: protectedSection,
  drafts: draftsSection,
});
export type ConfigDocument = z.output<typeof documentSchema>;

export type ConfigPath = readonly (string | number)[];

export interface ConfigProblem {
  readonly path: ConfigPath;
  readonly problem: Label;
}

/** With its own line: it has no path. */
export interface YamlProblem extends ConfigProblem {
  readonly line: number;
}

export interface ReadYaml {
  /** Plain data; checked against the schema by the engine. null: it cannot be told, see the problems. */
  readonly data: unknown;
  readonly problems: readonly YamlProblem[];
  /** 1-based line of the nearest node on the path. */
  lineOf(path: ConfigPath): number;
}

/** Of more than so many faults the first ones are told: what comes after a bracket that is missing is one after the other. */
const MOST = 20;

/** Parses YAML. Each fault comes with its line; what is only said twice leaves the rest to be looked at. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (place: number, problem: Label): YamlProblem => ({ path: [], problem, line: lines.linePos(place).line });
  const problems = document.errors.map((fault) => at(fault.pos[0], yamlWords(fault)));
  const first = problems.filter((one, index) => problems.findIndex((other) => other.line === one.line) === index).slice(0, MOST);
  const broken = (found: readonly YamlProblem[]): ReadYaml => ({ data: null, problems: found, lineOf: () => found[0]!.line });
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return broken(first);
  // Aliases are only looked up here: one without an anchor, or one that would grow without end, throws.
  try {
    return { data: document.toJS() ?? {}, problems: first, lineOf: (path) => lineOf(document, lines, path) };
  } catch {
    const alias = at(badAlias(document), {
      en: 'An alias (*name) has no anchor (&name) before it, or repeats too much. Write the part out where it is used.',
      zh: '别名（*名称）之前没有对应的锚点（&名称），或重复过多。请在使用处直接写出内容。',
    });
    return broken([...first, alias]);
  }
}

/** Where the first alias without an anchor stands; where all have one, the first of all. */
function badAlias(document: Document): number {
  const found: { readonly at: number; readonly isKnown: boolean }[] = [];
  visit(document, { Alias: (_, node) => void found.push({ at: node.range?.[0] ?? 0, isKnown: node.resolve(document) !== undefined }) });
  return (found.find(({ isKnown }) => !isKnown) ?? found[0])?.at ?? 0;
}

function lineOf(document: Document, lines: LineCounter, path: ConfigPath): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : keyOrValue(document, path.slice(0, length));
    const start = (node as { range?: readonly number[] | null } | null)?.range?.[0];
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

/** The key of a pair says the line better than its value. */
function keyOrValue(document: Document, path: ConfigPath): unknown {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1)!;
  if (isMap(parent)) return parent.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(last))?.key;
  return isSeq(parent) ? parent.items[Number(last)] : undefined;
}

export interface PlaceholderSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Contents of a file named in the configuration, or why it cannot be read. */
  readonly readFile: (path: string) => string | Label;
}

/** Fills placeholders in the `config` of connections and channels. Mapping templates such as `${given}` are not touched. */
export function fillPlaceholders(
  data: unknown,
  sources: PlaceholderSources,
): { readonly data: unknown; readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const fill = (value: unknown, path: ConfigPath): unknown => {
    if (typeof value === 'string') return fillText(value, path, sources, problems);
    if (Array.isArray(value)) return value.map((entry, index) => fill(entry, [...path, index]));
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, fill(entry, [...path, name])]));
    return value;
  };
  const top = data as Record<string, unknown> | null;
  if (top === null || typeof top !== 'object') return { data, problems };
  const sections = ['connections', 'channels'].flatMap((section): [string, unknown][] => {
    const entries = top[section];
    if (!Array.isArray(entries)) return [];
    return [
      [
        section,
        entries.map((entry: unknown, index) => {
          const config = (entry as { config?: unknown } | null)?.config;
          return config === undefined ? entry : { ...(entry as object), config: fill(config, [section, index, 'config']) };
        }),
      ],
    ];
  });
  return { data: { ...top, ...Object.fromEntries(sections) }, problems };
}

function fillText(text: string, path: ConfigPath, sources: PlaceholderSources, problems: ConfigProblem[]): string {
  return text.replace(/\$\{(env|file):([^}]+)\}/g, (whole, kind: string, name: string) => {
    if (kind === 'env') {
      const value = sources.environment[name];
      if (value !== undefined) return value;
      problems.push({
        path,
        problem: {
          en: `the environment variable ${name} is not set. Set it, or use \${file:path}.`,
          zh: `环境变量 ${name} 未设置。请设置它，或改用 \${file:路径}。`,
        },
      });
      return whole;
    }
    const read = sources.readFile(name);
    if (typeof read === 'string') return read.replace(/\r?\n$/, '');
    problems.push({ path, problem: read });
    return whole;
  });
}
