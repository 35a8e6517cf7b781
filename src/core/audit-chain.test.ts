// The chain names the first entry that was changed, left out, emptied or cut off, and still holds after an erasure.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHAIN_START, ERASE_ACTION, linkHash, payloadDigest, verifyChain, type AuditEntry, type AuditPayload } from './audit-chain.ts';

function chain(payloads: readonly (AuditPayload & { action?: string })[]): AuditEntry[] {
  let previous = CHAIN_START;
  return payloads.map(({ action = 'job.change', ...payload }, index) => {
    const salt = `salt-${index}`;
    const link = { seq: index + 1, at: 1000 + index, action, digest: payloadDigest(salt, payload) };
    previous = linkHash(previous, link);
    return { ...link, hash: previous, payload: { ...payload, salt } };
  });
}

const payload = fc.record({
  actor: fc.string(),
  subject: fc.string(),
  before: fc.option(fc.string()),
  after: fc.option(fc.string()),
});
const log = fc.array(payload, { minLength: 1, maxLength: 12 }).map(chain);

describe('the audit chain', () => {
  it('of untouched entries verifies, and its head is the last hash', async () => {
    await fc.assert(
      fc.asyncProperty(log, async (entries) => {
        expect(await verifyChain(entries, { last: entries.length })).toEqual({
          entries: entries.length,
          erased: 0,
          head: entries.at(-1)!.hash,
          broken: null,
        });
      }),
    );
  });

  it('names the first entry that was changed in any of its parts', async () => {
    const edits: readonly ((entry: AuditEntry) => AuditEntry)[] = [
      (entry) => ({ ...entry, at: entry.at + 1 }),
      (entry) => ({ ...entry, action: 'other' }),
      (entry) => ({ ...entry, digest: payloadDigest('x', entry.payload!) }),
      (entry) => ({ ...entry, payload: { ...entry.payload!, actor: `${entry.payload!.actor}!` } }),
      (entry) => ({ ...entry, payload: { ...entry.payload!, after: `${entry.payload!.after ?? ''}!` } }),
      (entry) => ({ ...entry, payload: null }),
    ];
    await fc.assert(
      fc.asyncProperty(log, fc.nat(), fc.constantFrom(...edits), async (entries, at, edit) => {
        const index = at % entries.length;
        const touched = entries.with(index, edit(entries[index]!));
        expect((await verifyChain(touched, { last: entries.length })).broken?.seq).toBe(index + 1);
      }),
    );
  });

  it('notices entries that were left out in the middle or cut off at the end', async () => {
    const entries = chain(['a', 'b', 'c'].map((actor) => ({ actor, subject: 's', before: null, after: null })));
    expect((await verifyChain(entries.toSpliced(1, 1), { last: 3 })).broken).toEqual({ seq: 2, fault: 'missing' });
    expect((await verifyChain(entries.slice(0, 2), { last: 3 })).broken).toEqual({ seq: 3, fault: 'cut-off' });
  });

  it('notices a log that was written anew, when somebody noted the head of the old one', async () => {
    const old = chain([{ actor: 'a', subject: 's', before: null, after: null }]);
    const forged = chain([{ actor: 'b', subject: 's', before: null, after: null }]);
    expect((await verifyChain(old, { last: 1, head: old[0]!.hash })).broken).toBeNull();
    expect((await verifyChain(forged, { last: 1, head: old[0]!.hash })).broken?.fault).toBe('head-unknown');
  });

  it('holds without the payloads that a later entry says were erased', async () => {
    const entries = chain([
      { actor: 'anna', subject: 'person:1', before: null, after: 'Zhang Wei' },
      { actor: 'bob', subject: 'erased', before: null, after: JSON.stringify({ entries: [1] }), action: ERASE_ACTION },
    ]);
    const erased = entries.with(0, { ...entries[0]!, payload: null });
    expect(await verifyChain(erased, { last: 2 })).toMatchObject({ entries: 2, erased: 1, broken: null });
  });
});
