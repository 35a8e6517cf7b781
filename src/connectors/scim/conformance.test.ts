// The suite that every connector passes, against a simulated server in each mood and with each way to keep departments.
import { describeConformance, simulatorSubject } from '../../connector-kit/conformance/index.ts';
import { scim } from './index.ts';
import type { MoodName } from './simulator-moods.ts';
import type { ScimSimulator } from './simulator.ts';

/** A fixed credential has no session that could end. */
const withoutTokens = [
  'refuse-connection',
  'cut-connection',
  'lose-answer',
  'spoil-answer',
  'busy',
  'server-error',
  'garbage',
  'refuse-write',
  'delay',
] as const;

interface Subject {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly simulator?: Readonly<Record<string, unknown>>;
  readonly tokens?: boolean;
  readonly unpaged?: readonly string[];
}

const subject = (mood: MoodName, name: string, { config = {}, simulator = {}, tokens = false, unpaged = [] }: Subject = {}) =>
  simulatorSubject(scim, {
    name: `scim (${name})`,
    part: {},
    unpaged,
    simulator: { mood, ...simulator },
    far: (started) => {
      const server = started as ScimSimulator;
      return {
        config: { ...server.config, ...config },
        underPrivilegedConfig: { ...server.limitedConfig, ...config },
        ...(tokens ? {} : { faults: withoutTokens }),
        wrongConfig: wrong({ ...server.config, ...config }),
      };
    },
  });

const wrong = (config: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  ...config,
  ...Object.fromEntries(['token', 'password', 'clientSecret'].filter((name) => config[name]).map((name) => [name, `wrong-${name}-5Z1`])),
});

describeConformance(subject('strict', 'strict', { config: { changedBy: 'meta.lastModified' } }));
describeConformance(subject('bulk', 'many writes in one request', { config: { changedBy: 'meta.lastModified' } }));
describeConformance(subject('okta', 'Okta-like'));
describeConformance(subject('entra', 'Entra-target-like', { tokens: true }));
describeConformance(subject('sloppy', 'sloppy', { config: { ignored: ['title', 'nickName', 'costCenter'] } }));
describeConformance(subject('limited', 'limited', { simulator: { maxMembers: 5 } }));
describeConformance(subject('zoom', 'Zoom-like'));
describeConformance(subject('jackson', 'SAML Jackson-like'));
// `count=-1` gives everything. @see https://cloud.tencent.com/document/product/1442/68895
describeConformance(
  subject('tencent', 'Tencent EIAM', { config: { departments: 'resource' }, tokens: true, unpaged: ['person', 'department', 'group'] }),
);
describeConformance(subject('strict', 'departments as resources', { config: { departments: 'resource', changedBy: 'meta.lastModified' } }));
describeConformance(subject('strict', 'departments as groups', { config: { departments: 'group' } }));
