// What people type finds whom they mean: the keys of an object and the lookups of a text meet.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes } from './model.ts';
import { lookupsOf, SEARCH, searchKeys, wordsOf } from './search.ts';

const isFound = (type: string, data: Attributes, typed: string): boolean => {
  const keys = searchKeys(type, data);
  const one = (text: string): boolean =>
    lookupsOf(text).some(({ attribute, begins }) => attribute === SEARCH && keys.some((key) => key.startsWith(begins)));
  const words = wordsOf(typed);
  return one(typed) || (words.length > 0 && words.every(one));
};

describe('a person is found by', () => {
  it.each([
    ['the whole name', '王小明', '王小明'],
    ['how it begins', '王小明', '王'],
    ['the given name', '王小明', '小明'],
    ['the name with a blank in it', '王小明', '王 小明'],
    ['pinyin', '王小明', 'wangxiaoming'],
    ['the beginning of the pinyin', '王小明', 'wangx'],
    ['spaced pinyin in capitals', '王小明', 'Wang Xiao Ming'],
    ['the pinyin of the given name', '王小明', 'xiaoming'],
    ['initials', '王小明', 'wxm'],
    ['the surname as it is read', '单雄信', 'shanx'],
    ['a compound surname and its given name', '欧阳娜娜', 'nana'],
    ['a Western name', 'Ada Lovelace', 'ada'],
    ['its last word', 'Ada Lovelace', 'love'],
    ['its words the other way round', 'Ada Lovelace', 'lovelace ada'],
    ['its initials', 'Ada Lovelace', 'al'],
    ['a name without its accents', 'Zoë Müller', 'zoe mu'],
  ])('%s', (_, displayName, typed) => {
    expect(isFound('person', { displayName }, typed)).toBe(true);
  });

  it('the end of the phone number, four digits or more', () => {
    const data = { displayName: '王小明', phone: '+8613812345678' };
    expect(['5678', '345678', '13812345678', '138 1234 5678'].map((typed) => isFound('person', data, typed))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['678', '1381234', '5679'].map((typed) => isFound('person', data, typed))).toEqual([false, false, false]);
  });

  it('and not by somebody else', () => {
    expect(['李', 'lixiaoming', 'wxx', 'ming xiaoming2'].map((typed) => isFound('person', { displayName: '王小明' }, typed))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

it('a department is found by any part of its name, by pinyin and by initials', () => {
  const data = { name: '华东区销售部 East' };
  expect(['华东', '销售', '售部', 'huadongqu', 'hdqxsb', 'east'].map((typed) => isFound('department', data, typed))).toEqual(
    Array.from({ length: 6 }, () => true),
  );
});

it('whatever a name is made of, it finds itself, and its keys stay few and short', () => {
  const piece = fc.constantFrom('张', '伟', '欧阳', 'Zoë', ' ', '·', '-', '(离职)', '\u{20000}', "O'Neil", '部', '7');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.constantFrom('person', 'department'), (pieces, type) => {
      const name = pieces.join('');
      const keys = searchKeys(type, type === 'person' ? { displayName: name } : { name });
      expect(keys.every((key) => key !== '' && [...key].length <= 60)).toBe(true);
      expect(keys.length).toBeLessThan(90);
      if (/[\p{L}]/u.test(name)) expect(isFound(type, type === 'person' ? { displayName: name } : { name }, name)).toBe(true);
    }),
  );
});
