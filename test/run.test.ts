// What `npm test` promises about itself: when it installs servers, and that it finds what tests leave behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endLeftovers, leftovers } from './leftovers.ts';
import { filesReaching, readTree } from './imports.ts';
import { decide, servers, settle, type Machine, type RealServer } from './real-servers.ts';

const machine: Machine = { isDebian: true, isRoot: true, isContainer: false, isCi: false };

describe('a missing server', () => {
  it.each([
    ['on a machine of somebody is left out', {}, 'leave-out'],
    ['in a container is installed', { isContainer: true }, 'install'],
    ['in CI is installed', { isCi: true }, 'install'],
    ['in a container without root is left out', { isContainer: true, isRoot: false }, 'leave-out'],
    ['in CI without root is a failure', { isCi: true, isRoot: false }, 'fail'],
    ['in CI elsewhere than Debian is a failure', { isCi: true, isDebian: false }, 'fail'],
  ] as const)('%s', (_, more, decision) => {
    expect(decide({ ...machine, ...more })).toBe(decision);
  });

  const box: RealServer = {
    name: 'Box',
    harness: 'test/servers/box.ts',
    programs: [
      { name: 'boxd', debianPackage: 'box-server', for: 'the server itself' },
      { name: 'boxctl', debianPackage: 'box-tools', for: 'looking at it' },
    ],
  };
  const told = (more: Partial<Machine>, present: readonly string[], install: (present: Set<string>) => string = () => 'no network') => {
    const said: string[] = [];
    const there = new Set(present);
    const report = settle([box], new Map([[box, ['a/box.test.ts']]]), {
      machine: () => ({ ...machine, ...more }),
      has: (program) => there.has(program.name),
      install: (packages) => {
        said.push(`[installs ${packages.join(' ')}]`);
        return install(there);
      },
      print: (line) => said.push(line),
    });
    return { said, failures: report.failures, leftOut: Object.fromEntries(report.leftOut) };
  };
  const says = '1 test file runs against a real Box. Missing here: boxctl (looking at it).';
  const command = 'apt-get install -y --no-install-recommends box-tools';

  it('that is there after all says nothing', () => {
    expect(told({ isCi: true }, ['boxd', 'boxctl'])).toEqual({ said: [], failures: 0, leftOut: {} });
  });
  it('is named with what it is for and the command before anything is installed, and only what is missing is', () => {
    expect(told({ isContainer: true }, ['boxd'], (there) => (there.add('boxctl'), ''))).toEqual({
      said: [
        says,
        `Installing it, since this is a container and we are root: ${command}`,
        'Only the programs: no system service is started or left enabled; tests use ports of their own on 127.0.0.1.',
        '[installs box-tools]',
      ],
      failures: 0,
      leftOut: {},
    });
  });
  it('on a machine of somebody leaves its tests out, with the one line that would install it', () => {
    expect(told({}, ['boxd'])).toEqual({
      said: [says, 'The tests against a real Box are left out.', `To run them, as root: ${command}`],
      failures: 0,
      leftOut: { 'a/box.test.ts': 'needs boxctl' },
    });
  });
  it('that cannot be installed in CI is a failure that says why', () => {
    const { said, failures } = told({ isCi: true }, ['boxd']);
    expect(failures).toBe(1);
    expect(said).toContain('The tests against a real Box cannot run: with CI=true that is a failure. Installing failed: no network');
  });
  it('whose package brings something else is a failure in CI and left out elsewhere', () => {
    expect(told({ isCi: true }, [], () => '').failures).toBe(1);
    expect(told({ isContainer: true }, [], () => '')).toMatchObject({ failures: 0, leftOut: { 'a/box.test.ts': 'needs boxd, boxctl' } });
  });
});

it('every real server has a harness that tests import', () => {
  const tree = readTree(dirname(import.meta.dirname), ['src', 'test', 'scenarios', 'sweep']);
  for (const server of servers) expect([server.name, filesReaching(tree, server.harness).length > 0]).toEqual([server.name, true]);
});

describe.runIf(process.platform === 'linux')('a process that a test forgot', () => {
  it('is found by its mark, though it left the group, and is ended', async () => {
    const mark = `TRIBUTARY_TEST_MARK=${process.pid}`;
    const [name, value] = mark.split('=') as [string, string];
    const program = 'console.log("up"); setInterval(() => {}, 1000)';
    const child = spawn(process.execPath, ['-e', program], {
      detached: true,
      env: { ...process.env, [name]: value },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    expect(leftovers(-1, mark).map((item) => item.pid)).toEqual([child.pid]);
    const ended = once(child, 'exit');
    expect(await endLeftovers(-1, mark, 0)).toHaveLength(1);
    await ended;
    expect(leftovers(-1, mark)).toEqual([]);
  });
});
