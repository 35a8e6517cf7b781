// The audit log as a chain: each entry's hash covers the one before, over salted digests, so that a payload can be erased and the chain still verifies.
import { hash } from 'node:crypto';

/** What an entry says of people and settings; it can be erased. */
export interface AuditPayload {
  readonly actor: string;
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What stays for ever. */
export interface AuditLink {
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
  readonly action: string;
  /** Of payload and salt: without the salt nobody can find out what it was by trying. */
  readonly digest: string;
  readonly hash: string;
}

export interface AuditEntry extends AuditLink {
  /** null = erased. */
  readonly payload: (AuditPayload & { readonly salt: string }) | null;
}

/** The hash "before" the first entry. */
export const CHAIN_START = '0'.repeat(64);
/** The action whose payload names the entries that it erased. */
export const ERASE_ACTION = 'person.erase';

export const payloadDigest = (salt: string, payload: AuditPayload): string =>
  hash('sha256', JSON.stringify([salt, payload.actor, payload.subject, payload.before, payload.after]));

export const linkHash = (previous: string, link: Omit<AuditLink, 'hash'>): string =>
  hash('sha256', JSON.stringify([previous, link.seq, link.at, link.action, link.digest]));

export type AuditFault = 'missing' | 'altered' | 'payload-altered' | 'payload-missing' | 'cut-off' | 'head-unknown';

export interface AuditVerdict {
  readonly entries: number;
  readonly erased: number;
  /** Hash of the last entry: whoever notes it down can prove later that nothing before it was changed. */
  readonly head: string;
  readonly broken: { readonly seq: number; readonly fault: AuditFault } | null;
}

export interface AuditProof {
  /** The number the next entry would follow: what is cut off at the end shows here. */
  readonly last: number;
  /** A head noted down earlier; it must still be in the chain. */
  readonly head?: string | undefined;
}

/** Goes through the entries in order of seq; ends at the first that is broken. */
export async function verifyChain(entries: AsyncIterable<AuditEntry> | Iterable<AuditEntry>, proof: AuditProof): Promise<AuditVerdict> {
  let previous = CHAIN_START;
  let seq = 0;
  let erased = 0;
  let isHeadKnown = proof.head === undefined || proof.head === CHAIN_START;
  const emptied = new Set<number>();
  const verdict = (broken: AuditVerdict['broken']): AuditVerdict => ({ entries: seq, erased, head: previous, broken });
  for await (const entry of entries) {
    if (entry.seq !== seq + 1) return verdict({ seq: seq + 1, fault: 'missing' });
    if (linkHash(previous, entry) !== entry.hash) return verdict({ seq: entry.seq, fault: 'altered' });
    if (!entry.payload) {
      erased += 1;
      emptied.add(entry.seq);
    } else if (payloadDigest(entry.payload.salt, entry.payload) !== entry.digest) {
      return verdict({ seq: entry.seq, fault: 'payload-altered' });
    } else if (entry.action === ERASE_ACTION) {
      for (const one of erasedBy(entry.payload.after)) emptied.delete(one);
    }
    previous = entry.hash;
    seq = entry.seq;
    isHeadKnown ||= entry.hash === proof.head;
  }
  const [unexplained] = emptied;
  if (unexplained !== undefined) return verdict({ seq: unexplained, fault: 'payload-missing' });
  if (seq !== proof.last) return verdict({ seq: seq + 1, fault: 'cut-off' });
  if (!isHeadKnown) return verdict({ seq, fault: 'head-unknown' });
  return verdict(null);
}

function erasedBy(after: string | null): readonly number[] {
  const said = JSON.parse(after ?? '{}') as { entries?: readonly number[] };
  return said.entries ?? [];
}
