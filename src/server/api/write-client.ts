// `npm run docs`: writes what the console knows of the API without asking: where each operation is, who may, and the words for codes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noticeConditions } from '../../core/notices.ts';
import { deeds } from '../../core/deed.ts';
import { directoryTypes } from '../../core/directory-types.ts';
import type { Label } from '../../core/model.ts';
import { actions, apartActions } from '../../core/plan.ts';
import { situations } from '../../core/situation.ts';
import { auditWords } from '../../engine/audit-words.ts';
import {
  causeWords,
  changeStateWords,
  directionWords,
  heldStateWords,
  jobStateWords,
  lifecycleWords,
  modeWords,
  orphanWords,
  presenceWords,
  roleWords,
  runStateWords,
  stageWords,
} from '../../engine/words.ts';
import { alsoMay } from '../../engine/sign-in/roles.ts';
import { table } from './routes.ts';

const labelsOf = (rows: Readonly<Record<string, { readonly label: Label }>>): Readonly<Record<string, Label>> =>
  Object.fromEntries(Object.entries(rows).map(([code, { label }]) => [code, label]));

/** Labels by the table's name, then by code. */
const words = {
  run: runStateWords,
  change: changeStateWords,
  held: heldStateWords,
  job: jobStateWords,
  stage: stageWords,
  mode: modeWords,
  cause: causeWords,
  direction: directionWords,
  lifecycle: lifecycleWords,
  presence: presenceWords,
  role: roleWords,
  orphaned: orphanWords,
  audit: auditWords,
  notice: noticeConditions,
  action: { ...labelsOf(actions), ...apartActions },
  deed: labelsOf(deeds),
  /** Of the directory. A name that several types have is the same word in all of them, or nearly. */
  attribute: Object.fromEntries(
    directoryTypes
      .toReversed()
      .flatMap(({ attributes }) => attributes)
      .map(({ name, label }) => [name, label]),
  ),
  type: Object.fromEntries(directoryTypes.map(({ id, label }) => [id, label])),
  situation: Object.fromEntries(situations.map(({ situation, label }) => [situation, label])),
};

/** The file as text. */
export function clientText(): string {
  const routes = Object.fromEntries(
    table
      .map(([name, operation]) => {
        const { route, role } = operation;
        return [name, { method: route.method, path: route.path, role, also: alsoMay(operation) }] as const;
      })
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return `// Written by "npm run docs" from the table of operations and the tables of words: do not edit.
import type { WireName, WireRoute } from '../../../src/server/api/wire.ts';

export const routes: Readonly<Partial<Record<WireName, WireRoute>>> = ${rows(routes)};

export const words = {
${Object.entries(words)
  .map(([name, labels]) => `  ${name}: ${rows(labels)},\n`)
  .join('')}} as const;
`;
}

/** One line for each entry. */
const rows = (entries: Readonly<Record<string, unknown>>): string =>
  `{\n${Object.entries(entries)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`)
    .join('')}}`;

export const CLIENT_FILE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'console', 'src', 'api', 'generated.ts');

if (import.meta.main) {
  const text = clientText();
  const isNew = !existsSync(CLIENT_FILE) || readFileSync(CLIENT_FILE, 'utf8') !== text;
  if (isNew) writeFileSync(CLIENT_FILE, text);
  process.stdout.write(`${isNew ? 'written  ' : 'unchanged'} console/src/api/generated.ts\n`);
}
