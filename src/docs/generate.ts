// `npm run docs`: writes the parts of the documents that follow from the code, between their marker comments.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Connector } from '../connector-kit/contract.ts';
import { connectors } from '../connectors/index.ts';
import { expressionFunctions } from '../core/mapping/functions.ts';
import { connectorSections, connectorTable } from './tables.ts';

/** Documents with generated parts, from the repository root. */
export const documents = [
  'README.md',
  'README.zh-CN.md',
  'docs/connectors.md',
  'docs/expressions.md',
  'docs/expressions.zh-CN.md',
] as const;

const marker = /<!-- generated:([\w-]+) -->[\s\S]*?<!-- \/generated -->/g;

/** What may stand between the markers, by name. */
const parts: Readonly<Record<string, (all: readonly Connector[]) => string>> = {
  connectors: (all) => connectorTable(all, 'en', 'src/connectors'),
  'connectors-zh': (all) => connectorTable(all, 'zh', 'src/connectors'),
  'connector-sections': connectorSections,
  functions: () => functionTable('| Function | What it does |', 'en'),
  'functions-zh': () => functionTable('| 函数 | 说明 |', 'zh'),
};

const functionTable = (head: string, language: 'en' | 'zh'): string =>
  [
    head,
    '|---|---|',
    ...expressionFunctions.map(({ usage, label }) => `| \`${usage.replaceAll('|', '\\|')}\` | ${label[language].replaceAll('|', '\\|')} |`),
  ].join('\n');

/** The document with its generated parts made anew. An unknown name is an error: a typo would go stale for ever. */
export function regenerate(text: string, all: readonly Connector[]): string {
  return text.replace(marker, (_, name: string) => {
    const part = parts[name];
    if (!part) throw new Error(`Nothing is generated under the name "${name}"; known are ${Object.keys(parts).join(', ')}.`);
    return `<!-- generated:${name} -->\n\n${part(all)}\n\n<!-- /generated -->`;
  });
}

if (import.meta.main) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  for (const document of documents) {
    const path = join(root, document);
    const before = readFileSync(path, 'utf8');
    const after = regenerate(before, connectors);
    if (after !== before) writeFileSync(path, after);
    console.log(`${after === before ? 'unchanged' : 'written  '} ${document}`);
  }
}
