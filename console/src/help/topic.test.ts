// The help says the same in both languages, belongs to pages that exist, and is found by the words of other products.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { namesFor, searched, topicsOf, wordsOf } from './topic.ts';

const root = join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the help', () => {
  it.each(['guide', 'faq'] as const)('%s has the same topics in both languages, each at a page and with a text', (kind) => {
    const [en, zh] = ['', '.zh-CN'].map((language) => topicsOf(read(`docs/help/${kind}${language}.md`), kind));
    expect(zh!.map(({ at }) => at)).toEqual(en!.map(({ at }) => at));
    expect([...en!, ...zh!].filter(({ text, words }) => text.length < 40 || words[0] === '').map(({ title }) => title)).toEqual([]);
    const settings = read('console/src/pages/settings/routes.ts').replaceAll("{ path: '", "{ path: 'settings/");
    const routes = read('console/src/app/page-routes.ts') + read('console/src/pages/directory/routes.ts') + settings;
    expect(en!.filter(({ at }) => at !== '/' && !routes.includes(`path: '${at.slice(1)}`)).map(({ at }) => at)).toEqual([]);
  });

  it('finds old words in either language, titles first', () => {
    const topics = topicsOf(read('docs/help/faq.md'), 'faq');
    expect(searched(topics, '身份源')[0]!.title).toBe('A value is not what I expect');
    expect(searched(topics, 'PAUSED')[0]!.title).toBe('A job is paused');
    expect(searched(topics, 'brake plan').map(({ title }) => title)).toEqual(['Too many changes at once']);
    expect(searched(topics, 'no such thing')).toEqual([]);
  });

  it('knows what the words of other products are called here', () => {
    const names = wordsOf(read('GLOSSARY.md'));
    expect(names.find(({ there }) => there.includes('用户池'))).toEqual({ there: ['user pool', '用户池'], en: 'directory', zh: '目录' });
    expect(names.filter(({ en, zh }) => en === '' || zh === '')).toEqual([]);
  });

  it.each([
    // Authing
    'user pool',
    '用户池',
    'identity source',
    '身份源',
    'sync task',
    'risk operation',
    'risky operations',
    '风险操作',
    'upstream sync',
    '上游同步',
    'downstream sync',
    '下游同步',
    'sync path',
    'organization tree',
    'partial sync',
    '部分同步',
    'new members auto-join',
    '新增成员自动加入',
    'cancel below',
    'field mapping',
    'sync type',
    '定时同步',
    '实时同步',
    'automatic',
    'sync policy',
    '同步策略',
    'test connection',
    '测试连接',
    'event subscription',
    '回调地址',
    'user identifier',
    '离职办理',
    'main department',
    '主部门',
    'custom sync source',
    '组织机构',
    // Tencent EIAM
    'data source',
    '数据源',
    'acquisition mode',
    '获取方式',
    'push',
    'pull',
    'FREEZE',
    '冻结',
    'LOCKED',
    'User URL',
    'Org URL',
    '增量同步日志',
    '手动同步日志',
    // octoplant
    'server synchronization',
    'Synchronisation partner',
    '同步伙伴',
    'express',
    'User-Defined',
    'elements',
    'components',
    'configuration number',
    'executing user',
    'newer version wins',
    'no winner',
    'delete elements on target',
    'maximum retries',
    'duplicate job',
    'event log',
    'state before',
    'equal',
    'same with warning',
    'different',
  ])('tells what “%s” is called here', (word) => {
    expect(namesFor(wordsOf(read('GLOSSARY.md')), word).map(({ en, zh }) => `${en} ${zh}`)).not.toEqual([]);
  });

  it('shows what things are called here without the marks of a document', () => {
    expect(wordsOf(read('GLOSSARY.md')).filter(({ there, en, zh }) => /[*`]/.test(`${there.join(' ')}${en}${zh}`))).toEqual([]);
  });
});
