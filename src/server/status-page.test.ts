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
  awaySince: null,
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

const how = { name: null, hasConsole: false, isLive: false };

it('says why a paused job is paused, in both languages, also where nothing is asked about it', () => {
  expect(statusPage(view(job), 'en', how)).toContain('is paused by the guard. The source shows half of the people.');
  expect(statusPage(view(job), 'zh', how)).toContain('已被保护暂停。 源系统只显示一半人员。');
});

it('says the question of a job in place of the reason, and nothing of a job that goes on', () => {
  const asked = statusPage(view({ ...job, question: { en: 'Is that so?', zh: '属实吗?' } }), 'en', how);
  expect(asked).toContain('Is that so?');
  expect(asked).not.toContain('half of the people');
  expect(statusPage(view({ ...job, state: 'enabled' }), 'en', how)).not.toContain('half of the people');
});

it('renews itself only for whoever asked for that, and leads to the console where there is one', () => {
  const still = statusPage(view(job), 'zh', how);
  expect(still).not.toContain('http-equiv="refresh"');
  expect(still).toContain('href="?lang=zh&amp;live=1"');
  const live = statusPage(view(job), 'zh', { name: 'li.na', hasConsole: true, isLive: true });
  expect(live).toContain('http-equiv="refresh" content="10"');
  expect(live).toContain('href="?lang=zh"');
  expect(live).toContain('<a href="/">打开控制台</a>');
  const asked = {
    ...view(job),
    questions: [{ job: 2, jobName: 'HR', code: 'q', label: { en: 'Delete these?', zh: '是否删除？' }, count: 1 }],
  };
  expect(statusPage(asked as never, 'en', { ...how, hasConsole: true })).toContain('href="/#/waiting"');
  expect(statusPage(asked as never, 'en', how)).toContain('tributary held');
});

it('names a command only where there is no console that leads on', () => {
  const none = { ...view(job), jobs: [] };
  for (const language of ['en', 'zh'] as const) {
    for (const shown of [view(job), none]) {
      expect(statusPage(shown, language, how)).toContain('tributary ');
      expect(statusPage(shown, language, { ...how, hasConsole: true })).not.toContain('tributary ');
    }
    expect(statusPage(view(job), language, { ...how, hasConsole: true })).toContain('href="/#/jobs/2"');
    expect(statusPage(none, language, { ...how, hasConsole: true })).toContain('href="/#/new"');
  }
});

it('names the job of what people enter in the language of the page', () => {
  const byHand = view({ ...job, name: 'Edited by hand', connectionName: 'Edited by hand' });
  expect(statusPage(byHand, 'zh', how)).toContain('<b>手工维护</b>');
  expect(statusPage(byHand, 'zh', how)).not.toContain('Edited by hand');
  expect(statusPage(byHand, 'en', how)).toContain('<b>Edited by hand</b>');
});

it('says when a job runs in words where no next run is set, also beside events', () => {
  const nightly = { ...job, state: 'disabled', trigger: 'schedule', schedule: '0 6 * * 1-5 (Asia/Shanghai)' };
  expect(statusPage(view(nightly), 'en', how)).toContain('On working days at 06:00 (Asia/Shanghai)');
  expect(statusPage(view(nightly), 'zh', how)).toContain('工作日 06:00（Asia/Shanghai）');
  expect(statusPage(view({ ...nightly, schedule: 'live + every 6 hours (UTC)' }), 'en', how)).toContain(
    'At once on events; Every 6 hours (UTC)',
  );
  expect(statusPage(view({ ...nightly, schedule: 'live' }), 'zh', how)).toContain('实时');
  // What has no words stands as it was entered.
  expect(statusPage(view({ ...nightly, schedule: '*/7 1-3 * * * (UTC)' }), 'en', how)).toContain('By the clock: */7 1-3 * * * (UTC)');
});
