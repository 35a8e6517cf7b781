// Names of people: given and family part, pinyin, initials and plain ASCII, for Chinese and Western names.
import { pinyin } from 'pinyin-pro';

export interface NameParts {
  readonly family: string | null;
  readonly given: string | null;
}

export const PINYIN_STYLES = ['joined', 'spaced', 'title', 'initials', 'family', 'given'] as const;
export type PinyinStyle = (typeof PINYIN_STYLES)[number];
export const isPinyinStyle = (text: string): text is PinyinStyle => (PINYIN_STYLES as readonly string[]).includes(text);

const COMPOUND = new Set(
  `欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 轩辕 令狐 钟离 宇文 长孙 慕容 司徒 司空 夏侯 端木 独孤 南宫 万俟 闻人 赫连 澹台 淳于 单于 太叔
  申屠 公羊 濮阳 呼延 百里 东郭 西门 拓跋 鲜于 闾丘 亓官 司寇 仉督 子车 颛孙 巫马 公西 漆雕 乐正 壤驷 公良 夹谷 宰父 谷梁 段干 东门 南门
  羊舌 微生 梁丘 左丘 第五 贺兰 纳兰 完颜 耶律 爱新觉罗 叶赫那拉 北堂 达奚 哥舒 仆固 宗政 即墨 綦毋 屈突 沮渠 叱干 叱罗 尔朱 库狄 吐谷浑
  歐陽 司馬 上官 諸葛 東方 尉遲 公孫 軒轅 鍾離 長孫 獨孤 南宮 萬俟 聞人 赫連 澹臺 單于 公羊 濮陽 東郭 西門 鮮于 閭丘 顓孫 巫馬 樂正 夾谷 穀梁
  段幹 東門 南門 左丘 賀蘭 納蘭 完顏 愛新覺羅`.split(/\s+/u),
);
const HAN = /^\p{Script=Han}+$/u;
const HAS_HAN = /\p{Script=Han}/u;
const HAN_RUN = /\p{Script=Han}+/gu;
const DOTS = /[·•‧・･．∙⋅]/gu;
const PARTICLES = new Set('van von der den de da do dos das di du del della la le el al bin binti ibn ben ter ten zu af st. st'.split(' '));
const SUFFIXES = new Set('jr jr. sr sr. ii iii iv phd ph.d. md m.d. esq esq.'.split(' '));

/** Family and given part of a full name. A part that cannot be told apart is null. Not for more than 200 characters. */
export function splitName(name: string): NameParts {
  const text = plainName(name);
  if (text === '') return { family: null, given: null };
  if (HAS_HAN.test(text)) {
    const han = hanName(text);
    if (han !== null) return splitHan(han);
  }
  return splitWestern(text);
}

/** Notes in brackets, such as "(离职)" or "（Tom）", and repeated blanks removed. */
function plainName(name: string): string {
  const bare = name
    .slice(0, 200)
    .normalize('NFKC')
    .replace(/[([{【][^)\]}】]*[)\]}】]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  return bare === ''
    ? name
        .slice(0, 200)
        .replace(/[()[\]{}【】（）]/gu, '')
        .trim()
    : bare;
}

/** The Chinese name inside a text: "张 三" and "Tom 张三" give 张三; "Tom 张" is left to the Western rule. */
function hanName(text: string): string | null {
  const dotted = text.replace(DOTS, '·').replace(/ *· */gu, '·');
  if (dotted.includes('·') && HAN.test(dotted.replaceAll('·', ''))) return dotted;
  const closed = text.replaceAll(' ', '');
  if (HAN.test(closed)) return closed;
  const runs = text.match(HAN_RUN) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  return [...longest].length >= 2 ? longest : null;
}

function splitHan(name: string): NameParts {
  if (name.includes('·')) {
    // 阿卜杜拉·买买提: own name first, the father's or family name last.
    const parts = name.split('·').filter((part) => part !== '');
    if (parts.length > 1) return { given: parts[0]!, family: parts.at(-1)! };
    return { given: parts[0] ?? null, family: null };
  }
  const characters = [...name];
  if (characters.length === 1) return { family: null, given: name };
  for (const length of [4, 3, 2]) {
    const head = characters.slice(0, length).join('');
    if (characters.length > length && COMPOUND.has(head)) return { family: head, given: characters.slice(length).join('') };
  }
  return { family: characters[0]!, given: characters.slice(1).join('') };
}

function splitWestern(text: string): NameParts {
  const comma = text.indexOf(',');
  if (comma > 0) {
    const [family, given, ...rest] = text.split(',').map((part) => part.trim());
    if (given && !SUFFIXES.has(given.toLowerCase())) return { family: family!, given };
    return splitWestern([family, rest.join(' ')].join(' ').trim());
  }
  const words = text.split(' ').filter((word) => word !== '');
  while (words.length > 1 && SUFFIXES.has(words.at(-1)!.toLowerCase())) words.pop();
  if (words.length === 1) return { family: null, given: words[0]! };
  let start = words.length - 1;
  while (start > 1 && PARTICLES.has(words[start - 1]!.toLowerCase())) start--;
  return { given: words.slice(0, start).join(' '), family: words.slice(start).join(' ') };
}

/** Latin letters without a decomposition of their own. */
// biome-ignore format: a table
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss', ẞ: 'SS', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ø: 'o', Ø: 'O', đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', þ: 'th', Þ: 'Th', ł: 'l', Ł: 'L',
  ı: 'i', ħ: 'h', Ħ: 'H', ŋ: 'n', Ŋ: 'N', '’': "'", '‘': "'", '“': '"', '”': '"', '–': '-', '—': '-', '。': '.', '，': ',', '、': ',',
};

/** A text in ASCII: accents folded, full-width made half-width, Chinese in pinyin (ü as v), what has no counterpart left out. */
export function asciiOf(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const latin = HAS_HAN.test(text) ? text.replace(HAN_RUN, (run) => syllables(run, false).join('')) : text;
  return latin
    .normalize('NFKD')
    .replace(/\P{ASCII}/gu, (letter) => LETTERS[letter] ?? '')
    .replace(/[^\x20-\x7e]/g, '');
}

/** One syllable per character, lower-case ASCII without tones. `surname`: read the first as a surname (单 shan, 曾 zeng). */
function syllables(han: string, surname: boolean): string[] {
  const read = pinyin(han, { surname: surname ? 'head' : 'off', toneType: 'none', type: 'array', v: true });
  return read.map((syllable) => letters(syllable.normalize('NFKD')));
}
const letters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
const word = (text: string): string => letters(asciiOf(text));
const capital = (text: string): string => (text === '' ? '' : text[0]!.toUpperCase() + text.slice(1));

interface Spelled {
  readonly family: readonly string[];
  readonly given: readonly string[];
  /** Family before given, as Chinese names are said. */
  readonly familyFirst: boolean;
}

function spell(name: string): Spelled {
  const text = plainName(name);
  const han = HAS_HAN.test(text) ? hanName(text) : null;
  if (han === null) {
    const { family, given } = splitWestern(text);
    const words = (part: string | null): string[] =>
      (part ?? '')
        .split(/[ -]/u)
        .map(word)
        .filter((entry) => entry !== '');
    return { family: words(family), given: words(given), familyFirst: false };
  }
  const parts = splitHan(han);
  if (han.includes('·')) {
    return {
      given: syllables(parts.given ?? '', false),
      family: syllables(parts.family ?? '', false),
      familyFirst: false,
    };
  }
  // The whole name is read at once: a given name read alone would have its first character taken for a surname.
  const all = syllables(han, true);
  const cut = parts.family === null ? 0 : [...parts.family].length;
  return { family: all.slice(0, cut), given: all.slice(cut), familyFirst: true };
}

/** The syllables or words of a person's name in the order in which it is said, and where the given name begins. Lower-case ASCII. */
export function spokenName(name: string): { readonly parts: readonly string[]; readonly given: number } {
  const { family, given, familyFirst } = spell(name);
  const isSaid = (part: string): boolean => part !== '';
  return familyFirst
    ? { parts: [...family, ...given].filter(isSaid), given: family.length }
    : { parts: [...given, ...family].filter(isSaid), given: 0 };
}

/** The same of any other text, such as a department's name: syllables of Chinese, words of the rest. */
export const spokenText = (text: string): readonly string[] =>
  text
    .match(/\p{Script=Han}+|[^\p{Script=Han}\s]+/gu)
    ?.flatMap((run) => (HAN.test(run) ? syllables(run, false) : [word(run)]))
    .filter((part) => part !== '') ?? [];

/**
 * The pinyin of a name in lower-case ASCII. joined `zhangsan` · spaced `zhang san` · title `Zhang San` ·
 * initials `zs` · family `zhang` · given `san`. Western names are folded to ASCII in the same forms.
 */
export function pinyinOf(name: string, style: PinyinStyle): string {
  const { family, given, familyFirst } = spell(name);
  const ordered = familyFirst ? [...family, ...given] : [...given, ...family];
  switch (style) {
    case 'joined':
      return ordered.join('');
    case 'spaced':
      return ordered.filter((entry) => entry !== '').join(' ');
    case 'title': {
      const halves = familyFirst ? [family, given] : [given, family];
      return halves
        .map((half) => (familyFirst ? capital(half.join('')) : half.map(capital).join(' ')))
        .filter((half) => half !== '')
        .join(' ');
    }
    case 'initials':
      return ordered.map((entry) => entry.slice(0, 1)).join('');
    case 'family':
      return family.join('');
    case 'given':
      return given.join('');
  }
}
