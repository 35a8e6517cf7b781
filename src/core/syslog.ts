// An entry of the audit log as one message of the syslog protocol.
import type { AuditEntry } from './audit-chain.ts';

/** Facility 13 (log audit), severity 5 (notice): https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1 */
const PRIORITY = 13 * 8 + 5;
/** Collectors take 8 KiB by default; what is longer is cut, and its hash says what it was. */
const LONGEST_TEXT = 6_000;

/** No control characters; `"`, `\` and `]` are escaped: section 6.3.3. */
// oxlint-disable-next-line no-control-regex
const parameter = (text: string): string => text.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/["\\\]]/g, '\\$&');
/** Visible ASCII, no blanks: section 6. */
const word = (text: string, length: number): string => text.replace(/[^\x21-\x7e]/g, '_').slice(0, length) || '-';

/** RFC 5424. What an erasure of a person has removed is missing here, too. */
export function syslogMessage(entry: AuditEntry, host: string): string {
  const { payload } = entry;
  const said = { seq: String(entry.seq), actor: payload?.actor ?? '', subject: payload?.subject ?? '', hash: entry.hash };
  // 32473 is the number that RFC 5612 keeps for whoever has none.
  const data = `[audit@32473 ${Object.entries(said)
    .map(([name, value]) => `${name}="${parameter(value.slice(0, 200))}"`)
    .join(' ')}]`;
  const text = JSON.stringify({ before: payload?.before ?? null, after: payload?.after ?? null });
  const head = `<${PRIORITY}>1 ${new Date(entry.at).toISOString()} ${word(host, 255)} tributary - ${word(entry.action, 32)}`;
  return `${head} ${data} \ufeff${text.slice(0, LONGEST_TEXT).toWellFormed()}`;
}

/** On a stream each message follows its length in bytes: https://www.rfc-editor.org/rfc/rfc6587#section-3.4.1, https://www.rfc-editor.org/rfc/rfc5425#section-4.3 */
export function syslogFrame(message: string): Buffer {
  const bytes = Buffer.from(message);
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
}
