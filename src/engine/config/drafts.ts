// Drafts of jobs and connections as a section of the configuration file. Their secrets are entered there, and never in the file.
import { z } from 'zod';
import { secretFields } from '../../connector-kit/define.ts';
import type { Connector } from '../../connector-kit/contract.ts';
import type { Transaction } from '../../store/database.ts';
import { createDraft, draftNamed, type DraftRow, dropDraft, saveDraft } from '../../store/drafts.ts';
import type { ConfigEntry, SettingChange } from './compare.ts';
import type { ConfigProblem } from './document.ts';

export const draftsSection = z
  .array(
    z.strictObject({
      kind: z.enum(['job', 'connection']),
      name: z.string().trim().min(1).max(200),
      parts: z.record(z.string(), z.unknown()).default({}),
    }),
  )
  .default([]);
export type DraftEntry = z.output<typeof draftsSection>[number];

/** `job App out` */
const subjectOf = ({ kind, name }: Pick<DraftEntry, 'kind' | 'name'>): string => `${kind} ${name}`;

export function draftProblems(
  drafts: readonly DraftEntry[],
  jobs: ReadonlySet<string>,
  connectors: ReadonlyMap<string, Connector>,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const say = (path: ConfigProblem['path'], en: string, zh: string): void => void problems.push({ path, problem: { en, zh } });
  for (const [index, draft] of drafts.entries()) {
    if (drafts.findIndex((other) => subjectOf(other) === subjectOf(draft)) < index || (draft.kind === 'job' && jobs.has(draft.name)))
      say(['drafts', index, 'name'], `there is a ${draft.kind} "${draft.name}" already`, `名称“${draft.name}”已被使用`);
    const { connector, config } = draft.parts as { connector?: unknown; config?: unknown };
    const kind = typeof connector === 'string' ? connectors.get(connector) : undefined;
    if (draft.kind !== 'connection' || !kind || typeof config !== 'object' || config === null) continue;
    for (const field of secretFields(kind.manifest.config))
      if (field in config)
        say(
          ['drafts', index, 'parts', 'config', field],
          'secrets of a draft are not written into the file: finish it as a connection, or enter them in the draft',
          '草稿的密钥不写入文件：请改为正式连接，或在草稿中填写',
        );
  }
  return problems;
}

export function draftEntries(
  wanted: readonly DraftEntry[],
  present: readonly DraftRow[],
  prune: boolean,
  differences: (before: object, after: object) => readonly SettingChange[],
): readonly ConfigEntry[] {
  const known = new Map(present.map((row) => [subjectOf(row), row]));
  const entries = wanted.map((draft): ConfigEntry => {
    const before = known.get(subjectOf(draft));
    const changes = before ? differences(JSON.parse(before.parts) as object, draft.parts) : [];
    return {
      kind: 'draft',
      name: subjectOf(draft),
      number: before?.id ?? null,
      action: !before ? 'add' : changes.length > 0 ? 'change' : 'same',
      changes,
    };
  });
  const named = new Set(wanted.map(subjectOf));
  const gone = prune ? present.filter((row) => !named.has(subjectOf(row))) : [];
  return [
    ...entries,
    ...gone.map((row): ConfigEntry => ({ kind: 'draft', name: subjectOf(row), number: row.id, action: 'remove', changes: [] })),
  ];
}

export async function saveDraftOf(
  transaction: Transaction,
  drafts: readonly DraftEntry[],
  entry: ConfigEntry,
  by: { readonly at: number; readonly by_whom: string },
): Promise<void> {
  if (entry.action === 'remove') return dropDraft(transaction, entry.number!);
  const { kind, name, parts } = drafts.find((draft) => subjectOf(draft) === entry.name)!;
  const row = { name, parts: JSON.stringify(parts), ...by };
  const before = await draftNamed(transaction, kind, name);
  if (!before) await createDraft(transaction, { kind, ...row });
  else await saveDraft(transaction, before.id, before.revision, row);
}

/** The section of the file; left out when there is none. */
export const draftSection = (rows: readonly DraftRow[]): { readonly drafts?: readonly DraftEntry[] } =>
  rows.length === 0
    ? {}
    : { drafts: rows.map(({ kind, name, parts }) => ({ kind, name, parts: JSON.parse(parts) as Record<string, unknown> })) };
