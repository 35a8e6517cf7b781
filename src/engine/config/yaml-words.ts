// What is wrong with the YAML of a file, in sentences: the parser's own are English.
import type { YAMLError } from 'yaml';
import type { Label } from '../../core/model.ts';

type Words = Readonly<Partial<Record<YAMLError['code'], Label>>>;

const say = (en: string, zh: string): Label => ({ en, zh });

const ofCode: Words = {
  TAB_AS_INDENT: say('a tab stands where the line is indented; use spaces', '缩进使用了制表符；请改用空格'),
  BAD_INDENT: say(
    'the line is not indented like its neighbours; let what belongs together begin in one column',
    '缩进与相邻行不一致；同级内容请对齐到同一列',
  ),
  DUPLICATE_KEY: say('the setting stands here a second time; keep one of the two', '该设置在此处重复出现；请只保留一个'),
  BLOCK_AS_IMPLICIT_KEY: say(
    'two settings stand on one line, or a text with ": " stands without quotes; put it in quotes, or begin a new line',
    '一行中有两个设置，或含“: ”的文本没有加引号；请加引号或另起一行',
  ),
  BLOCK_IN_FLOW: say('a list with - stands inside { } or [ ]; write its entries with commas', '{ } 或 [ ] 中不能使用 - 列表；请用逗号分隔'),
  MULTILINE_IMPLICIT_KEY: say(
    'the name of a setting must stand on one line and end with a colon; is a colon missing, or a quotation mark?',
    '设置名称必须在一行内并以冒号结尾；请检查是否缺少冒号或引号',
  ),
  BAD_ALIAS: say(
    'an alias (*name) or anchor (&name) has no usable name; a text that begins so stands in quotes',
    '别名（*名称）或锚点（&名称）无效；以此类符号开头的文本请加引号',
  ),
  ALIAS_PROPS: say('an alias (*name) takes nothing beside it', '别名（*名称）旁不能有其他内容'),
  BAD_DQ_ESCAPE: say(
    'no character is written like this in a text in double quotes; use single quotes, or \\\\ for a backslash',
    '双引号文本中的转义无效；请改用单引号，反斜杠请写 \\\\',
  ),
  BAD_SCALAR_START: say('a text may not begin with this sign; put it in quotes', '文本不能以此符号开头；请加引号'),
  BAD_COLLECTION_TYPE: say('the tag (!…) does not fit; leave it out', '标签（!…）不适用；请去掉'),
  TAG_RESOLVE_FAILED: say('the tag (!…) is not known; leave it out, or put the text in quotes', '未知标签（!…）；请去掉，或给文本加引号'),
  MULTIPLE_DOCS: say('the file holds a second document (---); write all of it as one', '文件中有第二个文档（---）；请合并为一个'),
  MULTIPLE_ANCHORS: say('there are two anchors (&name) for one value; keep one', '同一个值有两个锚点（&名称）；请只保留一个'),
  MULTIPLE_TAGS: say('there are two tags (!…) for one value; keep one', '同一个值有两个标签（!…）；请只保留一个'),
  KEY_OVER_1024_CHARS: say('the name of a setting is too long; is a quotation mark missing?', '设置名称过长；请检查是否缺少引号'),
  NON_STRING_KEY: say('the name of a setting must be text', '设置名称必须是文本'),
};

/** By the sentence, where one code tells several faults. */
const ofText: readonly (readonly [said: RegExp, words: Label])[] = [
  [/closing ['"]quote/, say('a text in quotes has no closing quotation mark; add it', '引号中的文本缺少右引号；请补上')],
  [
    /block sequence may not be used/,
    say('the - is not indented like the entries of its list; let them begin in one column', '- 的缩进与列表中其他项不一致；请对齐到同一列'),
  ],
  [/Missing , /, say('a comma is missing between two entries, or a bracket is not closed', '两项之间缺少逗号，或括号未闭合')],
  [
    /must end with a [\]}]|Expected .* to end with|end with/i,
    say('a bracket { or [ is not closed; add the closing one', '括号 { 或 [ 未闭合；请补上右括号'),
  ],
  [
    /Implicit map keys need to be followed by map values/,
    say('a colon is missing behind the name of the setting, or its value is not indented', '设置名称后缺少冒号，或其值没有缩进'),
  ],
  [/Sequence item without -/, say('an entry of the list does not begin with "- "', '列表项没有以“- ”开头')],
  [/Missing space after :/, say('a space is missing behind the colon', '冒号后缺少空格')],
  [/white space/, say('a space is missing before this sign; a text with it stands in quotes', '此符号前缺少空格；含此符号的文本请加引号')],
];

/** `not valid YAML: …`, with what to do. */
export function yamlWords({ code, message }: Pick<YAMLError, 'code' | 'message'>): Label {
  const words =
    ofText.find(([said]) => said.test(message))?.[1] ??
    ofCode[code] ??
    say('something stands here that does not belong; look at indentation, quotes and brackets', '此处内容有误；请检查缩进、引号和括号');
  return { en: `not valid YAML: ${words.en}`, zh: `YAML 语法错误：${words.zh}` };
}
