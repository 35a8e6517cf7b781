// What the demo plays on: a data folder of its own, a company as .xlsx, a studio in a sandbox Feishu, sandbox LDAP and SCIM app, five jobs.
import { join } from 'node:path';
import type { z } from 'zod';
import { openApp, type App } from '../cli/open-app.ts';
import { dataFolder, lockFolder, type DataFolder } from '../cli/data-folder.ts';
import { feishu } from '../connectors/feishu/index.ts';
import { simulate as simulateFeishu, type FeishuSimulator } from '../connectors/feishu/simulator.ts';
import { file } from '../connectors/file/index.ts';
import { ldap } from '../connectors/ldap/index.ts';
import { scim } from '../connectors/scim/index.ts';
import { simulate as simulateScim, type ScimSimulator } from '../connectors/scim/simulator.ts';
import type { EventReply, IncomingEvent, Simulator } from '../connector-kit/contract.ts';
import { secretFields } from '../connector-kit/define.ts';
import { effectiveSettings, jobSettingsSchema, type JobSettingsInput } from '../core/job-settings.ts';
import type { MappingRowInput } from '../core/mapping/rows.ts';
import { digest } from '../engine/shapes.ts';
import { type Company, makeCompany } from '../sandbox/company.ts';
import { writeCompanyFile } from '../sandbox/company-file.ts';
import { putConnection, putJob, putSealed } from '../store/jobs.ts';
import { fillStudio } from './studio.ts';

export interface Stage {
  readonly folder: DataFolder;
  readonly hrFile: string;
  readonly exportFile: string;
  readonly simulator: Simulator;
  readonly feishu: FeishuSimulator;
  readonly scim: ScimSimulator;
  app: App;
  company: Company;
  readonly jobs: { hr: number; feishu: number; ldap: number; scim: number; export: number };
  /** Carries out what was begun before, then `work`: of two that use the store at once, one would be in the way of the other. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Takes an event of a sandbox and answers it; what it names is looked at in its turn. */
  receive(connection: string, event: IncomingEvent): Promise<EventReply>;
  /** Called when everything that events named has been looked at. */
  onHeard: () => void;
  /** Writes the company to the HR file, as the HR department would save it. */
  save(company: Company): Promise<void>;
  /** Closes the store, so that another process can work in the folder. */
  release(): Promise<void>;
  reopen(): Promise<void>;
  end(): Promise<void>;
}

export const people = 2000;
export const departments = 120;
const SEED = 20260105;
/** Cost centre of the studio: what the app's scope asks for. */
const STUDIO = 'studio';

/** As the console shows them: connections, then jobs. */
const names = {
  en: {
    ldap: 'Sandbox LDAP',
    feishu: 'Sandbox Feishu',
    app: 'Sandbox app',
    hrJob: 'HR file',
    feishuJob: 'Feishu',
    ldapJob: 'LDAP',
    appJob: 'SCIM app',
    bookJob: 'Phone book',
  },
  zh: {
    ldap: '沙箱 LDAP',
    feishu: '沙箱飞书',
    app: '沙箱应用',
    hrJob: '人事文件',
    feishuJob: '飞书',
    ldapJob: 'LDAP 目录',
    appJob: 'SCIM 应用',
    bookJob: '通讯录',
  },
} as const;
type Names = (typeof names)['en' | 'zh'];

/** @param root  a folder of the demo's own, for everything it keeps */
export async function setStage(root: string, language: keyof typeof names): Promise<Stage> {
  const folder = dataFolder(join(root, 'data'));
  const hrFile = join(root, 'people.xlsx');
  const exportFile = join(root, 'phonebook.csv');
  const simulator = await ldap.simulate!({ options: { suffix: 'dc=xinghe,dc=example', sizeLimit: 100_000 } });
  const feishuSandbox = await simulateFeishu({});
  fillStudio(feishuSandbox);
  const scimSandbox = await simulateScim({});
  let lock = lockFolder(folder, 'demo');
  let app = await openApp({ folder, key: null, log: () => {} });
  let turn: Promise<unknown> = Promise.resolve();
  const stage: Stage = {
    folder,
    hrFile,
    exportFile,
    simulator,
    feishu: feishuSandbox,
    scim: scimSandbox,
    app,
    company: makeCompany({ people, departments, seed: SEED }),
    jobs: { hr: 0, feishu: 0, ldap: 0, scim: 0, export: 0 },
    inTurn(work) {
      const done = turn.then(work);
      turn = done.catch(() => {});
      return done;
    },
    async receive(connection, event) {
      const reply = await stage.app.engine.receive(connection, event);
      void stage
        .inTurn(() => stage.app.engine.drain())
        .then(() => stage.onHeard())
        // The demo ended meanwhile, and its store is closed.
        .catch(() => {});
      return reply;
    },
    onHeard: () => {},
    async save(company) {
      stage.company = company;
      await writeCompanyFile(company, hrFile);
    },
    async release() {
      await app.close();
      lock.release();
    },
    async reopen() {
      lock = lockFolder(folder, 'demo');
      app = await openApp({ folder, key: null, log: () => {} });
      stage.app = app;
    },
    async end() {
      await app.close().catch(() => {});
      lock.release();
      await Promise.all([simulator.stop(), feishuSandbox.stop(), scimSandbox.stop()]);
    },
  };
  await stage.save(stage.company);
  await configure(stage, names[language]);
  return stage;
}

/** Thirty people are called 张伟: the first is zhangwei, the next zhangwei2 …; kept for life, given to nobody else. */
const userName = (name: string): MappingRowInput => ({
  target: 'userName',
  unique: [`\${pinyin(${name})}`, `\${pinyin(${name})}{n}`],
  onEmpty: 'keep',
});

async function configure(stage: Stage, name: Names): Promise<void> {
  await connect(stage, 'hr', 'people.xlsx', file, { use: 'read', path: stage.hrFile, settleSeconds: 0 });
  await connect(stage, 'ldap', name.ldap, ldap, stage.simulator.config);
  await connect(stage, 'phonebook', 'phonebook.csv', file, { use: 'write', path: stage.exportFile });
  await connect(stage, 'feishu', name.feishu, feishu, { ...stage.feishu.config, longConnection: false });
  await connect(stage, 'app', name.app, scim, stage.scim.config);
  const up = file.manifest.defaults.up!;
  stage.jobs.hr = await define(stage, {
    name: name.hrJob,
    connection: 'hr',
    direction: 'up',
    correlation: up.correlation,
    mapping: {
      ...up.mapping,
      person: [...up.mapping.person!.filter((row) => row.target !== 'userName'), userName('displayName')],
    },
    policy: { leaver: { gone: 'delete' } },
  });
  const studio = feishu.manifest.defaults.up!;
  stage.jobs.feishu = await define(stage, {
    name: name.feishuJob,
    connection: 'feishu',
    part: { department: '' },
    direction: 'up',
    trigger: { kind: 'event' },
    correlation: studio.correlation,
    mapping: {
      ...studio.mapping,
      person: [
        ...studio.mapping.person!.filter((row) => row.target !== 'userName'),
        userName('name'),
        { target: 'costCenter', constant: STUDIO },
      ],
    },
  });
  stage.jobs.ldap = await define(stage, {
    name: name.ldapJob,
    connection: 'ldap',
    direction: 'down',
    withoutRelations: ['member'],
    ...ldap.manifest.defaults.down,
    mapping: { department: ldap.manifest.defaults.down!.mapping.department!, person: ldap.manifest.defaults.down!.mapping.person! },
    policy: { leaver: { gone: 'delete' } },
  });
  stage.jobs.scim = await define(stage, {
    name: name.appJob,
    connection: 'app',
    direction: 'down',
    trigger: { kind: 'event' },
    ...scim.manifest.defaults.down!,
    scope: { rules: { person: `costCenter == "${STUDIO}"` } },
  });
  const down = file.manifest.defaults.down!;
  stage.jobs.export = await define(stage, {
    name: name.bookJob,
    connection: 'phonebook',
    direction: 'down',
    correlation: down.correlation,
    withoutRelations: ['leader', 'member'],
    mapping: { department: down.mapping.department!, person: down.mapping.person! },
  });
  // The app's job lives by events: enabled now, it would follow every batch of the very first run.
  for (const job of [stage.jobs.hr, stage.jobs.feishu, stage.jobs.ldap, stage.jobs.export]) await enable(stage, job);
}

export const enable = (stage: Stage, job: number): Promise<void> => stage.app.engine.setJobState(job, 'enabled', 'demo');

async function connect(
  stage: Stage,
  id: string,
  name: string,
  { manifest }: { readonly manifest: { readonly id: string; readonly config: z.ZodType } },
  config: Readonly<Record<string, unknown>>,
): Promise<void> {
  const secrets = new Set(secretFields(manifest.config));
  const entries = Object.entries(config);
  const open = Object.fromEntries(entries.filter(([name]) => !secrets.has(name)));
  await stage.app.database.write(async (transaction) => {
    await putConnection(transaction, { id, connector: manifest.id, name, config: JSON.stringify(open) });
    for (const [field, value] of entries)
      if (secrets.has(field)) await putSealed(transaction, `connection:${id}`, field, stage.app.engine.options.sealer.seal(String(value)));
  });
}

async function define(stage: Stage, input: JobSettingsInput): Promise<number> {
  const settings = jobSettingsSchema.parse(input);
  const id = await stage.app.database.write((transaction) =>
    putJob(transaction, {
      name: settings.name,
      connection: settings.connection,
      direction: settings.direction,
      rank: settings.rank,
      settings: JSON.stringify(settings),
      effectiveHash: digest(effectiveSettings(settings)),
      now: Date.now(),
      by: 'demo',
    }),
  );
  return id;
}
