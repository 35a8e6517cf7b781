// Signing in: who gets in, who does not, what a failed try costs, and when a session ends.
import { describe, expect, it } from 'vitest';
import { oidcSchema, type OidcSettings } from '../../core/oidc.ts';
import { getAccount, listAccounts, putAccount } from '../../store/accounts.ts';
import { account as accountRow } from '../../store/conformance/rows.ts';
import { getSession } from '../../store/sessions.ts';
import { performIn } from './acts.ts';
import { networkOf } from './attempts.ts';
import { IDLE_MS, isRefusal, SESSION_MS } from './context.ts';
import { secretHash } from './door.ts';
import { firstLink, inspectLink, makeLink } from './links.ts';
import { saveOidc } from './oidc-settings.ts';
import { admitted, GOOD, openBench, visitor, type Bench } from './sign-in-test-support.ts';
import { codeAt, stepAt } from './totp.ts';
import { visitOfSession } from './who.ts';

const signIn = (bench: Bench, name: string, password = GOOD, more: object = {}) =>
  bench.perform('sign-in', { ...visitor, name, password, ...more });
const refusedAs = async (result: Promise<object>): Promise<string> => {
  const known = await result;
  return isRefusal(known) ? known.refused : 'admitted';
};

async function withTotp(bench: Bench): Promise<{ account: string; secret: string; recoveryCodes: readonly string[] }> {
  const { session } = await bench.account('anna', ['admin']);
  const [account] = await listAccounts(bench.database);
  const { secret, sealed } = await bench.perform('totp.propose', {});
  const on = await bench.perform('totp.on', {
    ...visitor,
    account: account!.id,
    session,
    password: GOOD,
    sealed,
    code: codeAt(secret, stepAt(bench.clock.now)),
  });
  if (isRefusal(on)) throw new Error(on.label.en);
  bench.clock.now += 60_000;
  return { account: account!.id, secret, recoveryCodes: on.recoveryCodes };
}

describe('signing in with a password', () => {
  it('lets the right one in, whatever the case and width of the name', async () => {
    const bench = await openBench();
    await bench.account('Anna', ['operator']);
    const { session, stage } = admitted(await signIn(bench, ' ａnna '));
    expect(stage).toBe('full');
    expect(await visitOfSession(bench.database, session, bench.clock.now)).toMatchObject({ name: 'Anna', roles: ['operator'] });
  });

  it('answers the same to a wrong password, an unknown name and a disabled account', async () => {
    const bench = await openBench();
    await bench.account('anna', ['admin']);
    await bench.account('bob', ['viewer']);
    await bench.database.write((transaction) => transaction.run(`UPDATE account SET state = 'disabled' WHERE name = 'bob'`));
    const answers = [await signIn(bench, 'anna', 'wrong password!'), await signIn(bench, 'nobody'), await signIn(bench, 'bob')];
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ refused: 'wrong' });
  });

  it('gives a new session each time and ends the one the browser came with', async () => {
    const bench = await openBench();
    const planted = (await bench.account('anna', ['admin'])).session;
    const { session } = admitted(await signIn(bench, 'anna', GOOD, { previous: planted }));
    expect(session).not.toBe(planted);
    expect(await visitOfSession(bench.database, planted, bench.clock.now)).toBeNull();
    expect(await getSession(bench.database, session), 'the id itself is not stored').toBeUndefined();
    expect(await getSession(bench.database, secretHash(session))).toMatchObject({ stage: 'full' });
  });

  it('notes beginnings, refusals and ends in the audit log', async () => {
    const bench = await openBench();
    await bench.account('anna', ['admin']);
    await signIn(bench, 'anna', 'not the right one');
    await bench.perform('sign-out', { session: admitted(await signIn(bench, 'anna')).session });
    expect(await bench.actions()).toEqual(['link.invitation', 'session.begin', 'session.refused', 'session.begin', 'session.end']);
  });
});

describe('a session', () => {
  it('ends without use, and after its longest time even when used', async () => {
    const bench = await openBench();
    const { session } = await bench.account('anna', ['admin']);
    const began = bench.clock.now;
    const visit = (now: number) => visitOfSession(bench.database, session, now);
    expect(await visit(began + IDLE_MS - 1)).not.toBeNull();
    expect(await visit(began + IDLE_MS)).toBeNull();
    for (let now = began; now < began + SESSION_MS; now += IDLE_MS / 2) {
      bench.clock.now = now;
      const { touch } = (await visit(now))!;
      if (touch !== null) await bench.perform('session.touch', { hash: touch });
    }
    expect(await visit(began + SESSION_MS - 1)).not.toBeNull();
    expect(await visit(began + SESSION_MS)).toBeNull();
  });

  it('ends everywhere at once when its owner wishes, and elsewhere when the password changes', async () => {
    const bench = await openBench();
    const here = (await bench.account('anna', ['admin'])).session;
    const there = admitted(await signIn(bench, 'anna')).session;
    const [account] = await listAccounts(bench.database);
    const wanted = 'another battery staple horse';
    await bench.perform('password.change', { ...visitor, account: account!.id, session: here, password: GOOD, wanted });
    const alive = async (session: string) => (await visitOfSession(bench.database, session, bench.clock.now)) !== null;
    expect([await alive(here), await alive(there)]).toEqual([true, false]);
    expect(await refusedAs(signIn(bench, 'anna'))).toBe('wrong');
    await bench.perform('sign-out.everywhere', { account: account!.id });
    expect(await alive(here)).toBe(false);
  });

  it('of an account that was disabled, or whose roles changed, says so at the next request', async () => {
    const bench = await openBench();
    const { session } = await bench.account('anna', ['admin']);
    await bench.database.write((transaction) => transaction.run(`UPDATE account SET roles = '["viewer"]'`));
    expect((await visitOfSession(bench.database, session, bench.clock.now))?.roles).toEqual(['viewer']);
    await bench.database.write((transaction) => transaction.run(`UPDATE account SET state = 'disabled'`));
    expect(await visitOfSession(bench.database, session, bench.clock.now)).toBeNull();
  });
});

describe('trying passwords', () => {
  it('locks the account after five failures, longer each time, for the right password too', async () => {
    const bench = await openBench();
    await bench.account('anna', ['admin']);
    const tries = [];
    for (let n = 0; n < 6; n++) tries.push(await refusedAs(signIn(bench, 'anna', `guess number ${n}`)));
    expect(tries).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'wrong', 'locked']);
    expect(await refusedAs(signIn(bench, 'anna'))).toBe('locked');
    bench.clock.now += 30_000;
    expect(await refusedAs(signIn(bench, 'anna', 'guess again!'))).toBe('wrong');
    bench.clock.now += 30_000;
    expect(await refusedAs(signIn(bench, 'anna'))).toBe('locked');
    bench.clock.now += 30_001;
    expect(await refusedAs(signIn(bench, 'anna'))).toBe('admitted');
    expect(await refusedAs(signIn(bench, 'anna', 'guess'))).toBe('wrong');
  });

  it('is counted before it is looked at: a hundred at once are not a hundred tries', async () => {
    const bench = await openBench();
    await bench.account('anna', ['admin']);
    const tries = await Promise.all(Array.from({ length: 100 }, (_, n) => refusedAs(signIn(bench, 'anna', `guess number ${n}`))));
    expect(tries.filter((result) => result === 'wrong')).toHaveLength(5);
    expect(tries.filter((result) => result === 'locked')).toHaveLength(95);
  });

  it('from everywhere at once cannot pile up work; whoever was sent away has made no try', async () => {
    const bench = await openBench();
    await bench.account('anna', ['admin']);
    const crowd = Array.from({ length: 150 }, (_, n) =>
      refusedAs(signIn(bench, `user${n}`, 'a guess, no more', { address: `203.0.113.${n}` })),
    );
    const results = await Promise.all(crowd);
    const sentAway = results.filter((result) => result === 'locked').length;
    expect(sentAway).toBeGreaterThan(50);
    const counted = await bench.database.all('SELECT subject FROM attempt WHERE failures > 0');
    expect(counted).toHaveLength(2 * (150 - sentAway));
    expect(await refusedAs(signIn(bench, 'anna'))).toBe('admitted');
  });

  it('is answered in words by everything that works out a password: links, and what asks for the password again', async () => {
    const bench = await openBench();
    const { session } = await bench.account('anna', ['admin']);
    const [account] = await listAccounts(bench.database);
    const { secret: link } = await bench.database.write((transaction) =>
      makeLink(transaction, { kind: 'invitation', name: 'bob', roles: ['viewer'], by: 'test', now: bench.clock.now }),
    );
    const crowd = Array.from({ length: 60 }, (_, n) => [
      bench.perform('link.open', { ...visitor, link, name: 'bob', title: '', password: GOOD }),
      bench.perform('totp.off', { address: `203.0.113.${n}`, agent: '', account: account!.id, session, password: GOOD, code: '' }),
    ]).flat();
    const results = await Promise.all(crowd.map((one) => one.then((result) => ('refused' in result ? result.refused : 'done'))));
    expect(results).toContain('locked');
    expect(results).toContain('done');
    expect((await listAccounts(bench.database)).map((row) => row.name)).toEqual(['anna', 'bob']);
  });

  it('of many accounts locks the address, and nobody who comes from elsewhere', async () => {
    const bench = await openBench();
    await bench.account('anna', ['admin']);
    const tries = [];
    for (let n = 0; n < 40; n++) tries.push(await refusedAs(signIn(bench, `user${n}`, 'one password for all')));
    expect(tries.indexOf('locked')).toBe(30);
    expect(await refusedAs(signIn(bench, 'anna'))).toBe('locked');
    expect(await refusedAs(signIn(bench, 'anna', GOOD, { address: '198.51.100.9' }))).toBe('admitted');
  });

  it('counts an IPv6 network as one address, and an IPv4 address in its IPv6 form as itself', () => {
    expect(networkOf('2001:db8:1:2:aaaa::1')).toBe(networkOf('2001:db8:1:2:bbbb:0:0:9'));
    expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'));
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
  });
});

describe('the second step', () => {
  it('is asked for when codes are on; the first step alone opens nothing', async () => {
    const bench = await openBench();
    const { secret } = await withTotp(bench);
    const first = admitted(await signIn(bench, 'anna'));
    expect(first.stage).toBe('code');
    expect(await visitOfSession(bench.database, first.session, bench.clock.now)).toBeNull();
    const code = codeAt(secret, stepAt(bench.clock.now));
    const second = admitted(await bench.perform('sign-in.code', { ...visitor, session: first.session, code }));
    expect(second.session).not.toBe(first.session);
    expect(await visitOfSession(bench.database, second.session, bench.clock.now)).toMatchObject({ name: 'anna' });
    const third = admitted(await signIn(bench, 'anna'));
    expect(await refusedAs(bench.perform('sign-in.code', { ...visitor, session: third.session, code })), 'a used code').toBe('wrong');
  });

  it('takes each recovery code once', async () => {
    const bench = await openBench();
    const { recoveryCodes } = await withTotp(bench);
    const use = async (code: string) => {
      const { session } = admitted(await signIn(bench, 'anna'));
      return refusedAs(bench.perform('sign-in.code', { ...visitor, session, code }));
    };
    expect(recoveryCodes).toHaveLength(8);
    expect(await use(recoveryCodes[0]!.toLowerCase().replace('-', ' '))).toBe('admitted');
    expect(await use(recoveryCodes[0]!)).toBe('wrong');
    expect(await use(recoveryCodes[1]!)).toBe('admitted');
  });

  it('guessed at is locked like a password; signing in again with the password does not reset the count', async () => {
    const bench = await openBench();
    await withTotp(bench);
    const results = [];
    for (let n = 0; n < 6; n++) {
      const first = await signIn(bench, 'anna');
      if (isRefusal(first)) {
        results.push(first.refused);
        continue;
      }
      results.push(await refusedAs(bench.perform('sign-in.code', { ...visitor, session: first.session, code: '000000' })));
    }
    expect(results.filter((result) => result === 'wrong').length).toBeLessThanOrEqual(3);
    expect(results.at(-1)).toBe('locked');
  });

  it('is over after five minutes', async () => {
    const bench = await openBench();
    const { secret } = await withTotp(bench);
    const { session } = admitted(await signIn(bench, 'anna'));
    bench.clock.now += 5 * 60_000;
    const code = codeAt(secret, stepAt(bench.clock.now));
    expect(await refusedAs(bench.perform('sign-in.code', { ...visitor, session, code }))).toBe('wrong');
  });

  it('is switched off, and replaced, only with the password and a code of it or a recovery code', async () => {
    for (const isRecovery of [false, true]) {
      const bench = await openBench();
      const { account, secret, recoveryCodes } = await withTotp(bench);
      const off = (password: string, code: string) => bench.perform('totp.off', { ...visitor, account, session: '', password, code });
      bench.clock.now += 60_000;
      const right = isRecovery ? recoveryCodes[0]! : codeAt(secret, stepAt(bench.clock.now));
      expect(await off('a guess, no more', right)).toMatchObject({ refused: 'wrong' });
      expect(await off(GOOD, '')).toMatchObject({ refused: 'wrong' });
      const { secret: other, sealed } = await bench.perform('totp.propose', {});
      const own = { ...visitor, account, session: '', password: GOOD, sealed, code: codeAt(other, stepAt(bench.clock.now)) };
      expect(await bench.perform('totp.on', own)).toMatchObject({ refused: 'input' });
      expect((await getAccount(bench.database, account))?.totp).not.toBeNull();
      expect(await off(GOOD, right)).toEqual({ done: true });
      expect(admitted(await signIn(bench, 'anna')).stage).toBe('full');
    }
  });

  it('cannot be guessed by who has session and password: the tries at switching it off are counted', async () => {
    const bench = await openBench();
    const { account } = await withTotp(bench);
    const tries = [];
    for (let n = 0; n < 6; n++)
      tries.push(await refusedAs(bench.perform('totp.off', { ...visitor, account, session: '', password: GOOD, code: `00000${n}` })));
    expect(tries.at(-1)).toBe('locked');
  });
});

describe('links', () => {
  it('of the first start make an administrator once; a later start has none to give', async () => {
    const bench = await openBench();
    const early = (await firstLink(bench.context))!;
    const link = (await firstLink(bench.context))!;
    expect(await inspectLink(bench.database, early, bench.clock.now), 'replaced').toBeNull();
    const open = (name: string) => bench.perform('link.open', { ...visitor, link, name, title: 'Anna Li', password: GOOD });
    expect(await refusedAs(open('a b'))).toBe('input');
    const { session } = admitted(await open('anna'));
    expect(await visitOfSession(bench.database, session, bench.clock.now)).toMatchObject({ roles: ['admin'] });
    expect(await refusedAs(open('eve'))).toBe('link');
    expect(await firstLink(bench.context)).toBeNull();
  });

  it('are made at a start while the administrators there are come through a provider that lets none of them in', async () => {
    const bench = await openBench();
    const issuer = 'https://id.example.org';
    const provider = oidcSchema.parse({ enabled: true, issuer, clientId: 'tributary', roles: [{ value: 'admins', role: 'admin' }] });
    const save = (settings: OidcSettings) =>
      bench.database.write((transaction) => saveOidc(transaction, bench.context.sealer, settings, undefined));
    await bench.database.write((transaction) =>
      putAccount(transaction, accountRow('anna', { roles: ['admin'], issuer, subject: '7', password: null })),
    );
    await save(provider);
    expect(await firstLink(bench.context)).toBeNull();
    await save({ ...provider, enabled: false });
    expect(await firstLink(bench.context), 'switched off').not.toBeNull();
    await save({ ...provider, roles: [{ value: 'admins', role: 'viewer' }] });
    expect(await firstLink(bench.context), 'gives nobody the role').not.toBeNull();
    // What the environment sets wins over what is saved.
    const { enabled: _, ...fixed } = { ...provider, clientSecret: null };
    expect(await firstLink({ ...bench.context, oidcOfServer: fixed })).toBeNull();
    await save(provider);
    const link = await firstLink({ ...bench.context, oidcOfServer: { ...fixed, issuer: 'https://new.example.org' } });
    admitted(await bench.perform('link.open', { ...visitor, link: link!, name: 'bea', title: '', password: GOOD }));
    expect(await firstLink({ ...bench.context, oidcOfServer: { ...fixed, issuer: 'https://new.example.org' } }), 'bea can').toBeNull();
  });

  it('opened by two at the same time let one in', async () => {
    const bench = await openBench();
    const link = (await firstLink(bench.context))!;
    const open = (name: string) => refusedAs(bench.perform('link.open', { ...visitor, link, name, title: '', password: GOOD }));
    expect((await Promise.all([open('anna'), open('eve')])).sort()).toEqual(['admitted', 'link']);
    expect(await listAccounts(bench.database)).toHaveLength(1);
  });

  it('of an invitation cannot take over an account that is there', async () => {
    const bench = await openBench();
    await bench.account('anna', ['admin']);
    const { secret } = await bench.database.write((transaction) =>
      makeLink(transaction, { kind: 'invitation', roles: ['viewer'], by: 'x', now: bench.clock.now }),
    );
    expect(await refusedAs(bench.perform('link.open', { ...visitor, link: secret, name: 'ANNA', title: '', password: GOOD }))).toBe(
      'input',
    );
    expect((await listAccounts(bench.database)).map((row) => row.roles)).toEqual([['admin']]);
  });

  it('for a new password end all sessions, switch codes off, and expire', async () => {
    const bench = await openBench();
    const { account } = await withTotp(bench);
    const before = admitted(await signIn(bench, 'anna')).session;
    const reset = async () =>
      (
        await bench.database.write((transaction) =>
          makeLink(transaction, { kind: 'reset', account, roles: [], by: 'x', now: bench.clock.now }),
        )
      ).secret;
    const late = await reset();
    bench.clock.now += 24 * 3_600_000;
    const open = (link: string) =>
      bench.perform('link.open', { ...visitor, link, name: 'ignored', title: '', password: 'another battery staple' });
    expect(await refusedAs(open(late))).toBe('link');
    const { session } = admitted(await open(await reset()));
    expect(await visitOfSession(bench.database, before, bench.clock.now)).toBeNull();
    expect(await visitOfSession(bench.database, session, bench.clock.now)).toMatchObject({ name: 'anna' });
    expect((await getAccount(bench.database, account))?.totp).toBeNull();
  });
});

describe('what somebody else does to an account while its password is worked out', () => {
  const hand = 'UPDATE account SET';
  const deeds = {
    'is disabled': `${hand} state = 'disabled'`,
    'is given another password': `${hand} password = 'scrypt$256$8$1$AAAA$AAAA'`,
    'is removed': 'DELETE FROM account',
  };
  /** The deed is done between the look at the password and whatever is written for it. */
  const meddled = (bench: Bench, sql: string) => {
    let writes = 0;
    const write: typeof bench.database.write = async (work) => {
      if (++writes === 2) await bench.database.write((transaction) => transaction.run(sql));
      return bench.database.write(work);
    };
    return performIn({ ...bench.context, database: { ...bench.database, write } });
  };
  const rows = (bench: Bench) => bench.database.all('SELECT name, state, password, totp, roles FROM account');

  it.each(Object.entries(deeds))('is not undone, and nobody gets in: it %s', async (_, sql) => {
    for (const act of ['sign-in', 'password.change', 'totp.on', 'totp.off'] as const) {
      const bench = await openBench();
      const { session } = await bench.account('anna', ['admin']);
      const [account] = await listAccounts(bench.database);
      const { secret, sealed } = await bench.perform('totp.propose', {});
      const code = codeAt(secret, stepAt(bench.clock.now));
      const input = { ...visitor, name: 'anna', account: account!.id, session, password: GOOD, wanted: `${GOOD} new`, sealed, code };
      const result = meddled(bench, sql)(act, input);
      expect(await refusedAs(result), act).toBe('wrong');
      const after = await rows(bench);
      await bench.database.write((transaction) => transaction.run(sql));
      expect(after, act).toEqual(await rows(bench));
    }
  });

  it('stays: new roles are kept, and codes that were switched on are asked for', async () => {
    const bench = await openBench();
    await bench.account('anna', ['admin']);
    admitted(await meddled(bench, `${hand} roles = '["viewer"]'`)('sign-in', { ...visitor, name: 'anna', password: GOOD }));
    expect(await rows(bench)).toMatchObject([{ roles: '["viewer"]' }]);
    const sealed = bench.context.sealer.seal('A'.repeat(32));
    const step = await meddled(bench, `${hand} totp = '${sealed}'`)('sign-in', { ...visitor, name: 'anna', password: GOOD });
    expect([admitted(step).stage, await rows(bench)]).toMatchObject(['code', [{ totp: sealed }]]);
  });

  it('ends the second step, too: signed out everywhere in between, the code opens nothing', async () => {
    const bench = await openBench();
    const { secret } = await withTotp(bench);
    for (const sql of [`${hand} state = 'disabled'`, 'DELETE FROM session', `${hand} totp = NULL`]) {
      await bench.database.write(async (transaction) => {
        await transaction.run(`${hand} state = 'active'`);
        await transaction.run('DELETE FROM attempt');
      });
      const { session } = admitted(await signIn(bench, 'anna'));
      const code = codeAt(secret, stepAt(bench.clock.now));
      expect(await refusedAs(meddled(bench, sql)('sign-in.code', { ...visitor, session, code })), sql).toBe('wrong');
      bench.clock.now += 60_000;
    }
  });
});

describe('somebody whom a provider vouches for', () => {
  const outside = { ...visitor, issuer: 'https://id.example', subject: '7', name: 'anna', title: 'Anna Li', refresh: null };

  it('gets the roles of today, and none without a role', async () => {
    const bench = await openBench();
    expect(await refusedAs(bench.perform('sign-in.outside', { ...outside, roles: [] }))).toBe('role');
    const first = admitted(await bench.perform('sign-in.outside', { ...outside, roles: ['admin'] }));
    expect(await visitOfSession(bench.database, first.session, bench.clock.now)).toMatchObject({ name: 'anna', roles: ['admin'] });
    await bench.perform('sign-in.outside', { ...outside, roles: ['viewer'] });
    expect((await listAccounts(bench.database)).map((row) => [row.name, row.roles])).toEqual([['anna', ['viewer']]]);
    expect(await bench.actions()).toEqual(['account.create', 'session.begin', 'account.change', 'session.begin']);
    // Tried again without a role: signed out everywhere, and tokens of theirs stop, too.
    expect(await refusedAs(bench.perform('sign-in.outside', { ...outside, roles: [] }))).toBe('role');
    expect(await visitOfSession(bench.database, first.session, bench.clock.now)).toBeNull();
    expect((await listAccounts(bench.database)).map((row) => row.roles)).toEqual([[]]);
  });

  it('cannot look like a token, like this machine or like two lines, whatever the provider lets them call themselves', async () => {
    const bench = await openBench();
    const claimed = ['token:ci', 'cli:root', 'tributary', 'Anna Li', 'a\n2026-01-01 admin signed in', 'x\0y', '…', '张伟', 'q'.repeat(500)];
    for (const [n, name] of claimed.entries())
      await bench.perform('sign-in.outside', { ...outside, subject: String(n), name, title: `${name}\r\nBcc: x`, roles: ['viewer'] });
    const rows = await listAccounts(bench.database);
    const named = claimed.map((_, n) => rows.find((row) => row.subject === String(n))!.name);
    expect(named.map((name) => name.replace(/ \([0-9a-f]{6}\)$/, ' (…)'))).toEqual([
      'token-ci',
      'cli-root',
      'tributary (…)',
      'Anna-Li',
      'a-2026-01-01-admin-signed-in',
      'x-y',
      'somebody',
      '张伟',
      'q'.repeat(64),
    ]);
    for (const { title } of rows) expect(title).toMatch(/^\P{Cc}{1,200}$/u);
  });

  it('never becomes a local account of the same name, and has no password to sign in with', async () => {
    const bench = await openBench();
    await bench.account('anna', ['admin']);
    const { session } = admitted(await bench.perform('sign-in.outside', { ...outside, roles: ['viewer'] }));
    expect((await visitOfSession(bench.database, session, bench.clock.now))?.name).toMatch(/^anna \([0-9a-f]{6}\)$/);
    const names = (await listAccounts(bench.database)).map((row) => row.name);
    for (const name of names.filter((one) => one !== 'anna')) expect(await refusedAs(signIn(bench, name))).toBe('wrong');
  });
});
