// Pages of the help by name, and where a link in one leads.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { linked, nameOf, pagesOf } from './page.ts';

const root = join(import.meta.dirname, '../../..');
const guides = (pattern: string[]): string[] => globSync(pattern, { cwd: root }).toSorted();

it('a guide has the same name in both languages, and a title', () => {
  expect(['docs/admin/undo.md', 'docs/admin/undo.zh-CN.md', 'src/connectors/ldap/README.md', 'docs/expressions.md'].map(nameOf)).toEqual([
    'admin/undo',
    'admin/undo',
    'connectors/ldap',
    'expressions',
  ]);
  expect(['README.md', 'docs/decisions/0001-x.md', 'docs/help/faq.md'].map(nameOf)).toEqual([null, null, null]);
  const page = pagesOf({ '../../../docs/admin/undo.md': '# Undo\n\n[中文](undo.zh-CN.md)\n\nText with [a link](jobs.md).\n' });
  expect(page).toEqual([{ name: 'admin/undo', title: 'Undo', text: 'Text with [a link](jobs.md).' }]);
});

it('a link leads to a page of the help from wherever it stands, or to none', () => {
  expect(linked('admin/undo', 'records.zh-CN.md')).toBe('admin/records');
  expect(linked('admin/scope', '../expressions.md#functions')).toBe('expressions');
  expect(linked('help/faq', '../expressions.zh-CN.md')).toBe('expressions');
  expect(linked('connectors/ldap', '../feishu/README.md')).toBe('connectors/feishu');
  expect(linked('admin/jobs', '../../src/connectors/file/README.md')).toBe('connectors/file');
  expect(linked('admin/undo', '../decisions/0001-x.md')).toBeNull();
  expect(linked('admin/undo', '#below')).toBeNull();
});

/** New connectors are made of this one, and begin in one language. */
const isModel = (file: string): boolean => file === 'src/connectors/memory/README.md';

it('every guide of administrators, of systems too, is there in both languages', () => {
  const names = (files: string[]): (string | null)[] => files.map(nameOf).toSorted();
  const english = guides(['docs/admin/*.md', 'docs/expressions.md', 'src/connectors/*/README.md']).filter(
    (file) => !file.endsWith('.zh-CN.md') && !isModel(file),
  );
  expect(english.length).toBeGreaterThan(15);
  expect(names(guides(['docs/admin/*.zh-CN.md', 'docs/expressions.zh-CN.md', 'src/connectors/*/README.zh-CN.md']))).toEqual(names(english));
  for (const file of english) expect(pagesOf({ [file]: readFileSync(join(root, file), 'utf8') })).toHaveLength(1);
});
