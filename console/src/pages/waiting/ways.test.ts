// Ways become calls.
import { describe, expect, it } from 'vitest';
import { consequenceOf, inputOf, pageOf, type Entry, type Way } from './ways.ts';

const way = (operation: string, path: string, input: Way['input']): Way => ({
  label: { en: 'x', zh: 'x' },
  operation,
  role: 'operator',
  method: 'POST',
  path,
  input,
});

describe('a way to settle', () => {
  it('is called with what stands in its path and with the rest', () => {
    expect(inputOf(way('job.resume', '/jobs/7/resume', { accept: true }))).toEqual({ job: '7', accept: true });
    expect(inputOf(way('connection.check', '/connections/a%2Fb/check', {}))).toEqual({ connection: 'a/b' });
  });

  it('says what follows, where two ways lead on from one question', () => {
    const readAgain = way('job.resume', '/jobs/7/resume', {});
    const accept = way('job.resume', '/jobs/7/resume', { accept: true });
    expect(consequenceOf(accept, { settle: [readAgain, accept] } as unknown as Entry)).toBe('more.answers.accept');
    expect(consequenceOf(readAgain, { settle: [readAgain, accept] } as unknown as Entry)).toBe('more.answers.readAgain');
    expect(consequenceOf(readAgain, { settle: [readAgain] } as unknown as Entry)).toBeNull();
    expect(consequenceOf(way('run.start', '/jobs/7/runs', {}), { settle: [] } as unknown as Entry)).toBeNull();
  });

  it('leads to the page that shows it, where there is one', () => {
    expect(pageOf(way('run.get', '/runs/12', {}))).toBe('/runs/12');
    expect(pageOf(way('run.list', '/runs', { job: 3 }))).toBe('/runs?job=3');
    expect(pageOf(way('drift.list', '/jobs/3/drift', {}))).toBe('/jobs/3/drift');
    expect(pageOf(way('notice.list', '/notices', {}))).toBeNull();
  });
});
