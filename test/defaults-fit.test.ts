// A job that is defined without a mapping gets one that its system can do, whatever kind of system it is.
import { describe, expect, it } from 'vitest';
import { createPace } from '../src/connector-kit/http/pace.ts';
import type { Connector } from '../src/connector-kit/contract.ts';
import { feishu } from '../src/connectors/feishu/index.ts';
import { ldap } from '../src/connectors/ldap/index.ts';
import { scim } from '../src/connectors/scim/index.ts';
import { profileIds } from '../src/connectors/scim/profiles.ts';
import { directoryTypes } from '../src/core/directory-types.ts';
import { installationSettingsSchema } from '../src/core/installation-settings.ts';
import { understand, type Present, type Tools } from '../src/engine/config/wanted.ts';

const clock = { now: () => 0, sleep: async () => {} };
const connectors = new Map([['scim', scim as unknown as Connector]]);
const tools: Tools = {
  connectors,
  canTell: async () => true,
  /** What the system keeps, as far as that is known without asking it. */
  async typesOf(connector, id, config) {
    const context = { connectionId: id, config, clock, pace: createPace(clock), folder: '', log: () => {} };
    const connection = await connector.open({ ...context, memory: { get: async () => undefined, set: async () => {} } });
    const types = await connection.describe!(AbortSignal.timeout(1)).then(
      (described) => described.types,
      () => null,
    );
    await connection.close();
    return types ?? connector.manifest.types;
  },
};
const present: Present = {
  connections: [],
  jobs: [],
  lookups: {},
  notices: { channels: [], rules: {} as Present['notices']['rules'], secrets: new Map() },
  settings: installationSettingsSchema.parse({}),
  forwarding: null,
  protected: {},
  drafts: [],
  directory: directoryTypes,
  attributes: { rows: [], hasValues: async () => false },
  now: 0,
  secretsOf: async () => ({}),
};

const wantedOf = (config: object, direction: 'up' | 'down', more: object = {}) =>
  understand(
    {
      connections: [{ id: 'app', connector: 'scim', name: 'App', config: { url: 'http://127.0.0.1:9/scim', ...config } }],
      jobs: [{ name: 'job', connection: 'app', direction, ...more }],
    },
    present,
    tools,
  );

describe('the mapping that a new job starts with', () => {
  it.each(
    profileIds.flatMap((profile) => (['up', 'down'] as const).map((direction) => [profile, direction] as const)),
  )('fits a SCIM system of the kind %s, %s', async (profile, direction) => {
    const { jobs, problems } = await wantedOf({ profile }, direction);
    expect(problems).toEqual([]);
    expect(jobs[0]!.settings.mapping.person!.length).toBeGreaterThan(5);
  });

  it('leaves out what the system does not keep, and nothing else', async () => {
    const targets = async (profile: string): Promise<readonly string[]> =>
      (await wantedOf({ profile }, 'up')).jobs[0]!.settings.mapping.person!.map((row) => row.target);
    // No enterprise extension, and one number at most.
    const missing = ['employeeNumber', 'costCenter', 'manager', 'workPhone'];
    expect(await targets('tencent-eiam')).toEqual((await targets('standard')).filter((name) => !missing.includes(name)));
    const { settings } = (await wantedOf({ profile: 'tencent-eiam', groups: false }, 'down')).jobs[0]!;
    expect(Object.keys(settings.mapping)).toEqual(['person']);
    expect(settings.correlation.person!.map((rule) => rule.attribute)).toEqual(['userName', 'email']);
  });

  it.each(['path', 'resource', 'group'])('has departments where the system has them by %s', async (departments) => {
    const { jobs, problems } = await wantedOf({ profile: 'aws', departments }, 'up');
    expect(problems).toEqual([]);
    const rows = jobs[0]!.settings.mapping.department!.map((row) => row.target);
    expect(rows).toEqual({ path: ['name', 'parent'], resource: ['name', 'code', 'parent', 'order'], group: ['name'] }[departments]);
  });

  it.each([
    [scim, ['email', 'userName']],
    [ldap, ['cn', 'mail', 'sn', 'uid']],
    [feishu, ['email', 'mobile']],
  ])('leaves what somebody signs in with, or is named by, to an account that was there before', ({ manifest }, kept) => {
    const rows = manifest.defaults.down!.mapping.person!;
    expect(
      rows
        .filter((row) => row.when === 'made')
        .map((row) => row.target)
        .toSorted(),
    ).toEqual(kept);
  });

  it('is not made to fit when a person has written it', async () => {
    const mapping = { person: [{ target: 'employeeNumber', field: 'employeeNumber' }] };
    const { problems } = await wantedOf({ profile: 'tencent-eiam' }, 'up', { mapping });
    expect(problems.map(({ path }) => path.join('.'))).toEqual(['jobs.0.mapping.person.0']);
  });
});
