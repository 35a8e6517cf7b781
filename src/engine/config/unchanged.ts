// Edits of what has no number of its own: its revision is made of what it says, and who was faster stands in the audit log.
import { hash } from 'node:crypto';
import { canonicalText } from '../../core/attribute.ts';
import type { Label } from '../../core/model.ts';
import { auditPage, type AuditFilter } from '../../store/audit.ts';
import type { Reader } from '../../store/database.ts';
import { stale } from './edit.ts';

/** The same content has the same one. 48 bits: it fits into If-Match, and no two edits meet by chance. */
export const revisionOf = (content: unknown): number => Number.parseInt(hash('sha256', canonicalText(content), 'hex').slice(0, 12), 16);

export interface Edited {
  readonly what: Label;
  /** As it is now. */
  readonly revision: number;
  /** Where the audit log tells of its edits. */
  readonly trail: readonly Pick<AuditFilter, 'subject' | 'action'>[];
  /** It is made of several things: each field is named with the one it is of. */
  readonly isMany?: boolean;
}

/** Refuses when it is not as it was when `seen` was read: says who saved it, when, and which fields. */
export async function assertUnchanged(reader: Reader, seen: number | undefined, { what, revision, trail, isMany }: Edited): Promise<void> {
  if (seen === undefined || seen === revision) return;
  const entries = [];
  for (const filter of trail) entries.push(...(await auditPage(reader, { ...filter, limit: 1 })));
  const last = entries.toSorted((a, b) => b.seq - a.seq)[0];
  throw stale(what.en, what.zh, {
    by: last?.payload?.actor ?? '–',
    at: last?.at ?? 0,
    what: isMany && last?.payload ? namedFields(last.payload) : fieldsOf(last?.payload),
    revision,
  });
}

function namedFields(told: Told & { readonly subject: string }): string[] {
  const fields = fieldsOf(told);
  return fields.length === 0 ? [told.subject] : fields.map((field) => `${told.subject} ${field}`);
}

interface Told {
  readonly before: string | null;
  readonly after: string | null;
}

/** Those that an entry says to have changed. */
function fieldsOf(told: Told | null | undefined): string[] {
  const [old, fresh] = [told?.before, told?.after].map((text) => (JSON.parse(text ?? '{}') ?? {}) as Record<string, unknown>);
  return [...new Set([...Object.keys(old!), ...Object.keys(fresh!)])].filter(
    (key) => canonicalText(old![key] ?? null) !== canonicalText(fresh![key] ?? null),
  );
}
