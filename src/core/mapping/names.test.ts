import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiOf, PINYIN_STYLES, pinyinOf, splitName } from './names.ts';

describe('splitName', () => {
  it.each([
    ['张三', '张', '三'],
    ['张三丰', '张', '三丰'],
    ['欧阳修', '欧阳', '修'],
    ['欧阳', '欧', '阳'],
    ['司马相如', '司马', '相如'],
    ['诸葛亮', '诸葛', '亮'],
    ['諸葛亮', '諸葛', '亮'],
    ['爱新觉罗溥仪', '爱新觉罗', '溥仪'],
    ['张 三', '张', '三'],
    ['张　三', '张', '三'],
    ['张三(离职)', '张', '三'],
    ['张三（Tom）', '张', '三'],
    ['Tom 张三', '张', '三'],
    ['阿卜杜拉·买买提', '买买提', '阿卜杜拉'],
    ['迪丽热巴•迪力木拉提', '迪力木拉提', '迪丽热巴'],
    ['John Smith', 'Smith', 'John'],
    ['Smith, John', 'Smith', 'John'],
    ['Mary Ann Smith', 'Smith', 'Mary Ann'],
    ['Ludwig van Beethoven', 'van Beethoven', 'Ludwig'],
    ['Maria de la Cruz', 'de la Cruz', 'Maria'],
    ['Martin Luther King Jr.', 'King', 'Martin Luther'],
    ['King, Jr.', null, 'King'],
    ['  John   Smith ', 'Smith', 'John'],
    ['Cher', null, 'Cher'],
    ['张', null, '张'],
    ['', null, null],
    ['   ', null, null],
  ])('splits %j into family %j and given %j', (name, family, given) => {
    expect(splitName(name)).toEqual({ family, given });
  });
});

describe('pinyinOf', () => {
  it('reads polyphonic surnames as surnames and the given name as a word', () => {
    const read = (name: string) => pinyinOf(name, 'joined');
    expect(['曾小贤', '单雄信', '仇和', '解晓东', '区志强', '尉迟恭', '万俟卨', '张乐'].map(read)).toEqual([
      'zengxiaoxian',
      'shanxiongxin',
      'qiuhe',
      'xiexiaodong',
      'ouzhiqiang',
      'yuchigong',
      'moqixie',
      'zhangle',
    ]);
  });

  it('writes ü as v', () => {
    expect(pinyinOf('吕布', 'joined')).toBe('lvbu');
  });

  it('offers the forms that account names are made of', () => {
    expect(PINYIN_STYLES.map((style) => pinyinOf('欧阳修文', style))).toEqual([
      'ouyangxiuwen',
      'ou yang xiu wen',
      'Ouyang Xiuwen',
      'oyxw',
      'ouyang',
      'xiuwen',
    ]);
  });

  it('folds Western names to the same forms', () => {
    expect(PINYIN_STYLES.map((style) => pinyinOf('José María Núñez', style))).toEqual([
      'josemarianunez',
      'jose maria nunez',
      'Jose Maria Nunez',
      'jmn',
      'nunez',
      'josemaria',
    ]);
  });

  it('puts the own name first in names with a dot', () => {
    expect(pinyinOf('阿卜杜拉·买买提', 'spaced')).toBe('a bu du la mai mai ti');
  });

  it('gives only lower-case letters and digits when joined, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom(...'张三欧阳·， .(x)ß𠮷é') })), (text) => {
        expect(pinyinOf(text, 'joined')).toMatch(/^[a-z0-9]*$/);
      }),
    );
  });
});

describe('asciiOf', () => {
  it.each([
    ['Müller-Lüdenscheidt', 'Muller-Ludenscheidt'],
    ['Straße', 'Strasse'],
    ['Ærøskøbing', 'AEroskobing'],
    ['Łódź', 'Lodz'],
    ['ＡＢＣ１２３', 'ABC123'],
    ['研发 R&D', 'yanfa R&D'],
    ['plain', 'plain'],
    ['😀', ''],
  ])('turns %j into %j', (text, ascii) => {
    expect(asciiOf(text)).toBe(ascii);
  });
});
