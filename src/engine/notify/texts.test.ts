// Every notice in both languages, as people read it: golden/ holds one text per kind and language.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noticeKinds, type NoticeKind } from '../../core/notices.ts';
import { exampleOf, messageOf } from './render.ts';
import { texts } from './texts.ts';

const kinds = Object.keys(noticeKinds) as NoticeKind[];

describe.each(['en', 'zh'] as const)('in %s', (language) => {
  it.each(kinds)('%s says what the golden text says', async (kind) => {
    const { subject, text } = messageOf([exampleOf(kind)], language, 'https://sync.example.org');
    await expect(`${subject}\n\n${text}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `${kind}.${language}.txt`));
  });

  it('a digest says what the golden text says', async () => {
    const all = [1, 2, 3].map((n) => ({ ...exampleOf('run-failed'), at: Date.UTC(2026, 2, 1, 8, n) }));
    const { subject, text } = messageOf(all, language, 'https://sync.example.org');
    await expect(`${subject}\n\n${text}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `digest.${language}.txt`));
  });

  it.each(kinds)('%s leaves no placeholder and no gap, also when there is next to nothing to say', (kind) => {
    const bare = { kind, at: 0, job: null, connection: null, facts: {} };
    for (const told of [exampleOf(kind), bare]) {
      const { subject, text } = messageOf([told], language, null);
      expect(subject + text).not.toMatch(/[{}]|undefined|null|NaN/);
      expect(text).not.toMatch(/\n{3,}/);
    }
  });
});

it('both languages of a kind use the same placeholders', () => {
  const names = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
  for (const { en, zh } of Object.values(texts)) expect(names(zh.subject + zh.body)).toEqual(names(en.subject + en.body));
});
