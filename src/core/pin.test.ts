// A pin holds exactly while what was undone is wanted again, and never longer.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameValue } from './attribute.ts';
import { LIFECYCLE, personType } from './directory-types.ts';
import type { Value } from './model.ts';
import { edgeOfSubject, edgeSubject, endsOf, EXISTENCE, hold, keepEdges, keepExistence, keepValues, type Pin, type Wish } from './pin.ts';
import type { Action } from './plan.ts';

const pin = (subject: string, undone: Value | null, keep: Value | null): Pin => ({ subject, undone, keep });

describe('a pin of a value', () => {
  it.each([
    ['Chief', 'Clerk', 'kept'],
    [' chief ', 'Clerk', 'over'],
    ['Clerk', 'Clerk', 'over'],
    [null, null, 'over'],
    [undefined, undefined, 'unsaid'],
  ] as const)('"not Chief but Clerk" makes of %j: %j (%s)', (wanted, becomes, state) => {
    const { values, over, kept } = keepValues(wanted === undefined ? {} : { title: wanted }, [pin('title', 'Chief', 'Clerk')], personType);
    expect(values.title).toEqual(state === 'over' ? wanted : becomes);
    expect([over.length, kept.length]).toEqual([Number(state === 'over'), Number(state === 'kept')]);
  });

  it('compares as the attribute does, and existence of the directory as a value', () => {
    expect(keepValues({ email: 'New@Example.com' }, [pin('email', 'new@example.com', 'old@example.com')], personType).values.email).toBe(
      'old@example.com',
    );
    expect(keepValues({ [LIFECYCLE]: 'active' }, [pin(LIFECYCLE, 'active', 'suspended')], personType).values[LIFECYCLE]).toBe('suspended');
    expect(keepValues({ [LIFECYCLE]: 'departed' }, [pin(LIFECYCLE, 'active', 'suspended')], personType).over).toHaveLength(1);
  });

  it('for any values: holds if and only if what was undone is wanted, touches nothing else, and twice is once', () => {
    const value = fc.option(fc.constantFrom('a', 'b', 'c', 'A', ''), { nil: null });
    const spec = personType.attributes.find((attribute) => attribute.name === 'userName')!;
    fc.assert(
      fc.property(value, value, value, value, (wanted, undone, keep, other) => {
        const pins = [pin('userName', undone, keep)];
        const once = keepValues({ userName: wanted, title: other }, pins, personType);
        expect(once.kept.length === 1).toBe(sameValue(wanted, undone, spec));
        expect(once.values).toEqual({ userName: once.kept.length === 1 ? keep : wanted, title: other });
        if (!sameValue(undone, keep, spec))
          expect(keepValues(once.values, once.over.length > 0 ? [] : pins, personType).values).toEqual(once.values);
      }),
    );
  });
});

describe('a pin of an edge', () => {
  const edge = (id: string, facts = '{}') =>
    [`department:${id}`, { relation: 'membership', to_type: 'department', to_id: id, facts }] as const;
  const subject = edgeSubject('membership', 'department', 'd1');
  const lay = (wanted: readonly ReturnType<typeof edge>[], own: Pin, there = true) => {
    const { values, over } = keepEdges('membership', new Map(wanted), [own], () => there);
    return [[...values.values()].map((one) => one.to_id + one.facts).sort(), over.length];
  };

  it.each([
    ['a new one stays away', [edge('d1'), edge('d2')], pin(subject, '{}', null), [['d2{}'], 0]],
    ['a lost one stays', [edge('d2')], pin(subject, null, '{}'), [['d1{}', 'd2{}'], 0]],
    ['other facts stay as they were', [edge('d1', '{"primary":true}')], pin(subject, '{"primary":true}', '{}'), [['d1{}'], 0]],
    ['ends when other facts are wanted', [edge('d1', '{"order":2}')], pin(subject, '{}', null), [['d1{"order":2}'], 1]],
    ['ends when the lost one is wanted again', [edge('d1')], pin(subject, null, '{}'), [['d1{}'], 1]],
  ] as const)('%s', (_name, wanted, own, expected) => {
    expect(lay(wanted, own)).toEqual(expected);
  });

  it('that keeps the primary one ends when another primary one is wanted than the undone one', () => {
    const primary = '{"primary":true}';
    const [one, two] = [edgeSubject('membership', 'department', 'd1'), edgeSubject('membership', 'department', 'd2')];
    // Moved from d1 to d2, and undone.
    const pins = [pin(one, null, primary), pin(two, primary, null)];
    const laid = (...wanted: readonly ReturnType<typeof edge>[]) => {
      const { values, over } = keepEdges('membership', new Map(wanted), pins, () => true);
      return [[...values.values()].map(({ to_id, facts }) => to_id + facts).sort(), over.length];
    };
    expect(laid(edge('d2', primary))).toEqual([[`d1${primary}`], 0]);
    expect(laid(edge('d2', primary), edge('d3'))).toEqual([[`d1${primary}`, 'd3{}'], 0]);
    expect(laid(edge('d3', primary))).toEqual([[`d3${primary}`], 2]);
  });

  it('of a primary one does not end because of the primary one of another tree', () => {
    const primary = '{"primary":true}';
    const [one, two] = [edgeSubject('membership', 'department', 'd1'), edgeSubject('membership', 'department', 'd2')];
    const pins = [pin(one, null, primary), pin(two, primary, null)];
    const inTree = (id: string, tree: string) => {
      const [key, wanted] = edge(id, primary);
      return [key, { ...wanted, of: { tree, job: 1 } }] as const;
    };
    const kept = (...wanted: readonly ReturnType<typeof inTree>[]) => {
      const { values, over } = keepEdges(
        'membership',
        new Map(wanted),
        pins,
        () => true,
        () => 'projects',
      );
      return [[...values.values()].map(({ to_id, of }) => `${to_id} ${of?.tree ?? '-'}`).sort(), over.length];
    };
    expect(kept(inTree('d2', 'projects'), inTree('home', 'main'))).toEqual([['d1 -', 'home main'], 0]);
    expect(kept(inTree('d2', 'projects'), inTree('d3', 'projects'))).toEqual([['d3 projects'], 1]);
  });

  it('ends when its far end is not there any more', () => {
    expect(lay([], pin(subject, null, '{}'), false)).toEqual([[], 1]);
  });

  it('names its relation, type and far end, whatever the id looks like', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        expect(edgeOfSubject(edgeSubject('member', 'group', id))).toEqual({ relation: 'member', type: 'group', id });
        expect(endsOf(pin(edgeSubject('member', 'group', id), null, '{}'), personType)).toEqual([{ type: 'group', id }]);
      }),
    );
    expect(edgeOfSubject('title')).toBeNull();
    expect(endsOf(pin('manager', null, 'p1'), personType)).toEqual([{ type: 'person', id: 'p1' }]);
  });
});

describe('a pin of existence', () => {
  const cases: readonly [Wish, Wish, readonly Action[], readonly Action[], boolean][] = [
    ['present', 'present', ['create'], [], false],
    ['present', 'present', ['link', 'update'], [], false],
    ['present', 'present', ['enable', 'update'], ['update'], false],
    ['present', 'present', ['update'], ['update'], false],
    ['present', 'leaving', ['disable'], ['disable'], true],
    ['leaving', 'leaving', ['disable', 'remove'], [], false],
    ['leaving', 'leaving', ['unlink'], [], false],
    ['leaving', 'leaving', [], [], false],
    ['leaving', 'present', ['enable'], ['enable'], true],
  ];
  it.each(cases)('undone "%s", now "%s": of %j may %j be planned, over: %s', (undone, wish, planned, left, over) => {
    const result = keepExistence(wish, planned, [pin('title', 'x', 'y'), pin(EXISTENCE, undone, 'kept')]);
    expect([result.planned, result.over.length > 0]).toEqual([left, over]);
  });

  it('that is not there leaves the plan alone', () => {
    expect(keepExistence('present', ['create'], [pin('title', 'x', 'y')])).toEqual({ planned: ['create'], over: [], kept: [] });
  });
});

describe('hold', () => {
  it('says nothing about what is not said', () => {
    expect(hold(undefined, { undone: 1, keep: 2 }, Object.is)).toEqual({ state: 'unsaid' });
  });
});
