// The pure parts: names, BER and the compact table of references, with values nobody would think of.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BerIn, BerOut, EntryShape, messageLength } from './ber.ts';
import { childDn, dnKey, firstRdn, isWithin, parentDn, parseDn, rebaseDn } from './dn.ts';
import { IdTable } from './references.ts';

const anyText = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 30 })
  .filter((text) => !text.includes('\u0000') && text.isWellFormed());
const awkward = fc.string({
  unit: fc.constantFrom('\\', ',', '+', '"', '#', ' ', '=', ';', '<', '>', '\n', 'a', '张', '𠮷', '/', '\t', '\u3000', '\u00a0', '\r'),
  minLength: 1,
  maxLength: 12,
});

describe('a name', () => {
  test('gives back every value that was put into it', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, awkward), fc.oneof(anyText, awkward), (value, above) => {
        const parent = childDn('ou', above, 'dc=example,dc=org');
        const dn = childDn('uid', value, parent);
        expect(firstRdn(dn)).toEqual([{ type: 'uid', value }]);
        expect(parentDn(dn)).toBe(parent);
        expect(parseDn(dn).length).toBe(4);
        expect(isWithin(dnKey(dn), dnKey(parent))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['uid=a\\2C b,dc=x', 'UID=A\\, b, dc=X'],
    ['cn=Zhang  Wei,dc=x', 'cn=zhang wei,dc=x'],
    ['cn=\\E5\\BC\\A0,dc=x', 'cn=张,dc=x'],
    ['cn="a, b",dc=x', 'cn=a\\, b,dc=x'],
    ['cn=a+uid=b,dc=x', 'UID=b+cn=a,dc=x'],
    ['cn=Zoe\u0308,dc=x', 'cn=zo\u00eb,dc=x'],
    ['cn=\\ a ,dc=x', 'cn=a,dc=x'],
  ])('is the same however it is spelled: %s and %s', (one, other) => {
    expect(dnKey(one)).toBe(dnKey(other));
  });

  test.each([
    ['uid=a,dc=example', 'uid=a,dc=exampl', false],
    ['uid=a\\,dc=example', 'dc=example', false],
    ['dc=example', 'dc=example', true],
    ['uid=a,DC=example', 'dc=EXAMPLE', true],
  ])('%s lies within %s: %s', (dn, base, within) => {
    expect(isWithin(dnKey(dn), dnKey(base))).toBe(within);
  });

  test('moves with the entry above it', () => {
    expect(rebaseDn('uid=a\\, b,ou=x,ou=old,dc=c', 'ou=old,dc=c', 'ou=new,dc=c')).toBe('uid=a\\, b,ou=x,ou=new,dc=c');
  });

  test.each(['uid', 'uid=a,', '=a', 'ui d=a'])('"%s" is none', (text) => {
    expect(() => parseDn(text)).toThrow(SyntaxError);
  });
});

describe('BER', () => {
  test('gives back integers and texts of any size', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.string({ unit: 'binary', maxLength: 400 }).filter((text) => text.isWellFormed()),
        (number, text) => {
          const out = new BerOut(8);
          const sequence = out.open(0x30);
          out.integer(number);
          out.text(text);
          out.close(sequence);
          const bytes = out.done();
          expect(messageLength(bytes, 0, bytes.length)).toBe(bytes.length);
          const content = new BerIn(bytes).inside(0x30);
          expect([content.integer(0x02), content.text(0x04), content.more]).toEqual([number, text, false]);
        },
      ),
    );
  });

  test('an entry comes in the order that was asked for, whatever the case and order of the answer', () => {
    const out = new BerOut();
    out.text('uid=a,dc=x');
    const list = out.open(0x30);
    for (const [name, values] of [
      ['MAIL', ['a@x', 'b@x']],
      ['cn;lang-zh', ['张']],
      ['uid', ['a']],
      ['jpegPhoto', [Buffer.from([0xff, 0xd8])]],
    ] as const) {
      const attribute = out.open(0x30);
      out.text(name);
      const set = out.open(0x31);
      for (const value of values) {
        if (typeof value === 'string') out.text(value);
        else out.bytes(value);
      }
      out.close(set);
      out.close(attribute);
    }
    out.close(list);
    const entry = new EntryShape(['uid', 'cn', 'mail', 'jpegPhoto']).decode(new BerIn(out.done()));
    expect(entry.values.slice(0, 3)).toEqual(['a', undefined, ['a@x', 'b@x']]);
    expect(entry.unreadable).toEqual([3]);
  });

  test('the order in which an entry names its attributes changes nothing of what is read', () => {
    const names = ['uid', 'cn', 'mail', 'CN', 'uid;lang-en', 'other', 'sn'];
    const shape = new EntryShape(['cn', 'uid', 'mail', 'sn']);
    fc.assert(
      fc.property(
        fc.subarray(names).chain((some) => fc.shuffledSubarray(some, { minLength: some.length })),
        (order) => {
          const out = new BerOut(16);
          out.text('uid=a,dc=x');
          const list = out.open(0x30);
          for (const name of order) {
            const attribute = out.open(0x30);
            out.text(name);
            const values = out.open(0x31);
            out.text(`value of ${name}`);
            out.close(values);
            out.close(attribute);
          }
          out.close(list);
          const bytes = Buffer.from(out.done());
          expect(shape.decode(new BerIn(bytes))).toEqual(new EntryShape(shape.names).decode(new BerIn(bytes)));
        },
      ),
    );
  });

  test('bytes that lie about their length are refused, not read past the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 40 }), (noise) => {
        try {
          new EntryShape(['uid']).decode(new BerIn(Buffer.from(noise)));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});

test('the table of references keeps 50,000 ids and forgets none', () => {
  const table = new IdTable(4);
  const id = (n: number): string => `${n.toString(16).padStart(8, '0')}-0f0e-4a0b-8c0d-${(n * 7919).toString(16).padStart(12, '0')}`;
  for (let n = 0; n < 50_000; n++) table.set(`uid=u${n},ou=d${n % 7},dc=x`, id(n));
  table.set('uid=u7,ou=d0,dc=x', id(99_999));
  expect(table.size).toBe(50_000);
  for (let n = 0; n < 50_000; n++) expect(table.get(`uid=u${n},ou=d${n % 7},dc=x`)).toBe(id(n === 7 ? 99_999 : n));
  expect(table.get('uid=nobody,dc=x')).toBeUndefined();
});
