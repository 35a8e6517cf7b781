import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changeHash } from './change-hash.ts';

const edge = fc.record({
  relation: fc.constantFrom('member', 'membership'),
  to_type: fc.constantFrom('person', 'group'),
  to_id: fc.string({ minLength: 1, maxLength: 4 }),
  op: fc.constantFrom('add' as const, 'remove' as const, 'update' as const),
  facts: fc.constantFrom('', '{"primary":true}'),
  facts_before: fc.constantFrom(null, '{"order":1}'),
});

it('is the same in whatever order the edges of a change were read, and another when one of them is another', () => {
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 8 }), fc.nat(), (edges, turn) => {
      const at = edges.length === 0 ? 0 : turn % edges.length;
      const hash = changeHash('create', '{}', '{"name":"x"}', edges);
      expect(changeHash('create', '{}', '{"name":"x"}', [...edges.slice(at), ...edges.slice(0, at)].reverse())).toBe(hash);
      const more = {
        ...(edges[0] ?? { relation: 'member', to_type: 'person', op: 'add', facts: '', facts_before: null }),
        to_id: 'somebody else',
      };
      expect(changeHash('create', '{}', '{"name":"x"}', [...edges, more])).not.toBe(hash);
    }),
  );
});
