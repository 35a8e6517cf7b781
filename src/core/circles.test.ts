// Circles over account values: found over any number of jobs, and only where a value is really made of itself.
import { describe, expect, it } from 'vitest';
import { circlesOver, type WritingJob } from './circles.ts';

const job = (connection: string, rows: Readonly<Record<string, string>>, name = `into ${connection}`): WritingJob => ({
  name,
  connection,
  mapping: { person: Object.entries(rows).map(([target, cel]) => ({ target, cel })) as never },
});
const found = (...jobs: readonly WritingJob[]) => circlesOver(jobs).map((one) => `${one.job}: ${one.values.join(' ← ')}`);

describe('a circle', () => {
  it('is a value that is made of itself, over one job, two, or three', () => {
    expect(found(job('a', { mail: 'account("a").mail + "x"' }))).toEqual(['into a: a.mail ← a.mail']);
    expect(found(job('a', { mail: 'account("b").mail' }), job('b', { mail: 'account("a").mail' }))).toEqual([
      'into a: a.mail ← b.mail ← a.mail',
      'into b: b.mail ← a.mail ← b.mail',
    ]);
    const three = found(
      job('a', { mail: 'account("b").login', name: 'displayName' }),
      job('b', { login: 'account("c").note != null ? account("c").note : email' }),
      job('c', { note: 'account("a").mail' }),
    );
    expect(three).toContain('into a: a.mail ← b.login ← c.note ← a.mail');
    expect(three).toHaveLength(3);
  });

  it('is none where values are only passed on, also both ways between two systems', () => {
    expect(found(job('a', { mail: 'account("b").mail' }), job('b', { login: 'account("a").login', mail: 'email' }))).toEqual([]);
    expect(found(job('a', { mail: 'account("b").mail' }))).toEqual([]);
    expect(found(job('a', { note: 'account("a").mail' }))).toEqual([]);
  });

  it('is not closed by another kind of object', () => {
    const group: WritingJob = {
      name: 'groups',
      connection: 'b',
      mapping: { group: [{ target: 'mail', cel: 'account("a").mail' }] as never },
    };
    expect(found(job('a', { mail: 'account("b").mail' }), group)).toEqual([]);
  });
});
