// The help says the same in both languages, belongs to pages that exist, and is found by the words of other products.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { searched, topicsOf, wordsOf } from './topic.ts';

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
});
