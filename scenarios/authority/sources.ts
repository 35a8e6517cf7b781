// Three sources that speak of the same people, and what the directory must be by their words: computed naively, without the engine.
import fc from 'fast-check';
import { expect } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { PlainSystem } from '../../test/support/plain-system.ts';

export const PEOPLE = ['1', '2', '3', '4', '5', '6'];
const places = ['x', 'y', 'z'];
/** In the order in which a department that several have belongs to one. */
const trees = ['main', 'finance', 'projects'];
const attributes = ['title', 'nickname', 'manager'] as const;
/** Directory attribute → attribute of the systems. */
const outside = { title: 'title', nickname: 'note', manager: 'manager' } as const;
const BOSS = 'boss';

type Status = 'active' | 'suspended' | 'departed';
/** A missing attribute is unknown. */
export interface Word {
  readonly says: Readonly<Partial<Record<(typeof attributes)[number], string | null>>>;
  readonly status?: Status | undefined;
  readonly departments?: readonly string[] | undefined;
}
export interface Round {
  /** Told by events, under the ranks of the round before; else everything is read. */
  readonly byEvents: boolean;
  readonly rank: number;
  readonly attributeRanks: Readonly<Record<string, number>>;
  /** Per person; null: not in the source. */
  readonly words: readonly (Word | null)[];
}
export interface SourcePlan {
  /** Of departments; all sources know the same ones. */
  readonly tree: string;
  readonly gone: 'keep' | 'unlink' | 'disable';
  readonly decides: boolean;
  readonly falls: readonly string[];
  readonly rounds: readonly Round[];
}

const said = (value: fc.Arbitrary<string>): fc.Arbitrary<string | null | undefined> =>
  fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant(undefined) });
const word = (source: string): fc.Arbitrary<Word> =>
  fc
    .record({
      title: said(fc.constantFrom(`${source} clerk`, `${source} chief`)),
      nickname: said(fc.constantFrom(`${source} nick`, 'same in all')),
      manager: said(fc.constant(BOSS)),
      status: fc.option(fc.constantFrom<Status>('active', 'active', 'suspended', 'departed'), { nil: undefined }),
      departments: fc.option(fc.subarray(places), { nil: undefined }),
    })
    .map(({ status, departments, ...rest }) => ({
      status,
      departments,
      says: Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as Word['says'],
    }));
const round = (source: string): fc.Arbitrary<Round> =>
  fc.record({
    byEvents: fc.boolean(),
    rank: fc.constantFrom(100, 200, 300),
    attributeRanks: fc.dictionary(fc.constantFrom('title', 'membership', 'lifecycle'), fc.constantFrom(50, 150, 400), { maxKeys: 2 }),
    words: fc.array(fc.option(word(source), { freq: 3, nil: null }), { minLength: PEOPLE.length, maxLength: PEOPLE.length }),
  });
const source = (name: string, rounds: number): fc.Arbitrary<SourcePlan> =>
  fc.record({
    tree: fc.constantFrom(...trees),
    gone: fc.constantFrom('keep', 'unlink', 'disable'),
    decides: fc.boolean(),
    falls: fc.subarray(['title', 'nickname']),
    rounds: fc.array(round(name), { minLength: rounds, maxLength: rounds }),
  });

/** What three sources will say, and two orders in which they come to say it: numbers of sources. */
export const stories = (rounds: number) => {
  const turns = [0, 1, 2].flatMap((at) => Array.from({ length: rounds }, () => at));
  const order = fc.shuffledSubarray(turns, { minLength: turns.length });
  return fc.record({ sources: fc.tuple(source('a', rounds), source('b', rounds), source('c', rounds)), orders: fc.tuple(order, order) });
};

// ── what must be ─────────────────────────────────────────────────────────────────────────────────────────

interface Spoken {
  readonly says: Record<string, string | null>;
  status: string;
  /** As the source said it, whatever its absence was made of. */
  own: string;
  departments: readonly string[] | undefined;
}
/** What nobody speaks of (any more) is missing: it stays as it was. */
export interface Person {
  readonly lifecycle: string;
  readonly title?: string | null;
  readonly nickname?: string | null;
  readonly manager?: string | null;
  /** `x main`: a department and its tree. */
  readonly departments?: readonly string[];
}

/** What one source has said of everybody so far: by its own words alone. */
export class Memory {
  readonly spoken = new Map<string, Spoken>();
  readonly plan: SourcePlan;
  now: Round;
  constructor(plan: SourcePlan) {
    this.plan = plan;
    this.now = plan.rounds[0]!;
  }

  hear(told: Round): void {
    const round = told.byEvents ? { ...told, rank: this.now.rank, attributeRanks: this.now.attributeRanks } : told;
    this.now = round;
    for (const [at, id] of PEOPLE.entries()) {
      const word = round.words[at]!;
      const before = this.spoken.get(id);
      if (word === null) {
        if (!before) continue;
        if (this.plan.gone === 'unlink') this.spoken.delete(id);
        if (this.plan.gone === 'disable') before.status = before.own === 'departed' ? 'departed' : 'suspended';
        continue;
      }
      const own = word.status ?? before?.own ?? 'active';
      this.spoken.set(id, {
        says: { ...before?.says, ...word.says },
        own,
        status: own,
        departments: word.departments ?? before?.departments,
      });
    }
  }
}

/** The highest rank that knows; of two, the lower number. */
function best(memories: readonly Memory[], id: string, name: string, knows: (spoken: Spoken) => boolean): readonly Spoken[] {
  const rank = (at: number): number => memories[at]!.now.attributeRanks[name] ?? memories[at]!.now.rank;
  return memories
    .map((_, at) => at)
    .filter((at) => memories[at]!.spoken.has(id) && knows(memories[at]!.spoken.get(id)!))
    .sort((a, b) => rank(b) - rank(a) || a - b)
    .map((at) => memories[at]!.spoken.get(id)!);
}

export function mustBe(memories: readonly Memory[]): Record<string, Person> {
  const people: Record<string, Person> = {};
  for (const id of PEOPLE) {
    if (memories.every((memory) => !memory.spoken.has(id))) continue;
    const speaks = (of: (plan: SourcePlan) => boolean): ReadonlySet<Spoken | undefined> =>
      new Set(memories.filter((memory) => of(memory.plan)).map((memory) => memory.spoken.get(id)));
    const person: Record<string, unknown> = {};
    for (const name of attributes) {
      const falls = speaks((plan) => plan.falls.includes(name));
      const known = best(memories, id, name, (spoken) => spoken.says[name] !== undefined);
      const winner = known.find((spoken) => spoken.says[name] !== null || !falls.has(spoken)) ?? known[0];
      if (winner) person[name] = winner.says[name];
    }
    const inTrees = new Map<string, string>();
    for (const tree of trees) {
      const there = speaks((plan) => plan.tree === tree);
      const [placing] = best(memories, id, 'membership', (spoken) => there.has(spoken) && spoken.departments !== undefined);
      if (!placing) continue;
      person.departments = [];
      for (const place of placing.departments!) if (!inTrees.has(place)) inTrees.set(place, tree);
    }
    if (person.departments) person.departments = [...inTrees].map((place) => place.join(' ')).sort();
    const deciding = speaks((plan) => plan.decides);
    const lifecycle = best(memories, id, 'lifecycle', (spoken) => deciding.has(spoken))[0]?.status ?? 'active';
    people[id] = { lifecycle, ...person };
  }
  return people;
}

// ── the real thing ───────────────────────────────────────────────────────────────────────────────────────

export interface Three {
  readonly scene: Scene;
  /** The source says its next round, its job has the ranks of it and reads everything; what is asked is approved. */
  turn(source: number): Promise<void>;
  people(): Promise<Record<string, Person>>;
  /** What it must be after the turns so far. */
  readonly memories: readonly Memory[];
}

const policyOf = (plan: SourcePlan, round: Round) => ({
  guard: roomy,
  leaver: { gone: plan.gone, departed: 'disable' as const },
  decidesExistence: plan.decides,
  nullFallsThrough: [...plan.falls],
  attributeRanks: round.attributeRanks,
});

export async function openThree(plans: readonly SourcePlan[]): Promise<Three> {
  const first = plans.map((plan) => ({ tree: plan.tree, rank: plan.rounds[0]!.rank, policy: policyOf(plan, plan.rounds[0]!) }));
  const scene = await openScene({ up: first[0]! });
  const systems = [scene.hr, new PlainSystem('b'), new PlainSystem('c')];
  const jobs = [scene.up];
  for (const [at, system] of systems.entries()) {
    if (at > 0) {
      await scene.bench.connection(system.id, system.connector, {});
      jobs.push(await scene.addJob(system, 'up', first[at]!));
    }
    for (const id of ['main', ...places]) system.department(id);
    // Two whom nobody loses, so that no source is ever empty and no attribute is ever nobody's.
    for (const id of [BOSS, 'other']) system.person(id, ['main', ...places], { title: 't', note: 'n', manager: 'other', status: 'active' });
  }
  for (const job of jobs) await scene.bench.run(job);
  const memories = plans.map((plan) => new Memory(plan));
  const turns = [0, 0, 0];
  return {
    scene,
    memories,
    async turn(at) {
      const plan = plans[at]!;
      const round = plan.rounds[turns[at]!]!;
      turns[at]! += 1;
      const system = systems[at]!;
      for (const [index, id] of PEOPLE.entries()) {
        const word = round.words[index]!;
        if (word === null) {
          system.delete('person', id);
          continue;
        }
        const unknown = attributes.filter((name) => word.says[name] === undefined).map((name) => outside[name] as string);
        if (word.status === undefined) unknown.push('status');
        if (word.departments === undefined) unknown.push('membership');
        const values = Object.fromEntries(attributes.map((name) => [outside[name], word.says[name] ?? null]));
        system.person(id, word.departments ?? [], { ...values, status: word.status ?? null });
        system.unknowns.set(id, unknown);
      }
      if (!round.byEvents)
        await ask(scene, 'job.update', {
          job: jobs[at]!,
          settings: { rank: round.rank, policy: policyOf(plan, round) },
          withoutForecast: true,
        });
      // An event says nothing of who was never there and is not.
      const keys = PEOPLE.filter((id, index) => round.words[index] !== null || memories[at]!.spoken.has(id));
      const byKeys = round.byEvents && keys.length > 0 ? { keys: ['boss', ...keys].map((id) => ({ type: 'person', id })) } : {};
      const run = await scene.bench.run(jobs[at]!, byKeys);
      expect([run.state, run.problem]).toEqual([expect.stringMatching(/succeeded|warnings/), null]);
      await scene.bench.approveAll();
      memories[at]!.hear(round);
    },
    async people() {
      const rows = await scene.people();
      const boss = rows.find((row) => row.attributes.employeeNumber === `N-${BOSS}`)?.id;
      const codes = new Map((await scene.bench.objects('department')).map((row) => [row.id, String(row.data.code)]));
      const edges = await scene.bench.database.all<{ owner: string; to_id: string; tree: string }>(
        `SELECT owner, to_id, tree FROM edge WHERE relation = 'membership'`,
      );
      return Object.fromEntries(
        rows.flatMap((row) => {
          const id = String(row.attributes.employeeNumber).slice(2);
          if (!PEOPLE.includes(id)) return [];
          const { title = null, nickname = null, manager = null } = row.attributes as Record<string, string | null | undefined>;
          return [
            [
              id,
              {
                lifecycle: row.lifecycle,
                title,
                nickname,
                manager: manager === boss ? BOSS : manager,
                departments: edges
                  .filter((edge) => edge.owner === row.id)
                  .map((edge) => `${codes.get(edge.to_id)} ${edge.tree}`)
                  .sort(),
              },
            ],
          ];
        }),
      );
    },
  };
}
