// A real OpenLDAP server with accounts, and an HR file that knows less than they do: what it has no column for stays.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { file } from '../../src/connectors/file/index.ts';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { slapdAvailable, startSlapd } from '../../test/servers/slapd.ts';
import { ask } from '../../test/support/asking.ts';
import { emptyTree, roomy, TARGET } from '../../test/support/ldap-pair.ts';
import { ldapsearch, line } from '../../test/support/ldif.ts';
import { openWorkbench } from '../../test/support/workbench.ts';

const available = slapdAvailable();
const PEOPLE = `ou=people,${TARGET}`;

/** What the file has no column for; the manager is another account. */
const own = {
  givenName: '一',
  telephoneNumber: '+86 10 5555 0001',
  employeeType: 'staff',
  l: '上海',
  physicalDeliveryOfficeName: '3-201',
  preferredLanguage: 'zh',
  roomNumber: '201',
  manager: `uid=li.er,${PEOPLE}`,
};

const account = (uid: string, values: Readonly<Record<string, string>>): string =>
  [
    line('dn', `uid=${uid},${PEOPLE}`),
    ...Object.entries({ objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid, ...values }).map(([name, value]) => line(name, value)),
  ].join('\n');

describe.skipIf(!available.ok)('accounts that were in LDAP before', () => {
  it('keep what no column of the HR file speaks of, also in later runs; a cell that is empty takes its value away', async () => {
    const bench = await openWorkbench();
    onTestFinished(() => bench.close());
    const people = `dn: ${PEOPLE}\nobjectClass: organizationalUnit\nou: people`;
    const old = [
      account('wang.yi', { employeeNumber: 'N1', title: 'Clerk', mobile: '+86 138 0000 0001', ...own }),
      account('li.er', { employeeNumber: 'N2', title: 'Clerk', telephoneNumber: '+86 10 5555 0002' }),
      account('backup', { title: 'Machine' }),
    ];
    const server = await startSlapd({ suffix: TARGET, ldif: [emptyTree(TARGET).trim(), people, ...old].join('\n\n') });
    onTestFinished(() => server.stop());
    const path = join(bench.folder, 'people.csv');
    const write = (...rows: readonly string[]): void => writeFileSync(path, ['工号,姓名,登录名,部门,职位,手机', ...rows].join('\n'));
    write('N1,王一,wang.yi,研发部,工程师,13800000001', 'N2,李二,li.er,研发部,,', 'N3,孙三,sun.san,研发部,工程师,13800000003');
    await bench.connection('hr', file, { path, settleSeconds: 0 });
    await bench.connection('ldap', ldap, {
      url: server.url,
      bindDn: server.rootDn,
      password: server.password,
      base: TARGET,
      layout: 'flat',
      peopleIn: PEOPLE,
    });
    const policy = { guard: roomy };
    const up = await bench.job({ name: 'HR', connection: 'hr', direction: 'up', ...file.manifest.defaults.up!, policy });
    const down = await bench.job({ name: 'LDAP', connection: 'ldap', direction: 'down', ...ldap.manifest.defaults.down!, policy });
    // No row of the mapping is a department: beside the rows it is said where it stands.
    const { relations } = await ask({ bench }, 'mapping.preview', { connection: 'ldap', direction: 'down', rows: [] });
    expect(relations).toMatchObject([
      { name: 'membership', place: { en: 'the attribute departmentNumber, which holds the ou of the department' } },
    ]);
    const sync = async () => {
      await bench.run(up);
      const run = await bench.run(down);
      await bench.approveAll();
      return run;
    };
    const shown = (uid: string): Readonly<Record<string, string>> =>
      Object.fromEntries([...ldapsearch(server, `(uid=${uid})`)[0]!.values].map(([name, [value]]) => [name, value!]));
    const lower = (values: object): object =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));

    await sync();
    expect(shown('wang.yi')).toMatchObject({ ...lower(own), displayname: '王一', title: '工程师', departmentnumber: '研发部' });
    expect(shown('li.er')).toMatchObject({ telephonenumber: '+86 10 5555 0002', departmentnumber: '研发部' });
    // The file has a column of titles, and this cell is empty.
    expect(shown('li.er').title).toBeUndefined();
    expect(shown('sun.san')).toMatchObject({ title: '工程师' });
    expect(Object.keys(shown('sun.san'))).not.toContain('telephonenumber');
    expect(shown('backup').title).toBe('Machine');

    expect((await sync()).counts.applied ?? 0).toBe(0);
    write('N1,王一,wang.yi,研发部,经理,13800000001', 'N2,李二,li.er,市场部,,', 'N3,孙三,sun.san,研发部,工程师,13800000003');
    await sync();
    expect(shown('wang.yi')).toMatchObject({ ...lower(own), title: '经理' });
    expect(shown('li.er')).toMatchObject({ telephonenumber: '+86 10 5555 0002', departmentnumber: '市场部' });
  });
});
