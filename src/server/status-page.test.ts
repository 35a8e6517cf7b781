// The status page says why a job stands still, and what to do.
import { expect, it } from 'vitest';
import type { JobView, StatusView } from '../engine/operations/views.ts';
import { statusPage } from './status-page.ts';

const job: JobView = {
  id: 2,
  name: 'HR',
  description: '',
  owner: '',
  connection: 'hr',
  connectionName: 'HR file',
  connector: 'file',
  direction: 'up',
  state: 'paused',
  stateReason: { en: 'The source shows half of the people.', zh: '源系统只显示一半人员。' },
  question: null,
  trigger: 'manual',
  schedule: null,
  nextDueAt: null,
  lastCompleteAt: null,
  lastRun: null,
  held: 0,
  problems: 0,
};
const view = (one: JobView): StatusView => ({ now: 0, jobs: [one], runs: [], questions: [], problems: [], brakes: [], connections: [] });

it('says why a paused job is paused, in both languages, also where nothing is asked about it', () => {
  expect(statusPage(view(job), 'en', null)).toContain('is paused by the guard. The source shows half of the people.');
  expect(statusPage(view(job), 'zh', null)).toContain('已被保护暂停。 源系统只显示一半人员。');
});

it('says the question of a job in place of the reason, and nothing of a job that goes on', () => {
  const asked = statusPage(view({ ...job, question: { en: 'Is that so?', zh: '属实吗?' } }), 'en', null);
  expect(asked).toContain('Is that so?');
  expect(asked).not.toContain('half of the people');
  expect(statusPage(view({ ...job, state: 'enabled' }), 'en', null)).not.toContain('half of the people');
});
