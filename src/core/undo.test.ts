// Undo as arithmetic: whatever steps were taken, the inverse leads back, and the inverse of the inverse leads forth.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes, ObjectTypeSpec, Value } from './model.ts';
import { edgeSubject } from './pin.ts';
import { edgeStep, inverseOf, netOf, type Now, type Rules, type Step } from './undo.ts';

const label = { en: '', zh: '' };
const names = ['a', 'b', 'c'] as const;
const type: ObjectTypeSpec = {
  id: 'person',
  label,
  title: 'a',
  attributes: [
    ...names.map((name) => ({ name, label, type: 'string' as const })),
    { name: 'fixed', label, type: 'string', writable: 'never' },
    { name: 'must', label, type: 'string', required: true },
    { name: 'login', label, type: 'string', unique: true },
    { name: 'boss', label, type: 'reference', to: 'person' },
  ],
  relations: [{ name: 'in', label, to: ['department'] }],
};
const rules: Rules = { type, reachable: () => true, isEcho: () => false, isTaken: () => false };
const step = (before: Attributes, after: Attributes, more: Partial<Step> = {}): Step => ({
  action: 'update',
  before,
  after,
  edges: [],
  ...more,
});
const now = (attributes: Attributes, edges: Readonly<Record<string, string>> = {}): Now => ({
  attributes,
  edges: new Map(Object.entries(edges).map(([id, facts]) => [edgeSubject('in', 'department', id), facts])),
  relations: new Set(['in']),
});

describe('what cannot come back', () => {
  const undone = (before: Attributes, after: Attributes, current: Attributes, more: Partial<Rules> = {}) =>
    inverseOf(netOf([step(before, after)]), now(current), { ...rules, ...more });
  it.each([
    ['changed since', { a: '1' }, { a: '2' }, { a: '3' }, {}, 'changed-since'],
    ['read only', { fixed: '1' }, { fixed: '2' }, { fixed: '2' }, {}, 'read-only'],
    ['required and was empty', { must: null }, { must: '2' }, { must: '2' }, {}, 'required'],
    ['taken', { login: '1' }, { login: '2' }, { login: '2' }, { isTaken: () => true }, 'taken'],
    ['leads nowhere', { boss: 'p1' }, { boss: 'p2' }, { boss: 'p2' }, { reachable: () => false }, 'far-end-gone'],
    ['not known', {}, { a: '2' }, { a: '2' }, {}, 'not-known'],
  ] as const)('is listed: %s', (_name, before, after, current, more, reason) => {
    const { losses, after: written } = undone(before, after, current, more);
    expect(losses.map((loss) => loss.reason)).toEqual([reason]);
    expect(written).toEqual({});
  });

  it('is not what is as before already, by whomever', () => {
    expect(undone({ a: '1', fixed: '1' }, { a: '2', fixed: '2' }, { a: '1', fixed: '1' })).toMatchObject({ losses: [], after: {} });
  });

  it('is not what the system had made of the value; the pin is told what was wanted', () => {
    const { before, after, losses } = undone({ a: '1' }, { a: '2' }, { a: 'two' }, { isEcho: (_name, value) => value === 'two' });
    expect([before, after, losses]).toEqual([{ a: '2' }, { a: '1' }, []]);
  });
});

// ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────

interface World {
  readonly attributes: Attributes;
  readonly edges: Readonly<Record<string, string>>;
}

const value = fc.option(fc.constantFrom('x', 'y', 'z'), { nil: null });
const world = fc.record({
  attributes: fc.record({ a: value, b: value, c: value }),
  edges: fc.dictionary(fc.constantFrom('d1', 'd2', 'd3'), fc.constantFrom('{}', '{"primary":true}')),
});

/** The step from one state of an object to the next. */
function between(from: World, to: World): Step {
  const changed = names.filter((name) => from.attributes[name] !== to.attributes[name]);
  const pick = (of: World): Attributes => Object.fromEntries(changed.map((name) => [name, of.attributes[name] as Value | null]));
  const ends = [...new Set([...Object.keys(from.edges), ...Object.keys(to.edges)])].filter((id) => from.edges[id] !== to.edges[id]);
  return step(pick(from), pick(to), {
    edges: ends.map((id) => edgeStep({ relation: 'in', to_type: 'department', to_id: id }, from.edges[id] ?? null, to.edges[id] ?? null)),
  });
}

function apply(to: World, steps: readonly Pick<Step, 'after' | 'edges'>[]): World {
  const edges = { ...to.edges };
  let attributes = to.attributes;
  for (const one of steps) {
    attributes = { ...attributes, ...one.after };
    for (const edge of one.edges)
      if (edge.op === 'remove') delete edges[edge.to_id];
      else edges[edge.to_id] = edge.facts;
  }
  return { attributes, edges };
}

describe('for any steps', () => {
  it('the inverse leads back to the beginning, and its inverse to the end', () => {
    fc.assert(
      fc.property(fc.array(world, { minLength: 2, maxLength: 6 }), (states) => {
        const steps = states.slice(1).map((state, index) => between(states[index]!, state));
        const [first, last] = [states[0]!, states.at(-1)!];
        const back = inverseOf(netOf(steps), now(last.attributes, last.edges), rules);
        expect(back.losses).toEqual([]);
        expect(apply(last, [back])).toEqual(first);
        const forth = inverseOf(netOf([step(back.before, back.after, { edges: back.edges })]), now(first.attributes, first.edges), rules);
        expect(apply(first, [forth])).toEqual(last);
      }),
    );
  });

  it('what somebody has changed since is left alone and listed, everything else comes back', () => {
    fc.assert(
      fc.property(world, world, world, (first, last, since) => {
        const back = inverseOf(netOf([between(first, last)]), now(since.attributes, since.edges), rules);
        const result = apply(since, [back]);
        const lost = new Set(back.losses.map((loss) => loss.subject));
        for (const name of names) {
          if (first.attributes[name] === last.attributes[name]) expect(result.attributes[name]).toBe(since.attributes[name]);
          else expect(lost.has(name)).toBe(result.attributes[name] !== first.attributes[name]);
        }
      }),
    );
  });
});

describe('existence', () => {
  it('is told by the first and the last step that are about it', () => {
    const made = step({}, { a: '1' }, { action: 'create' });
    const removed = step({ a: '1' }, {}, { action: 'remove' });
    expect(netOf([made])).toMatchObject({ existedBefore: false, existsAfter: true });
    expect(netOf([removed])).toMatchObject({ existedBefore: true, existsAfter: false });
    expect(netOf([removed, made])).toMatchObject({ existedBefore: true, existsAfter: true });
    expect(netOf([removed, made]).attributes.get('a')).toEqual({ before: '1', after: '1' });
    expect(netOf([step({}, {}, { action: 'disable' }), removed]).enabledBefore).toBe(true);
  });
});
