// Who leads whom in a read of everybody: few names are asked for, and each of them once.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Client } from './client.ts';
import { equals, foreignId } from './layout.ts';
import { startSimulator } from './simulator.ts';
import { farSides, openOn, READER, SUFFIX, zhang, type FarSide, type Words } from './test-far-sides.ts';

/** How often which kind of search is sent. */
function watched(): { readonly pages: () => number; readonly names: () => number } {
  const pages = vi.spyOn(Client.prototype, 'pages');
  const few = vi.spyOn(Client.prototype, 'searchIfFew');
  const one = vi.spyOn(Client.prototype, 'search');
  const asksName = ({ filter, scope }: { readonly filter: { toString(): string }; readonly scope: string }): boolean =>
    scope === 'sub' && filter.toString().includes('entryDN=');
  return {
    pages: () => pages.mock.calls.length,
    names: () => [...few.mock.calls, ...one.mock.calls].filter(([request]) => asksName(request)).length,
  };
}
afterEach(() => vi.restoreAllMocks());

describe.each(farSides)('managers, on %s', (_name, start) => {
  const opened = async (work: (on: Words, far: FarSide) => Promise<void>, options: Parameters<typeof start>[0] = {}): Promise<void> => {
    const far = await start(options);
    const on = await openOn(far);
    try {
      await work(on, far);
    } finally {
      await on.close();
      await far.stop();
    }
  };

  test('are found, whoever leads whom, without reading the names of everybody first', () =>
    opened(async (on) => {
      const chief = await on.create('person', zhang(0));
      const lead = await on.create('person', { ...zhang(1), manager: chief });
      const others = [];
      for (let n = 2; n < 8; n++) others.push(await on.create('person', { ...zhang(n), manager: n % 2 ? lead : chief }));
      const sent = watched();
      const people = await on.read('person');
      expect(people.get(lead)!.attributes.manager).toBe(chief);
      expect(others.map((id) => people.get(id)!.attributes.manager)).toEqual([chief, lead, chief, lead, chief, lead]);
      // Departments, and the people themselves.
      expect([sent.pages(), sent.names()]).toEqual([2, 1]);
    }));

  test('are read with everybody where names cannot be searched for', () =>
    opened(async (on) => {
      const chief = await on.create('person', zhang(0));
      const led = await on.create('person', { ...zhang(1), manager: chief });
      const { search } = Client.prototype;
      const sent = watched();
      const nameless = equals('entryDN', 'dc=example,dc=org').toString();
      vi.spyOn(Client.prototype, 'search').mockImplementation(function (this: Client, request, signal) {
        return request.filter.toString() === nameless ? Promise.resolve([]) : search.call(this, request, signal);
      });
      expect((await on.read('person')).get(led)!.attributes.manager).toBe(chief);
      expect([sent.pages(), sent.names()]).toEqual([3, 0]);
    }));

  test('and members of a group: who may see only few entries at once asks for fewer at once', () =>
    opened(
      async (on, far) => {
        const members = [];
        for (let n = 0; n < 11; n++) members.push(await on.create('person', zhang(n)));
        const group = await on.create('group', { cn: 'all' });
        await on.members(group, members);
        const reader = await openOn(far, READER);
        const seen = (await reader.get('group', group))!.edges!.member!.map(({ to }) => to.id);
        expect(seen.toSorted()).toEqual(members.toSorted());
        await reader.close();
      },
      { sizelimit: 5 },
    ));

  test('a connection without a group reads nobody a second time for their members', () =>
    opened(async (on) => {
      await on.create('person', zhang(0));
      const sent = watched();
      expect((await on.read('group')).size).toBe(0);
      expect(sent.pages()).toBe(1);
    }));
});

test('a manager is looked for once in a read of many pages, also one who is nobody any more', async () => {
  const people = (count: number, manager: string): string =>
    Array.from({ length: count }, (_, n) => {
      const uid = `${manager}-${n}`;
      return `dn: uid=${uid},${SUFFIX}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: x\nmanager: uid=${manager},${SUFFIX}\n`;
    }).join('\n');
  const chief = `dn: uid=chief,${SUFFIX}\nobjectClass: inetOrgPerson\nuid: chief\ncn: Chief\nsn: x\n`;
  const far = await startSimulator({
    options: { suffix: SUFFIX, pageSize: 2, ldif: [people(7, 'chief'), people(7, 'gone'), chief].join('\n') },
  });
  const on = await openOn({ url: far.address, rootDn: String(far.config.bindDn), password: String(far.config.password), stop: far.stop });
  try {
    const sent = watched();
    const read = [...(await on.read('person')).values()];
    const managersOf = (uid: RegExp): unknown[] => [
      ...new Set(read.filter(({ attributes }) => uid.test(String(attributes.uid))).map(({ attributes }) => attributes.manager)),
    ];
    expect(managersOf(/^chief-/)).toEqual([read.find(({ attributes }) => attributes.uid === 'chief')!.id]);
    expect(managersOf(/^gone-/)).toEqual([foreignId(`uid=gone,${SUFFIX}`)]);
    expect(sent.names()).toBe(2);
  } finally {
    await on.close();
    await far.stop();
  }
});
