// An installation to look at: a company of any size, a hundred jobs over sixty systems, and on them everything that can happen.
import { join } from 'node:path';
import { Attribute, Change, Client, EqualityFilter } from 'ldapts';
import { feishu } from '../../../src/connectors/feishu/index.ts';
import { simulate as simulateFeishu } from '../../../src/connectors/feishu/simulator.ts';
import { file } from '../../../src/connectors/file/index.ts';
import { ldap } from '../../../src/connectors/ldap/index.ts';
import { simulate as simulateScim } from '../../../src/connectors/scim/simulator.ts';
import type { Session } from '../../../src/cli/session.ts';
import { fillStudio } from '../../../src/demo/studio.ts';
import { makeCompany, type Company } from '../../../src/sandbox/company.ts';
import { writeCompanyFile } from '../../../src/sandbox/company-file.ts';
import { evolve } from '../../../src/sandbox/evolve.ts';
import type { WireInput } from '../../../src/server/api/wire.ts';
import { CLIENT, startProvider } from '../../support/oidc-provider.ts';
import { begin, type Served } from '../../support/server-process.ts';
import { connections, downstream, jobs } from './systems.ts';

/** Where pages of the installation are found: ids and numbers of what was made. */
export interface World {
  readonly jobs: { readonly hr: number; readonly studio: number; readonly ldap: number; readonly app: number; readonly crm: number };
  readonly runs: Readonly<Record<'first' | 'second' | 'dry' | 'failed' | 'partly' | 'app' | 'preview' | 'undone' | 'undo', number>>;
  readonly person: string;
  /** Two who have the same name. */
  readonly namesakes: readonly [string, string];
  readonly leaver: string;
  /** Entered by hand, with a list of values in an attribute of one's own. */
  readonly consultant: string;
  readonly department: string;
  readonly groups: { readonly list: string; readonly rule: string };
  readonly edit: number;
  stop(): Promise<void>;
}

export interface Size {
  readonly people: number;
  readonly jobs: number;
}

const SUFFIX = 'dc=xinghe,dc=example';
const DAY_LATER = {
  seed: 7,
  hires: 40,
  moves: 60,
  leavers: 18,
  renames: 6,
  vanish: 12,
  phoneChanges: 30,
  mailSwaps: 1,
  departmentRenames: 2,
};
/** Those whom LDAP has, and those whom the app has, by the first signs of their number. */
const LDAP_PEOPLE = '0015';
const APP_PEOPLE = '00151';
/** Somebody who has accounts, and leaves. */
const LEAVER = '001540';
/** Jobs that really run. */
const OWN_JOBS = 6;

/** Thirty of two thousand have the same name. */
const userName = (name: string) => ({
  target: 'userName',
  unique: [`\${pinyin(${name})}`, `\${pinyin(${name})}{n}`],
  onEmpty: 'keep' as const,
});

export async function fillWorld({ session, url }: Pick<Served, 'session' | 'url'>, folder: string, size: Size): Promise<World> {
  const list = join(folder, 'people.csv');
  const agency = join(folder, 'agency.csv');
  const [provider, directory, office, app] = [
    await startProvider({ site: url }),
    await ldap.simulate!({ options: { suffix: SUFFIX, sizeLimit: 100_000 } }),
    await simulateFeishu({}),
    await simulateScim({}),
  ];
  fillStudio(office);
  const company = makeCompany({ people: size.people, departments: Math.max(24, Math.round(size.people / 250)), seed: 20_260_105 });
  await writeCompanyFile(company, list);
  const workers = agencyOf(company);
  await writeCompanyFile(workers, agency);
  const known = company.people.filter((person) => person.employeeNumber.startsWith(APP_PEOPLE));
  // Accounts that were there before: some under the same address, some under a name alone.
  for (const [index, person] of known.slice(0, 8).entries())
    app.state.create('Users', {
      userName: index % 2 === 0 ? person.email : `old${index}@legacy.example`,
      displayName: person.name,
      ...(index % 2 === 0 && person.email ? { emails: [{ value: person.email, primary: true }] } : {}),
    });
  // One more for some who are found by their mail address.
  for (const person of known.filter((one) => one.email && one.phone).slice(0, 3))
    app.state.create('Users', {
      userName: `second.${person.employeeNumber}@legacy.example`,
      displayName: person.name,
      phoneNumbers: [{ value: person.phone, type: 'mobile' }],
    });
  await session.call('config.apply', {
    document: {
      connections: [
        {
          id: 'hr',
          connector: 'file',
          name: '人事系统导出',
          config: { use: 'read', path: list, departmentsPath: join(folder, 'people.departments.csv'), settleSeconds: 0 },
        },
        { id: 'studio', connector: 'feishu', name: '飞书 · 星河设计', config: { ...office.config, longConnection: false } },
        { id: 'ldap', connector: 'ldap', name: 'Headquarters LDAP', config: directory.config },
        { id: 'app', connector: 'scim', name: '审批系统', config: app.config },
        { id: 'agency', connector: 'file', name: '外包公司名单', config: { use: 'read', path: agency, settleSeconds: 0 } },
        { id: 'crm', connector: 'scim', name: 'CRM (credential expired)', config: { ...app.config, token: 'no longer good' } },
      ],
      jobs: [
        {
          name: '人事主数据',
          description: '每天凌晨由人事系统导出 The HR system writes this list every night.',
          owner: 'li.na@xinghe.example',
          connection: 'hr',
          direction: 'up',
          trigger: { kind: 'schedule', cron: '0 3 * * *' },
          policy: { leaver: { gone: 'delete' } },
          correlation: file.manifest.defaults.up!.correlation,
          mapping: {
            ...file.manifest.defaults.up!.mapping,
            person: [...file.manifest.defaults.up!.mapping.person!.filter((row) => row.target !== 'userName'), userName('displayName')],
          },
        },
        {
          name: 'Design studio',
          connection: 'studio',
          direction: 'up',
          part: { department: '' },
          trigger: { kind: 'event' },
          correlation: feishu.manifest.defaults.up!.correlation,
          mapping: {
            ...feishu.manifest.defaults.up!.mapping,
            person: [...feishu.manifest.defaults.up!.mapping.person!.filter((row) => row.target !== 'userName'), userName('name')],
          },
        },
        {
          name: 'Headquarters directory',
          description: 'Sign-in to Wi-Fi, printers and the file servers of the headquarters',
          connection: 'ldap',
          direction: 'down',
          withoutRelations: ['member'],
          ...ldap.manifest.defaults.down,
          mapping: {
            department: ldap.manifest.defaults.down!.mapping.department!,
            person: ldap.manifest.defaults.down!.mapping.person!,
          },
          policy: { leaver: { gone: 'delete' }, drift: { person: { title: 'report' } } },
          scope: { rules: { person: `employeeNumber != null && employeeNumber.startsWith("${LDAP_PEOPLE}")` } },
        },
        downstream('审批系统', 'app', APP_PEOPLE),
        {
          name: 'Agency workers',
          connection: 'agency',
          direction: 'up',
          correlation: file.manifest.defaults.up!.correlation,
          mapping: {
            ...file.manifest.defaults.up!.mapping,
            person: [...file.manifest.defaults.up!.mapping.person!.filter((row) => row.target !== 'userName'), userName('displayName')],
          },
        },
      ],
    },
  });
  const stop = async (): Promise<void> => void (await Promise.all([provider.stop(), directory.stop(), office.stop(), app.stop()]));
  const enable = (job: string) => session.call('job.state', { job, state: 'enabled', unseen: true });
  for (const job of ['人事主数据', 'Design studio', 'Headquarters directory', '审批系统', 'Agency workers']) await enable(job);
  const first = await ended(session, '人事主数据');
  await ended(session, 'Design studio');
  await confirm(session, await ended(session, 'Headquarters directory'));
  const edit = await byHand(session);
  const undone = await byHandAndBack(session);
  await ended(session, 'Agency workers');
  await writeCompanyFile({ ...workers, people: [] }, agency);
  await ended(session, 'Agency workers');
  // An edit is planned in every system below: the many come after it.
  await session.call('config.apply', {
    document: {
      connections: connections(folder),
      jobs: [downstream('CRM', 'crm', APP_PEOPLE), ...jobs(Math.max(0, size.jobs - OWN_JOBS))],
    },
  });
  await enable('CRM');
  await session.follow([(await session.call('match.start', { job: '审批系统' })).run], () => {});
  const inApp = await ended(session, '审批系统');
  const failed = await ended(session, 'CRM');
  await writeCompanyFile(spoiled(evolve(company, DAY_LATER).company), list);
  const dry = (await session.call('run.start', { job: '人事主数据', dryRun: true })).run;
  await session.follow([dry], () => {});
  const second = await ended(session, '人事主数据');
  await meddle(directory.config);
  directory.fault({ fault: 'refuse-write', on: 'write', times: 3 });
  const partly = await ended(session, 'Headquarters directory');
  const preview = (await session.call('undo.preview', { run: second, made: 'disable' })).run;
  await session.follow([preview], () => {});
  await desk(session);
  await session.call('oidc.change', {
    enabled: true,
    issuer: provider.issuer.origin,
    clientId: CLIENT.client_id,
    clientSecret: CLIENT.client_secret,
    name: 'Xinghe ID',
    scope: 'openid profile groups',
    roles: [
      { value: 'sync-admins', role: 'admin' },
      { value: 'it-support-of-the-headquarters-in-shanghai', role: 'operator' },
      { value: '内部审计', role: 'auditor' },
    ],
  });
  const places = await placesOf(session);
  return {
    jobs: await jobsOf(session),
    runs: { first, second, dry, failed, partly, app: inApp, preview, ...undone },
    ...places,
    edit,
    stop,
  };
}

/** Runs a job of everything; the number of the run, however it ended. */
async function ended(session: Session, job: string): Promise<number> {
  const run = await begin(session, job);
  const [view] = await session.follow([run], () => {});
  process.stderr.write(`${job}: ${view!.state}, ${JSON.stringify(view!.counts)}\n`);
  return run;
}

async function confirm(session: Session, run: number): Promise<void> {
  const { runs } = await session.call('held.decide', { decision: 'approve', run });
  await session.follow(runs, () => {});
}

/** What people enter by hand: groups, a person of the house, one who leaves again; the number of an edit that is not carried out yet. */
async function byHand(session: Session): Promise<number> {
  const apply = async (steps: WireInput<'edit.propose'>['steps']): Promise<void> => {
    const { id } = await session.call('edit.propose', { steps });
    await session.follow([(await session.call('edit.apply', { edit: id })).run], () => {});
  };
  await apply([
    {
      do: 'group.create',
      attributes: { name: '应急响应小组', description: 'On call around the clock' },
      members: ['001501', '001502', '001503', '001504', '001505'],
    },
    { do: 'group.create', attributes: { name: 'Everybody in Shanghai' }, rule: { departments: [], where: 'city == "上海"' } },
    {
      do: 'person.create',
      attributes: { displayName: '顾问 Ada Lovelace', userName: 'ada', email: 'ada@partner.example', title: 'Consultant' },
      departments: [{ department: 'D0003', primary: true }],
    },
    {
      do: 'person.create',
      attributes: { displayName: '临时访客甲', userName: 'guest1' },
      departments: [{ department: 'D0003', primary: true }],
    },
  ]);
  await apply([{ do: 'person.offboard', person: 'guest1' }]);
  await apply([{ do: 'person.delete', person: 'guest1' }]);
  const steps: WireInput<'edit.propose'>['steps'] = [
    { do: 'group.create', attributes: { name: '春季校招导师' }, members: ['001510', '001511'] },
    { do: 'person.edit', person: 'ada', attributes: { title: 'Senior consultant' } },
  ];
  return (await session.call('edit.propose', { steps })).id;
}

/** An edit, and the run that takes it back: what it brought back is kept. */
async function byHandAndBack(session: Session): Promise<Pick<World['runs'], 'undone' | 'undo'>> {
  const steps: WireInput<'edit.propose'>['steps'] = [{ do: 'person.edit', person: 'ada', attributes: { city: 'London' } }];
  const undone = (await session.call('edit.apply', { edit: (await session.call('edit.propose', { steps })).id })).run;
  await session.follow([undone], () => {});
  const undo = (await session.call('undo.start', { run: undone })).run;
  await session.follow([undo], () => {});
  return { undone, undo };
}

/** Those whom an agency lends, in a list of their own. */
const agencyOf = (company: Company): Company => ({
  ...company,
  people: company.people.slice(0, 4).map((person, index) => ({
    ...person,
    employeeNumber: `W000${index + 1}`,
    name: `外包${'甲乙丙丁'.charAt(index)}`,
    email: null,
    phone: null,
    managerNumber: null,
    departmentCodes: [],
  })),
});

/** Ten people rise; and rows as they come in real life: no name, a phone that is none, the mail address of somebody else, a manager who is not there. */
function spoiled(company: Company): Company {
  const wrong: Readonly<Record<string, Partial<Company['people'][number]>>> = {
    '001551': { phone: '12' },
    '001552': { email: 'not an address' },
    '001553': { managerNumber: '999999' },
    '001554': { email: company.people[560]?.email ?? null },
    '001555': { departmentCodes: ['D9999'] },
    '001556': { name: '' },
    [LEAVER]: { status: 'departed', endsAt: company.options.today },
  };
  const risen = (number: string): Partial<Company['people'][number]> => (number.startsWith('00152') ? { title: '高级工程师' } : {});
  return {
    ...company,
    people: company.people.map((person) => ({ ...person, ...risen(person.employeeNumber), ...wrong[person.employeeNumber] })),
  };
}

/** Somebody changes accounts in LDAP itself. */
async function meddle(config: Readonly<Record<string, unknown>>): Promise<void> {
  const client = new Client({ url: String(config.url) });
  await client.bind(String(config.bindDn), String(config.password));
  for (const [number, attribute] of [
    ['001531', 'title'],
    ['001532', 'title'],
    ['001533', 'mobile'],
  ] as const) {
    const { searchEntries } = await client.search(SUFFIX, {
      scope: 'sub',
      filter: new EqualityFilter({ attribute: 'employeeNumber', value: number }),
    });
    const modification = new Attribute({ type: attribute, values: [attribute === 'title' ? 'Changed by hand' : '+8615400000000'] });
    await client.modify(searchEntries[0]!.dn, new Change({ operation: 'replace', modification }));
  }
  await client.unbind();
}

/** What an administrator has on the desk: drafts, members, tokens, a channel, an attribute of one's own, an edit that is not carried out yet. */
async function desk(session: Session): Promise<void> {
  await session.call('draft.create', { kind: 'job', name: '新合同工导入', parts: { connection: 'hr', direction: 'up' } });
  await session.call('draft.create', { kind: 'job', name: 'Badge printers of the new building' });
  await session.call('draft.create', { kind: 'connection', name: '西区考勤', parts: { connector: 'scim' } });
  for (const [name, roles] of Object.entries({
    'wang.fang@xinghe.example': ['operator'],
    auditor: ['auditor'],
    'zhao-lei': ['approver', 'operator'],
  } as const))
    await session.call('account.invite', { name, roles: [...roles] });
  await session.call('token.create', { name: 'Nightly export', role: 'viewer', days: 90 });
  await session.call('token.create', { name: '监控脚本', role: 'operator', days: 30, connections: ['ldap'] });
  await session.call('lookup.put', { name: 'grades', rows: { P4: 'Engineer', P5: 'Senior engineer', P6: '专家工程师', M1: '主管' } });
  const [link] = (await session.call('link.list', { connection: 'ldap', type: 'person', limit: 1 })).links;
  await session.call('protected.add', {
    connection: 'ldap',
    accounts: [{ type: 'person', externalId: link!.externalId }],
    reason: '值班应急账号 Emergency account of IT',
  });
  await session.call('attribute.create', { type: 'person', name: 'badge', label: { en: 'Badge number', zh: '工牌号' } });
  await session.call('attribute.create', {
    type: 'person',
    name: 'spoken',
    label: { en: 'Languages spoken', zh: '会说的语言' },
    many: true,
  });
  const { id: known } = await session.call('edit.propose', {
    steps: [{ do: 'person.edit', person: 'ada', attributes: { spoken: ['中文', 'English', 'Deutsch'] } }],
  });
  await session.follow([(await session.call('edit.apply', { edit: known })).run], () => {});
  await session.call('channel.create', {
    id: 'mail',
    kind: 'email',
    name: '运维邮箱',
    language: 'zh',
    config: { host: 'mail.xinghe.example', from: 'tributary@xinghe.example' },
  });
  const settings = { welcome: { channel: 'mail', to: 'manager', address: ['privateEmail', 'email'], password: true } };
  await session.call('job.update', { job: 'Headquarters directory', settings });
}

async function placesOf(session: Session): Promise<Omit<World, 'jobs' | 'runs' | 'edit' | 'stop'>> {
  const one = async (operation: 'person.list' | 'department.list' | 'group.list', text: string): Promise<string> =>
    (await session.call(operation, { text })).objects[0]!.id;
  const namesakes = (await session.call('person.list', { text: '张伟' })).objects;
  return {
    person: await one('person.list', '001513'),
    namesakes: [namesakes[0]!.id, namesakes[1]!.id],
    leaver: await one('person.list', LEAVER),
    consultant: await one('person.list', 'ada@partner.example'),
    department: await one('department.list', 'D0003'),
    groups: { list: await one('group.list', '应急响应小组'), rule: await one('group.list', 'Everybody in Shanghai') },
  };
}

async function jobsOf(session: Session): Promise<World['jobs']> {
  const { jobs: all } = await session.call('job.list', {});
  const of = (connection: string): number => all.find((job) => job.connection === connection)!.id;
  return { hr: of('hr'), studio: of('studio'), ldap: of('ldap'), app: of('app'), crm: of('crm') };
}
