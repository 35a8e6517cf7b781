// Somebody is hired: they, or their manager, are told of the account once, with a password that works; nobody else ever sees it.
import { spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ldap } from '../../src/connectors/ldap/index.ts';
import type { MappingRowInput } from '../../src/core/mapping/rows.ts';
import type { AttributeSpec } from '../../src/core/model.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { noticeList } from '../../src/engine/operations/notices.ts';
import { createNotifier } from '../../src/engine/notify/notifier.ts';
import { saveInstallationNotices } from '../../src/engine/notify/settings.ts';
import { installationNoticesSchema } from '../../src/core/notices.ts';
import { putChannel } from '../../src/store/channels.ts';
import { slapdAvailable, startSlapd } from '../../test/servers/slapd.ts';
import { emptyTree, TARGET } from '../../test/support/ldap-pair.ts';
import { ldapsearch } from '../../test/support/ldif.ts';
import { startMailServer } from '../../test/support/mail-server.ts';
import { roomy } from '../../test/support/plain-scene.ts';
import { byNumber, PlainSystem, plainUp } from '../../test/support/plain-system.ts';
import { openWorkbench } from '../../test/support/workbench.ts';

const DAY = 86_400_000;

async function openOffice(
  welcome: { to?: 'person' | 'manager'; address?: string[]; password?: boolean },
  { connector = ldap, rows = [] }: { connector?: typeof ldap; rows?: readonly MappingRowInput[] } = {},
) {
  const server = await startSlapd({ suffix: TARGET, ldif: emptyTree(TARGET) });
  const mail = await startMailServer();
  const bench = await openWorkbench();
  const notifier = createNotifier(bench.engine);
  const logged: string[] = [];
  (bench.engine.options as { log: (event: string, fields?: object) => void }).log = (event, fields) =>
    void logged.push(`${event} ${JSON.stringify(fields)}`);
  onTestFinished(async () => {
    await notifier.close();
    await bench.close();
    await mail.stop();
    await server.stop();
  });
  const config = JSON.stringify({ host: '127.0.0.1', port: mail.port, security: 'none', from: 'sync@example.org' });
  await bench.database.write((transaction) => putChannel(transaction, { id: 'mail', kind: 'email', name: 'mail', language: 'en', config }));
  const hr = new PlainSystem('hr');
  hr.department('d', null, { code: 'D' });
  hr.person('1', 'd', { login: 'boss', mail: 'boss@example.org' });
  hr.person('2', 'd', { login: 'old' });
  await bench.connection('hr', hr.connector, {});
  const { rootDn: bindDn, password, url } = server;
  await bench.connection('target', connector, { url, bindDn, password, base: TARGET, folders: [`ou=services,${TARGET}`] });
  const policy = { guard: roomy };
  const up = await bench.job({ name: 'in', connection: 'hr', direction: 'up', mapping: plainUp(), correlation: byNumber.up, policy });
  const defaults = ldap.manifest.defaults.down!;
  const down = await bench.job({
    name: 'out',
    connection: 'target',
    direction: 'down',
    ...defaults,
    mapping: { ...defaults.mapping, person: [...defaults.mapping!.person!, ...rows] },
    policy,
    welcome: { channel: 'mail', ...welcome },
  });
  return {
    bench,
    hr,
    mail,
    notifier,
    logged,
    down,
    async flow() {
      await bench.run(up);
      const run = await bench.run(down);
      await notifier.pass();
      return run;
    },
    signsIn(uid: string, secret: string): boolean {
      const [entry] = ldapsearch(server, `(uid=${uid})`);
      return spawnSync('ldapwhoami', ['-x', '-H', url, '-D', entry!.dn, '-w', secret]).status === 0;
    },
    async inTheClear(text: string): Promise<readonly string[]> {
      const found: string[] = logged.filter((line) => line.includes(text));
      for (const table of ['change', 'notice', 'delivery', 'history', 'mirror', 'object', 'item', 'audit', 'link', 'staged'])
        for (const row of await bench.database.all<Record<string, unknown>>(`SELECT * FROM ${table}`))
          if (JSON.stringify(row).includes(text)) found.push(table);
      return found;
    },
  };
}

/** As systems describe themselves that make no account without a password. */
const insisting: typeof ldap = {
  ...ldap,
  async open(context) {
    const opened = await ldap.open(context);
    const sharper = (spec: AttributeSpec): AttributeSpec => (spec.kind === 'secret' ? { ...spec, required: true } : spec);
    return {
      ...opened,
      async describe(signal) {
        const said = await opened.describe!(signal);
        return { ...said, types: said.types!.map((type) => ({ ...type, attributes: type.attributes.map(sharper) })) };
      },
    };
  },
};

const passwordIn = (text: string): string => /Initial password: (\S+) /.exec(text)![1]!;

describe.skipIf(!slapdAvailable().ok)('a new account', () => {
  it('is announced once, to the person, with a password that works and that nothing here has kept; those of the first run are not', async () => {
    const { bench, hr, mail, flow, signsIn, inTheClear, notifier } = await openOffice({ address: ['email'], password: true });
    await flow();
    expect([mail.letters.length, signsIn('old', 'whatever')]).toEqual([0, false]);

    hr.person('3', 'd', { login: 'zhang', mail: 'zhang@example.org', name: '张伟' });
    await flow();
    expect(mail.letters.map(({ to, subject }) => ({ to, subject }))).toEqual([
      { to: ['zhang@example.org'], subject: 'New account in target' },
    ]);
    const { text } = mail.letters[0]!;
    expect(text).toContain('There is a new account for 张伟 in target.');
    expect(text).toContain('Sign-in name: zhang');
    const password = passwordIn(text);
    expect(password).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[-_.+=@%])[\w.+=@%-]{16}$/);
    expect([signsIn('zhang', password), signsIn('zhang', `${password}x`)]).toEqual([true, false]);
    expect(await inTheClear(password)).toEqual([]);
    expect(await bench.database.all('SELECT id FROM notice WHERE secret IS NOT NULL')).toEqual([]);
    expect(await bench.database.all('SELECT id FROM change WHERE secrets IS NOT NULL')).toEqual([]);
    expect(await inTheClear('zhang@example.org')).not.toContain('delivery');

    // Changes, and a job that is run again, are nothing to tell.
    hr.set('person', '3', { title: 'engineer' });
    await flow();
    await flow();
    await notifier.pass();
    expect(mail.letters).toHaveLength(1);
  });

  it('waits for an address, and is announced to the manager where the job says so; its list shows whom, never what', async () => {
    const { bench, hr, mail, flow, notifier, signsIn } = await openOffice({ to: 'manager', address: ['email'], password: true });
    await flow();
    hr.person('3', 'd', { login: 'li', manager: '1' });
    hr.set('person', '1', { mail: null });
    await flow();
    expect(mail.letters).toEqual([]);
    const context = { reader: bench.database, connectors: new Map(), now: () => bench.clock.now() };
    const shown = async () => (await noticeList.answer(context, { kind: 'account-created', limit: 50 })).notices;
    const [waiting] = await shown();
    expect(waiting!.deliveries[0]).toMatchObject({ state: 'queued', attempts: 1 });
    expect(waiting!.deliveries[0]!.error!.en).toContain('no manager with an address');
    expect(waiting).toMatchObject({ person: { title: 'Person 3' }, deliveries: [{ recipient: null, to: 'manager' }] });
    const about = async (person: string) => (await noticeList.answer(context, { person, limit: 50 })).notices.map(({ id }) => id);
    expect(await about(waiting!.person!.id)).toEqual([waiting!.id]);
    expect(await about('00000000-0000-7000-8000-000000000000')).toEqual([]);

    hr.set('person', '1', { mail: 'boss@example.org' });
    await flow();
    bench.clock.advance(DAY / 24);
    await notifier.pass();
    expect(mail.letters.map(({ to }) => to)).toEqual([['boss@example.org']]);
    const password = passwordIn(mail.letters[0]!.text);
    expect(signsIn('li', password)).toBe(true);
    expect(JSON.stringify(await shown())).not.toContain(password);
  });

  it('made by a process that died before it heard the answer has the password that is told afterwards', async () => {
    const { bench, hr, mail, flow, notifier, signsIn, down } = await openOffice({ address: ['email'], password: true });
    await flow();
    hr.person('3', 'd', { login: 'zhao', mail: 'zhao@example.org' });
    await bench.run(down - 1);
    const stop = new AbortController();
    const dying = createEngine({ ...bench.engine.options, probe: (at) => void (at === 'apply:called' && stop.abort('stop')) });
    await dying.enqueue({ job: down, mode: 'full', actor: 'test' });
    await dying.drain(stop.signal);
    await bench.database.write((transaction) =>
      transaction.run(
        `UPDATE change SET state = 'sent' WHERE state IN ('unknown', 'applied') AND action = 'create' AND target_key IS NULL`,
      ),
    );
    bench.clock.advance(600_000);
    await bench.engine.drain();
    await notifier.pass();
    expect(mail.letters.map(({ to }) => to)).toEqual([['zhao@example.org']]);
    expect(signsIn('zhao', passwordIn(mail.letters[0]!.text))).toBe(true);
  });

  it.each([
    ['a row of the mapping gives it', { rows: [{ target: 'userPassword', cel: '"Company-" + employeeNumber' }] }],
    ['the system insists on one', { connector: insisting }],
  ])('is announced without its password where the job tells none and %s', async (_, how) => {
    const { hr, mail, flow, signsIn, inTheClear } = await openOffice({ address: ['email'], password: false }, how);
    await flow();
    hr.person('3', 'd', { login: 'zhang', mail: 'zhang@example.org', number: '77', name: '张伟' });
    await flow();
    expect(mail.letters).toHaveLength(1);
    expect(mail.letters[0]!.text).toContain('Sign-in name: zhang');
    expect(mail.letters[0]!.text).not.toMatch(/password: \S/i);
    expect(await inTheClear('Company-77')).toEqual([]);
    if ('rows' in how) expect(signsIn('zhang', 'Company-77')).toBe(true);
  });

  it('says what the administrator wrote, and nothing of a password where none was given', async () => {
    const { bench, hr, mail, flow } = await openOffice({ address: ['email'] });
    await bench.database.write((transaction) =>
      saveInstallationNotices(
        transaction,
        installationNoticesSchema.parse({
          texts: { 'account-created': { en: { subject: 'Welcome, {name}', body: 'You sign in as {account}.\nPassword: {password}' } } },
        }),
      ),
    );
    await flow();
    hr.person('3', 'd', { login: 'wang', mail: 'wang@example.org', name: '王芳' });
    await flow();
    expect(mail.letters.map(({ subject, text }) => [subject, text.trim()])).toEqual([['Welcome, 王芳', 'You sign in as wang.']]);
  });
});

it('own words with a placeholder that does not exist are refused, with those that do', () => {
  const told = installationNoticesSchema.safeParse({ texts: { 'account-created': { en: { subject: 'x', body: '{secret}' } } } });
  expect(told.error!.issues[0]!.message).toBe(
    '{secret} is nothing that this text can be filled with. There are: {name}, {account}, {password}, {connection}',
  );
});
