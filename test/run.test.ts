// What `npm test` promises about itself: when it installs servers, and that it finds what tests leave behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { endLeftovers, leftovers } from './leftovers.ts';
import { decide, type Machine } from './real-servers.ts';

const tool = { name: 'slapd', debianPackage: 'slapd', for: 'the server' };
const machine = (more: Partial<Machine>): Machine => ({
  missing: [tool],
  isDebian: true,
  isRoot: true,
  isContainer: false,
  isCi: false,
  ...more,
});

describe('a missing server', () => {
  it.each([
    ['on a machine of somebody is left out', {}, 'leave-out'],
    ['in a container is installed', { isContainer: true }, 'install'],
    ['in CI is installed', { isCi: true }, 'install'],
    ['in a container without root is left out', { isContainer: true, isRoot: false }, 'leave-out'],
    ['in CI without root is a failure', { isCi: true, isRoot: false }, 'fail'],
    ['in CI elsewhere than Debian is a failure', { isCi: true, isDebian: false }, 'fail'],
    ['that is there needs nothing', { missing: [], isCi: true }, 'nothing'],
  ] as const)('%s', (_, more, decision) => {
    expect(decide(machine(more))).toBe(decision);
  });
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
