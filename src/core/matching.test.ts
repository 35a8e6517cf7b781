// What counts as alike: a table an administrator can read, and the laws that hold for any two objects.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calledOtherwise,
  CLEAR_AT,
  type Kind,
  keysOf,
  kindOf,
  LEAST,
  scoreOf,
  type Sign,
  type SignKey,
  signs,
  signsOf,
} from './matching.ts';
import type { ObjectTypeSpec } from './model.ts';

type Known = Partial<Record<Kind, string>>;
const signed = (known: Known): SignKey[] => Object.entries(known).flatMap(([kind, value]) => signsOf(kind as Kind, value));
const score = (one: Known, other: Known, shared = 1) => scoreOf(keysOf(signed(one)), keysOf(signed(other)), () => shared);
const reasons = (one: Known, other: Known) => score(one, other).reasons.map((reason) => `${reason.agrees ? '' : 'not '}${reason.sign}`);

describe('two objects', () => {
  const zhang = { name: '张伟', number: '00123', mail: 'zhangwei@corp.com', phone: '+86 138 0000 0001', userName: 'zhangwei' };
  it.each<[string, Known, Known, string[], number, number]>([
    ['share everything', zhang, zhang, ['mail', 'number', 'phone', 'name'], 99, 100],
    [
      'share a number written otherwise, and the name',
      { number: 'E-0123', name: '张伟' },
      { number: '123', name: '张 伟' },
      ['digits', 'name'],
      CLEAR_AT,
      75,
    ],
    ['share a phone with and without the code of the country', { phone: '008613800000001' }, { phone: '138-0000-0001' }, ['phone'], 70, 70],
    ['share the name with a note behind it', { name: '张伟（离职）' }, { name: '张伟' }, ['name'], 45, 45],
    ['share a name that one side spells in pinyin', { name: '张伟' }, { name: 'Wei Zhang' }, ['pinyin'], LEAST, 30],
    ['share a name that is the other one’s user name', { name: '张伟' }, { userName: 'ZHANG.WEI' }, ['spelt'], 30, 30],
    ['share a mail, where one has it as user name', { mail: 'a.b@corp.com' }, { userName: 'A.B@corp.com' }, ['mail'], 80, 80],
    [
      'share a mail that once was somebody else’s',
      { mail: 'sales@corp.com', name: '张伟' },
      { mail: 'sales@corp.com', name: '李娜' },
      ['mail', 'not name'],
      40,
      CLEAR_AT - 1,
    ],
    [
      'share a number that two companies gave',
      { number: '7', name: '张伟' },
      { number: '7', name: 'Anna Berg' },
      ['number', 'not name'],
      30,
      40,
    ],
    ['share a name, and have other numbers', { number: '7', name: '张伟' }, { number: '8', name: '张伟' }, ['name', 'not number'], 20, 24],
    ['share nothing', { name: '张伟' }, { name: '李娜' }, ['not name'], 0, 0],
    ['are not known at all', {}, { name: '李娜' }, [], 0, 0],
  ])('%s', (_, one, other, why, least, most) => {
    expect(reasons(one, other)).toEqual(why);
    expect(score(one, other).score).toBeGreaterThanOrEqual(least);
    expect(score(one, other).score).toBeLessThanOrEqual(most);
  });

  it('that share a name with many others are hardly alike', () => {
    expect(score({ name: '张伟' }, { name: '张伟' }, 10).score).toBeLessThan(LEAST);
    expect(score({ name: '张伟' }, { name: '张伟' }, 10).reasons).toEqual([{ sign: 'name', agrees: true, sharedBy: 10 }]);
  });
});

describe('what an attribute holds', () => {
  const label = { en: '', zh: '' };
  const text = (name: string, more: object = {}) => ({ name, label, type: 'string' as const, ...more });
  const type: ObjectTypeSpec = {
    id: 'person',
    label,
    title: 'cn',
    relations: [],
    attributes: [text('cn'), text('uid', { unique: true }), text('tel', { equality: 'phone' }), text('x'), text('pin', { kind: 'secret' })],
  };
  it.each<[string, string[], Kind | undefined]>([
    ['cn', ['familyName', 'givenName'], 'name'],
    ['uid', ['displayName', 'employeeNumber'], 'userName'],
    ['uid', ['employeeNumber'], 'number'],
    ['tel', ['title'], 'phone'],
    ['x', ['email'], 'mail'],
    ['x', ['title'], undefined],
    ['pin', ['email'], undefined],
    ['nowhere', ['email'], undefined],
  ])('%s, fed by %j, is %s', (attribute, fedBy, kind) => {
    expect(kindOf(type, attribute, fedBy)).toBe(kind);
  });
});

describe('for any two objects the score', () => {
  const name = fc.constantFrom<Sign>(...(Object.keys(signs) as Sign[]));
  const object = fc.array(fc.record({ sign: name, key: fc.constantFrom('a', 'b', 'c') }), { maxLength: 8 });
  const shared = fc.integer({ min: 1, max: 40 });
  const of = (one: SignKey[], other: SignKey[], n = 1): number => scoreOf(keysOf(one), keysOf(other), () => n).score;

  it('is a whole number from 0 to 100, the same from either side', () => {
    fc.assert(
      fc.property(object, object, shared, (one, other, n) => {
        const found = of(one, other, n);
        expect(Number.isInteger(found) && found >= 0 && found <= 100).toBe(true);
        expect(of(other, one, n)).toBe(found);
      }),
    );
  });

  it('never falls by one more thing in common, and never rises by more who share it', () => {
    fc.assert(
      fc.property(object, object, name, shared, (one, other, sign, n) => {
        const more = { sign, key: 'new' };
        expect(of([...one, more], [...other, more], n)).toBeGreaterThanOrEqual(of(one, other, n));
        expect(of(one, other, n + 1)).toBeLessThanOrEqual(of(one, other, n));
      }),
    );
  });

  it('never rises by something that only differs, and is 0 with nothing in common', () => {
    fc.assert(
      fc.property(object, object, name, (one, other, sign) => {
        expect(of([...one, { sign, key: 'mine' }], [...other, { sign, key: 'theirs' }])).toBeLessThanOrEqual(of(one, other));
        expect(
          of(
            one.map((each) => ({ ...each, key: `1${each.key}` })),
            other.map((each) => ({ ...each, key: `2${each.key}` })),
          ),
        ).toBe(0);
      }),
    );
  });

  it('of texts of any kind finds signs without failing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Kind>('number', 'mail', 'phone', 'userName', 'name'),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (kind, text) => {
          for (const { key } of signsOf(kind, text)) expect(key.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe('what two are called', () => {
  it.each<[string, Known, Known, boolean]>([
    ['is the same', { name: '张伟' }, { name: '张 伟（离职）' }, false],
    ['is spelt in pinyin, either way round', { name: '郭芳' }, { name: 'Fang Guo' }, false],
    ['is the user name made of it', { name: '罗勇' }, { name: 'luoyong' }, false],
    ['is cut short', { name: 'Wang Fang' }, { name: 'Wang F.' }, false],
    ['is another name', { name: '郭芳' }, { name: '张老师' }, true],
    ['is no name of a person', { name: '罗勇', userName: 'luoyong' }, { name: '打印服务', userName: 'luoyong' }, true],
    ['is not said on one side', { name: '罗勇' }, { userName: 'luoyong' }, false],
  ])('%s', (_, one, other, otherwise) => {
    expect(calledOtherwise(signed(one), signed(other))).toBe(otherwise);
    expect(calledOtherwise(signed(other), signed(one))).toBe(otherwise);
  });

  it('is never another name for one and the same', () => {
    fc.assert(fc.property(fc.string(), (name) => !calledOtherwise(signed({ name }), signed({ name }))));
  });
});
