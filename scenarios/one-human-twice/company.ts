// A company in which two sources do not know of each other's numbers: somebody is in the directory twice.
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { PlainSystem, plainUp } from '../../test/support/plain-system.ts';
import { explain } from '../../src/engine/operations/explain.ts';

export interface Company {
  readonly scene: Scene;
  readonly crm: PlainSystem;
  readonly crmJob: number;
  /** Directory ids by the number. */
  id(number: string): Promise<string>;
  /** Merges, and approves what is held. */
  merge(person: string, into: string, accounts?: Record<string, 'kept' | 'merged'>): Promise<number>;
  /** What a run, or a plan, does to the accounts of these people, change for change. */
  effects(run: number, ...people: readonly string[]): Promise<readonly unknown[]>;
  /** What people could see, and who is behind it. */
  snapshot(): Promise<unknown>;
  /** Both sources are read in full: how much that writes. */
  again(): Promise<number>;
}

/** hr knows 1 … n, the crm c1 … cn; of both all about name, number and mail, the rest as the tests say. */
export async function openCompany(people: number): Promise<Company> {
  const scene = await openScene({
    people,
    up: { policy: { guard: roomy, nullFallsThrough: ['title', 'nickname', 'manager', 'phone'] } },
    down: { policy: { guard: roomy } },
  });
  const { bench } = scene;
  const crm = new PlainSystem('crm');
  await bench.connection('crm', crm.connector, {});
  // A sensitive value, too: it rests under a key of the person's own.
  const mapping = { ...plainUp(), person: [...plainUp().person!, { target: 'idNumber', field: 'kind' }] };
  const crmJob = await scene.addJob(crm, 'up', { policy: { guard: roomy }, mapping });
  crm.department('lab');
  for (let n = 1; n <= people; n++) crm.person(`c${n}`, 'lab', { note: `nick ${n}`, kind: `11010119900101000${n}` });
  const id = async (number: string): Promise<string> => (await scene.known(number))!.id;
  return {
    scene,
    crm,
    crmJob,
    id,
    async merge(person, into, accounts = {}) {
      const { token } = await ask(scene, 'person.merge-preview', { person, into, accounts });
      const { run } = await ask(scene, 'person.merge', { person, into, token });
      await bench.engine.drain();
      const [last] = [...(await bench.approveAll())].reverse();
      return last?.id ?? run;
    },
    async effects(run, ...people) {
      const { changes } = await ask(scene, 'run.changes', { run, limit: 1000 });
      return changes
        .filter((change) => change.type === 'person' && people.includes(change.key))
        .map(({ key, targetKey, action, aspect, situation, attributes, edges }) => ({
          key,
          // Only the target says what a new one is called.
          account: action === 'create' ? null : targetKey,
          action,
          aspect,
          situation,
          attributes,
          edges,
        }))
        .sort((a, b) => (`${a.key} ${a.action} ${a.aspect}` < `${b.key} ${b.action} ${b.aspect}` ? -1 : 1));
    },
    async snapshot() {
      const of = (sql: string): Promise<readonly unknown[]> => bench.database.all(sql);
      return {
        objects: await of(`SELECT id, type, lifecycle, data, relations FROM object WHERE lifecycle <> 'absent' ORDER BY id`),
        edges: await of('SELECT owner, relation, to_id, facts FROM edge ORDER BY owner, relation, to_id'),
        links: await of('SELECT connection, type, external_id, directory_id, role FROM link ORDER BY connection, type, external_id'),
        words: await of('SELECT job, type, external_id, directory_id, data, relations FROM contribution ORDER BY job, type, external_id'),
        claims: await of('SELECT job, type, source_key, directory_id, target_key, state FROM claim ORDER BY job, type, source_key'),
        keys: await of('SELECT type, attribute, key, id FROM object_key ORDER BY type, attribute, key, id'),
      };
    },
    async again() {
      let written = 0;
      for (const job of [scene.up, crmJob]) written += Number((await bench.run(job)).counts.applied ?? 0);
      return written;
    },
  };
}

export const explained = async (company: Company, person: string) => {
  const { bench } = company.scene;
  const context = { reader: bench.database, connectors: bench.engine.options.connectors, now: () => bench.clock.now() };
  return (await explain.answer(context as never, explain.input.parse({ person }))).object!;
};
