// Values: normalised once and for all, equal both ways round, and written the same in any order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, changedAttributes, comparisonKey, normalise, sameValue } from './attribute.ts';
import type { AttributeSpec, Value } from './model.ts';

const label = { en: 'x', zh: 'x' };
const anySpec: fc.Arbitrary<AttributeSpec> = fc.record(
  {
    name: fc.constant('x'),
    label: fc.constant(label),
    type: fc.constantFrom(
      'string' as const,
      'integer' as const,
      'boolean' as const,
      'date' as const,
      'datetime' as const,
      'reference' as const,
    ),
    many: fc.boolean(),
    ordered: fc.boolean(),
    equality: fc.constantFrom('exact' as const, 'ignore-case' as const, 'spaces' as const, 'phone' as const, 'dn' as const),
    maxLength: fc.integer({ min: 1, max: 30 }),
  },
  { requiredKeys: ['name', 'label', 'type'] },
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    ' ',
    '张伟',
    '𠮷野家',
    'e\u0301',
    'É',
    'İ',
    'ß',
    'A  b ',
    '+86 138-0000 0000',
    '0086138',
    'cn=A , ou = B',
    '2024-1-5',
    '2024/02/30',
    '2024年3月1日',
    'yes',
    '否',
    '-0',
    '007',
    '--',
    'abc',
  ),
);
const anyScalar = fc.oneof(anyText, fc.integer(), fc.boolean());
const anyValue: fc.Arbitrary<Value | null> = fc.oneof(anyScalar, fc.constant(null), fc.array(anyScalar, { maxLength: 5 }));

describe('normalise', () => {
  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(anyValue, anySpec, (value, spec) => {
        const once = normalise(value, spec);
        if (!('problem' in once)) expect(normalise(once.value, spec)).toEqual(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves no empty text and no empty list', () => {
    fc.assert(
      fc.property(anyValue, anySpec, (value, spec) => {
        const once = normalise(value, spec);
        if ('problem' in once || once.value === null) return;
        for (const entry of [once.value].flat()) expect(String(entry).trim()).not.toBe('');
        expect(Array.isArray(once.value)).toBe(spec.many === true);
      }),
      { numRuns: 1000 },
    );
  });

  it('makes a set independent of the order it came in', () => {
    fc.assert(
      fc.property(
        fc
          .array(anyText, { maxLength: 6 })
          .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const spec: AttributeSpec = { name: 'x', label, type: 'string', many: true };
          expect(normalise(shuffled, spec)).toEqual(normalise(list, spec));
        },
      ),
    );
  });
});

describe('equality', () => {
  it('is reflexive and symmetric', () => {
    fc.assert(
      fc.property(anyValue, anyValue, anySpec, (a, b, spec) => {
        expect(sameValue(a, a, spec)).toBe(true);
        expect(sameValue(a, b, spec)).toBe(sameValue(b, a, spec));
        if (Array.isArray(a)) expect(sameValue(a, [...a], spec)).toBe(true);
      }),
    );
  });

  it('is transitive, because it compares keys', () => {
    fc.assert(
      fc.property(fc.array(anyValue, { minLength: 3, maxLength: 3 }), anySpec, ([a, b, c], spec) => {
        if (sameValue(a, b, spec) && sameValue(b, c, spec)) expect(sameValue(a, c, spec)).toBe(true);
      }),
    );
  });

  it('survives normalisation', () => {
    fc.assert(
      fc.property(
        anyValue,
        fc.constantFrom('ignore-case' as const, 'spaces' as const, 'phone' as const, 'dn' as const),
        (value, equality) => {
          const spec: AttributeSpec = { name: 'x', label, type: 'string', many: true, equality };
          const once = normalise(value, spec);
          if (!('problem' in once)) expect(sameValue(once.value, value, spec)).toBe(true);
        },
      ),
    );
  });

  it('keeps unknown, empty and a value apart', () => {
    const spec: AttributeSpec = { name: 'x', label, type: 'string' };
    expect([sameValue(undefined, null, spec), sameValue(null, 'a', spec), sameValue(undefined, undefined, spec)]).toEqual([
      false,
      false,
      true,
    ]);
    expect(changedAttributes({ x: 'a' }, {}, [spec])).toEqual(['x']);
    expect(changedAttributes({}, { x: 'a' }, [spec])).toEqual([]);
  });

  it('does not take a phone number without digits for an empty one', () => {
    const spec: AttributeSpec = { name: 'x', label, type: 'string', equality: 'phone' };
    expect(sameValue('see reception', null, spec)).toBe(false);
    expect(sameValue('see reception', 'none', spec)).toBe(false);
  });

  it('has keys that are their own keys', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.constantFrom('exact' as const, 'ignore-case' as const, 'spaces' as const, 'phone' as const, 'dn' as const),
        (text, equality) => {
          const key = comparisonKey(text, equality);
          expect(comparisonKey(key, equality)).toBe(key);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('canonical text', () => {
  const reversed = (value: unknown): unknown =>
    value === null || typeof value !== 'object'
      ? value
      : Array.isArray(value)
        ? value.map(reversed)
        : Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, entry]) => [key, reversed(entry)]),
          );

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalText(reversed(value))).toBe(canonicalText(value));
      }),
    );
  });

  it('is JSON of the same value, and differs for different values', () => {
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalText(value))).toEqual(plain(value));
      }),
    );
    expect(canonicalText({ a: undefined, b: null })).toBe('{"b":null}');
  });
});

it('a whole number below the least one is a problem', () => {
  const spec: AttributeSpec = { name: 'order', label, type: 'integer', min: 0 };
  expect([normalise('0', spec), normalise(-1, spec)]).toEqual([{ value: 0 }, { problem: 'is -1, at least 0 is needed' }]);
});

describe('a text that shall be an e-mail address', () => {
  const spec: AttributeSpec = { name: 'email', label, type: 'string', equality: 'ignore-case', format: 'email' };

  it.each([
    'zhang.wei@example.org',
    ' a@b ',
    "o'neil+tag@sub.example.co.uk",
    '张.伟@例子.公司',
    '"with blanks"@example.org',
    'root@localhost',
  ])('is taken: %s', (text) => {
    expect(normalise(text, spec)).toEqual({ value: text.trim() });
  });

  it.each([
    'not a mail',
    'zhang.wei',
    '@example.org',
    'zhang@',
    'a@b@c',
    'a@b, c@d',
    'Zhang Wei <zhang@example.org>',
    '#N/A',
  ])('is a problem: %s', (text) => {
    expect(normalise(text, spec)).toEqual({ problem: `"${text}" is not an e-mail address` });
  });

  it('may be empty', () => {
    expect([normalise('  ', spec), normalise(null, spec)]).toEqual([{ value: null }, { value: null }]);
  });
});
