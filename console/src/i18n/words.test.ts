// Both languages say the same things: same keys, same placeholders, every key is used, and no page has text of its own.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { en } from './en/index.ts';
import { later } from './en/later.ts';
import { zh } from './zh/index.ts';
import { later as laterZh } from './zh/later.ts';

const root = join(import.meta.dirname, '..');

function flat(texts: object, before = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') found.set(before + key, value);
    else for (const [inner, text] of flat(value as object, `${before}${key}.`)) found.set(inner, text);
  }
  return found;
}

const english = flat({ ...en, ...later });
const chinese = flat({ ...zh, ...laterZh });
const placeholders = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]!).toSorted();

describe('the two languages', () => {
  it('have the same keys', () => {
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  it('have the same placeholders in every text', () => {
    const different = [...english].filter(([key, text]) => placeholders(text).join() !== placeholders(chinese.get(key) ?? '').join());
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('have no empty text, and no Chinese text that was left in English', () => {
    expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([]);
    const same = [...english].filter(([key, text]) => chinese.get(key) === text && /[a-z]{4}/.test(text.replaceAll(/\{\{\w+\}\}/g, '')));
    expect(same.map(([key, text]) => `${key}: ${text}`)).toEqual(leftAlone);
  });

  it('beside a Chinese character every sign is a Chinese one', () => {
    const beside = /[\p{Script=Han}”）}][,:;?!()]|[,:;?!()][\p{Script=Han}“（]/u;
    expect([...chinese].filter(([, text]) => beside.test(text)).map(([key]) => key)).toEqual([]);
  });

  it('a name within a Chinese sentence stands in quotation marks: spaces about it would be gaps wherever it is Chinese', () => {
    const gap =
      /(?:\p{Script=Han} \{\{(?:name|system|account|object|provider)\}\})|(?:\{\{(?:name|system|account|object|provider)\}\} \p{Script=Han})/u;
    expect([...chinese].filter(([, text]) => gap.test(text)).map(([key, text]) => `${key}: ${text}`)).toEqual([]);
  });

  it('a Chinese sentence has one colon at most: after a second one nobody knows what explains what', () => {
    const sentences = (text: string): string[] => text.replaceAll(/（[^）]*）/gu, '').split(/[。？！；\n]/u);
    const twice = [...chinese].filter(([, text]) => sentences(text).some((one) => one.split('：').length > 2));
    expect(twice.map(([key, text]) => `${key}: ${text}`)).toEqual([]);
  });
});

/** Names that are the same in both. */
const leftAlone = ['app.name: Tributary'];

const sources = globSync('**/*.{ts,tsx}', { cwd: root }).filter((file) => !/\.test\.tsx?$|^i18n\/(en|zh)\//.test(file));

describe('every key', () => {
  const code = sources.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  it('is used somewhere: what nobody reads goes stale', () => {
    const isUsed = (key: string): boolean => {
      const base = key.replace(/_(zero|one|other)$/, '');
      if (code.includes(`'${base}'`)) return true;
      // t(`app.nav.${name}`): a key may be put together at its last part.
      return code.includes(`\`${base.slice(0, base.lastIndexOf('.'))}.\${`);
    };
    expect([...english.keys()].filter((key) => !isUsed(key))).toEqual([]);
  });
});

/** Attributes that people read or hear. */
const spoken = new Set([
  'title',
  'placeholder',
  'label',
  'aria-label',
  'alt',
  'description',
  'tooltip',
  'okText',
  'cancelText',
  'subTitle',
  'message',
  'help',
  'extra',
]);
/** Each language is called by its own name in both. */
const ownNames = new Set(['English 中文']);
const HAN = /\p{Script=Han}/u;

/** What a template or a text says by itself. */
const saidBy = (node: Node): string =>
  node.type === 'Literal' && typeof node.value === 'string'
    ? node.value
    : node.type === 'TemplateLiteral'
      ? (node.quasis as { readonly value: { readonly raw: string } }[]).map(({ value }) => value.raw).join('')
      : '';

/** `{ en: 'Yes', zh: '是' }`: a label with both languages in the code. */
function labelIn(node: Node): string | null {
  if (node.type !== 'ObjectExpression') return null;
  const fields = new Map(
    (node.properties as Node[])
      .filter(({ type }) => type === 'Property')
      .map(({ key, value }) => [String((key as Node).name ?? (key as Node).value), saidBy(value as Node)]),
  );
  const said = `${fields.get('en') ?? ''} ${fields.get('zh') ?? ''}`.trim();
  return HAN.test(fields.get('zh') ?? '') && !ownNames.has(said) ? `label ${said}` : null;
}

const isText = (value: unknown): value is string => typeof value === 'string' && /\p{L}{2}/u.test(value);

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

function hardCoded(file: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: Node): void => {
    const label = labelIn(node);
    if (label !== null) found.push(label);
    if (node.type === 'JSXText' && isText(node.value)) found.push(node.value.trim());
    if (node.type === 'JSXAttribute') {
      const name = (node.name as Node).name as string;
      const value = node.value as Node | null;
      if (spoken.has(name) && value?.type === 'Literal' && isText(value.value)) found.push(`${name}="${value.value}"`);
    }
    for (const inner of Object.values(node)) {
      if (Array.isArray(inner)) for (const one of inner) if (one && typeof one === 'object' && 'type' in one) visit(one as Node);
      if (inner && typeof inner === 'object' && 'type' in inner) visit(inner as Node);
    }
  };
  visit(parseSync(file, text).program as unknown as Node);
  return found.map((one) => `${file}: ${one}`);
}

describe('no text is hard-coded', () => {
  it('in any page, nor as a label in any file', () => {
    // Written by "npm run docs" from the words of the engine.
    const pages = sources.filter((file) => file !== 'api/generated.ts');
    expect(pages.length).toBeGreaterThan(5);
    expect(pages.flatMap((file) => hardCoded(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  it('and what is hard-coded would be noticed', () => {
    expect(hardCoded('a.tsx', 'export const A = () => <p title="Hello there">{t("x")} 你好</p>;')).toHaveLength(2);
    expect(hardCoded('a.ts', "export const says = { en: 'Yes', zh: '是' };")).toEqual(['a.ts: label Yes 是']);
    expect(hardCoded('a.ts', 'export const one = { zh: `第${n}个`, en: `no. ${n}` };')).toHaveLength(1);
    expect(hardCoded('a.ts', "export const none = { en: '', zh: '' };")).toEqual([]);
  });
});
