// How what the engine counted reads in sentences.
import { describe, expect, it } from 'vitest';
import { askedAgain, consequenceWords, countedWords, reasonWords } from './words.ts';

describe('large numbers in sentences', () => {
  it('have separators, in both languages', () => {
    expect(countedWords([{ type: 'person', count: 96_269 }])).toEqual({ en: '96,269 people', zh: '96,269 名人员' });
    expect(consequenceWords([{ action: 'disable', type: 'department', count: 1_204, inDirectory: false, systems: 1 }])).toEqual({
      en: '1,204 departments would be disabled',
      zh: '将停用 1,204 个部门',
    });
    for (const edited of [true, false]) {
      const { en, zh } = askedAgain(12_000, edited);
      expect([en.slice(0, 6), zh.slice(0, 6)]).toEqual(['12,000', '12,000']);
    }
  });

  it('are one word where it is one thing', () => {
    expect(countedWords([{ type: 'person', count: 1 }]).en).toBe('1 person');
  });
});

describe('why something is done', () => {
  it('says of somebody who is new and has left already what becomes of them, so that nobody expects an account', () => {
    expect(reasonWords('create', 'departed')).toEqual({
      en: 'has left: comes into the directory as departed, gets no account',
      zh: '已离职：以离职状态进入目录，不建账号',
    });
    expect(reasonWords('disable', 'departed').en).toBe('departed');
    expect(reasonWords('create', 'absent').en).toBe('not there yet');
  });
});
