// Ways become calls.
import { describe, expect, it } from 'vitest';
import { inputOf, pageOf, type Way } from './ways.ts';

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

  it('leads to the page that shows it, where there is one', () => {
    expect(pageOf(way('run.get', '/runs/12', {}))).toBe('/runs/12');
    expect(pageOf(way('run.list', '/runs', { job: 3 }))).toBe('/runs?job=3');
    expect(pageOf(way('drift.list', '/jobs/3/drift', {}))).toBe('/jobs/3/drift');
    expect(pageOf(way('notice.list', '/notices', {}))).toBeNull();
  });
});
