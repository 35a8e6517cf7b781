// What the demo plays on: a data folder of its own, a made-up company as .xlsx, a sandbox LDAP directory, three jobs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApp, type App } from '../cli/open-app.ts';
import { dataFolder, lockFolder, type DataFolder } from '../cli/data-folder.ts';
import { file } from '../connectors/file/index.ts';
import { ldap } from '../connectors/ldap/index.ts';
import type { Simulator } from '../connector-kit/contract.ts';
import { effectiveSettings, jobSettingsSchema, type JobSettingsInput } from '../core/job-settings.ts';
import { digest } from '../engine/shapes.ts';
import { type Company, makeCompany } from '../sandbox/company.ts';
import { writeCompanyFile } from '../sandbox/company-file.ts';
import { putConnection, putJob, putSealed } from '../store/jobs.ts';

export interface Stage {
  readonly folder: DataFolder;
  readonly hrFile: string;
  readonly exportFile: string;
  readonly simulator: Simulator;
  app: App;
  company: Company;
  readonly jobs: { hr: number; ldap: number; export: number };
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

export async function setStage(): Promise<Stage> {
  const root = mkdtempSync(join(tmpdir(), 'tributary-demo-'));
  const folder = dataFolder(join(root, 'data'));
  const hrFile = join(root, 'people.xlsx');
  const exportFile = join(root, 'phonebook.csv');
  const simulator = await ldap.simulate!({ options: { suffix: 'dc=xinghe,dc=example', sizeLimit: 100_000 } });
  let lock = lockFolder(folder, 'demo');
  let app = await openApp({ folder, key: null, log: () => {} });
  const stage: Stage = {
    folder,
    hrFile,
    exportFile,
    simulator,
    app,
    company: makeCompany({ people, departments, seed: SEED }),
    jobs: { hr: 0, ldap: 0, export: 0 },
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
      await simulator.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
  await stage.save(stage.company);
  await configure(stage);
  return stage;
}

async function configure(stage: Stage): Promise<void> {
  await connect(stage, 'hr', file, { use: 'read', path: stage.hrFile, settleSeconds: 0 });
  await connect(stage, 'ldap', ldap, stage.simulator.config);
  await connect(stage, 'phonebook', file, { use: 'write', path: stage.exportFile });
  const up = file.manifest.defaults.up!;
  stage.jobs.hr = await define(stage, {
    name: 'HR file',
    connection: 'hr',
    direction: 'up',
    correlation: up.correlation,
    mapping: {
      ...up.mapping,
      // Thirty people are called 张伟: the first is zhangwei, the next zhangwei2 …; kept for life, given to nobody else.
      person: [
        ...up.mapping.person!.filter((row) => row.target !== 'userName'),
        { target: 'userName', unique: ['${pinyin(displayName)}', '${pinyin(displayName)}{n}'], onEmpty: 'keep' },
      ],
    },
    policy: { leaver: { gone: 'delete' } },
  });
  stage.jobs.ldap = await define(stage, {
    name: 'LDAP',
    connection: 'ldap',
    direction: 'down',
    withoutRelations: ['member'],
    ...ldap.manifest.defaults.down,
    mapping: { department: ldap.manifest.defaults.down!.mapping.department!, person: ldap.manifest.defaults.down!.mapping.person! },
    policy: { leaver: { gone: 'delete' } },
  });
  const down = file.manifest.defaults.down!;
  stage.jobs.export = await define(stage, {
    name: 'Phone book',
    connection: 'phonebook',
    direction: 'down',
    correlation: down.correlation,
    withoutRelations: ['leader', 'member'],
    mapping: { department: down.mapping.department!, person: down.mapping.person! },
  });
}

async function connect(
  stage: Stage,
  id: string,
  connector: { manifest: { id: string } },
  config: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { password, ...open } = config;
  await stage.app.database.write(async (transaction) => {
    await putConnection(transaction, { id, connector: connector.manifest.id, name: id, config: JSON.stringify(open) });
    if (typeof password === 'string')
      await putSealed(transaction, `connection:${id}`, 'password', stage.app.engine.options.sealer.seal(password));
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
  await stage.app.engine.setJobState(id, 'enabled', 'demo');
  return id;
}
