// Promise 2 on real OpenLDAP servers: what is hidden, cut off or limited at the source takes nothing from anybody.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvidence } from '../../src/engine/context.ts';
import type { RunRow } from '../../src/store/runs.ts';
import { openPair, type Pair, type PairOptions, SOURCE } from '../../test/support/ldap-pair.ts';
import { slapdAvailable } from '../../test/servers/slapd.ts';

const available = slapdAvailable();
const READER = `dn.exact="cn=reader,ou=services,${SOURCE}"`;
const SIGN_IN = 'access to attrs=userPassword by anonymous auth by * none';
/** In slapd.conf a backslash means the next character. */
const quoted = (dn: string): string => `"${dn.replaceAll('\\', '\\\\')}"`;
const OPEN = [SIGN_IN, 'access to * by users read'];

/** A synced pair whose source is read by an ordinary account. */
async function openReader(people: number, more: Pick<PairOptions, 'engine' | 'atEnd'>): Promise<Pair> {
  const pair = await openPair({
    people,
    readAs: 'reader',
    source: { acl: OPEN },
    up: { policy: {} },
    down: { policy: { guard: { firstRun: { creates: 100_000 } } } },
    ...more,
  });
  await pair.sync();
  const again = await pair.sync();
  expect([again.up.counts.applied ?? 0, again.down.counts.applied ?? 0]).toEqual([0, 0]);
  return pair;
}

/** Everything that anybody outside could see: the directory and the target, and that nothing was written to either. */
async function state(pair: Pair) {
  const objects = await Promise.all(['person', 'department', 'group'].map((type) => pair.bench.objects(type)));
  const edges = await pair.bench.database.all('SELECT owner, relation, to_id FROM edge ORDER BY owner, relation, to_id');
  return { objects, edges, history: await pair.history(), target: pair.targetWorld(), writes: await pair.target.writes() };
}

const says = (run: RunRow): string =>
  [run.problem?.en ?? '', ...((run.evidence as RunEvidence | null)?.warnings ?? []).map((warning) => warning.en)].join('\n');

/** Twice, so that what a first look leaves open does not fall at the second one. */
async function runTwice(pair: Pair): Promise<RunRow> {
  const { up } = await pair.sync();
  await pair.bench.tick();
  await pair.bench.unpause();
  await pair.sync();
  return up;
}

describe.skipIf(!available.ok)('nobody is deleted, disabled or emptied', () => {
  // One pair for all: each test ends with the world as it was.
  let pair: Pair;
  const ends: (() => Promise<void> | void)[] = [];
  beforeAll(async () => {
    pair = await openReader(400, { atEnd: (end) => ends.unshift(end) });
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });

  it('when the access rules hide a department with everything in it', async () => {
    const before = await state(pair);
    const hidden = pair.company.departments[0]!;
    await pair.restart('source', {
      acl: [SIGN_IN, `access to dn.subtree=${quoted(hidden)} by ${READER} none by * none`, 'access to * by users read'],
    });
    const run = await runTwice(pair);
    expect(await state(pair)).toEqual(before);
    const held = await pair.bench.held();
    expect(held.length).toBeGreaterThan(100);
    expect([...new Set(held.map((row) => (JSON.parse(row.reason) as { en: string }).en))]).toEqual([
      'A department disappeared together with everything in it. This looks like a lost permission; a person must confirm.',
    ]);
    expect(run.state).toBe('warnings');
    // The right comes back: nothing is left of it.
    await pair.restart('source');
    await pair.sync();
    expect(await pair.bench.held()).toEqual([]);
    expect(await state(pair)).toEqual(before);
  }, 240_000);

  it('when the access rules hide the entry of a department, but not who is in it', async () => {
    const before = await state(pair);
    await pair.restart('source', {
      acl: [SIGN_IN, `access to dn.base=${quoted(pair.company.departments[1]!)} by * none`, 'access to * by users read'],
    });
    const run = await runTwice(pair);
    expect(await state(pair)).toEqual(before);
    expect(says(run)).toMatch(/The account may not see "ou=.*", although it sees entries below\. .* Nothing counts as missing\./);
    await pair.restart('source');
    await pair.sync();
    expect(await state(pair)).toEqual(before);
  }, 240_000);

  it('when the access rules hide an attribute of everybody', async () => {
    const before = await state(pair);
    await pair.restart('source', { acl: [SIGN_IN, `access to attrs=mobile by ${READER} none by * none`, 'access to * by users read'] });
    const run = await runTwice(pair);
    expect(await state(pair)).toEqual(before);
    expect(says(run)).toContain(
      'Nobody has a value in "mobile" any more, although 334 had one. It looks hidden by a right; the field is left as it is everywhere.',
    );
    await pair.restart('source');
    await pair.bench.unpause();
    await pair.sync();
    expect(await state(pair)).toEqual(before);
  }, 240_000);

  it('when the server stops at a size limit', async () => {
    const before = await state(pair);
    await pair.restart('source', { sizelimit: 300 });
    const run = await runTwice(pair);
    expect(await state(pair)).toEqual(before);
    expect(await pair.bench.held()).toEqual([]);
    expect(says(run)).toMatch(/account: The LDAP server returns only a limited number of entries .* Nothing counts as missing\./);
    await pair.restart('source');
    await pair.sync();
    expect(await state(pair)).toEqual(before);
  }, 240_000);

  it('when the server is killed in the middle of the people; the run goes on by itself when it is back', async () => {
    let batches = -1;
    const probe = (place: string): void => {
      // The first batches are departments; the people follow in pages of a thousand.
      if (place === 'read:batch' && batches >= 0 && ++batches === 2) large.kill('source');
    };
    const large: Pair = await openReader(1100, { engine: { probe } });
    const before = await state(large);
    batches = 0;
    const run = await large.bench.run(large.up);
    batches = -1;
    expect(run.state).toBe('waiting');
    expect(says(run)).toContain('The LDAP server cannot be reached or closed the connection.');
    await large.bench.run(large.down);
    expect(await state(large)).toEqual(before);
    expect(await large.bench.held()).toEqual([]);
    await large.restart('source');
    large.bench.clock.advance(3_600_000);
    const resumed = await large.bench.tick();
    expect(resumed.map((one) => [one.id, one.state])).toContainEqual([run.id, 'warnings']);
    await large.sync();
    expect(await state(large)).toEqual(before);
  }, 240_000);

  it('when the account may suddenly see nothing at all', async () => {
    const before = await state(pair);
    await pair.restart('source', {
      acl: [SIGN_IN, `access to dn.base="${SOURCE}" by users read`, `access to * by ${READER} none by * none`],
    });
    const run = await runTwice(pair);
    expect(await state(pair)).toEqual(before);
    expect(says(run)).toContain('The source shows no account at all, although 400 were known.');
    await pair.restart('source');
    await pair.sync();
    expect(await state(pair)).toEqual(before);
  }, 240_000);
});
