// The status page: jobs, runs and waiting work, rendered on the server, without any value of a person.
import type { Label } from '../core/model.ts';
import { CONSOLE_JOB } from '../engine/console/job.ts';
import type { JobView, RunView, StatusView } from '../engine/operations/views.ts';
import { directionWords, jobStateWords, modeWords, runStateWords } from '../engine/words.ts';
import { scheduleWords } from './schedule-words.ts';

type Language = 'en' | 'zh';

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const tones: Readonly<Record<string, string>> = {
  succeeded: 'good',
  enabled: 'good',
  warnings: 'warn',
  waiting: 'warn',
  paused: 'warn',
  'partly-failed': 'bad',
  failed: 'bad',
  quarantined: 'bad',
  running: 'busy',
  queued: 'busy',
};
const signs: Readonly<Record<string, string>> = { good: '✓', warn: '!', bad: '✗', busy: '…', none: '·' };

interface StatusHow {
  /** Who is signed in; null = nobody needs to be. */
  readonly name: string | null;
  readonly hasConsole: boolean;
  /** It renews itself: only where somebody has asked for that, whoever reads slowly would lose the place. */
  readonly isLive: boolean;
}

export function statusPage(view: StatusView, language: Language, { name, hasConsole, isLive }: StatusHow): string {
  const say = (en: string, zh: string): string => escapeHtml(language === 'zh' ? zh : en);
  /** A cell with its heading beside it, for narrow screens, where a row becomes a card. */
  const cell = (heading: string, content: string, kind = ''): string =>
    `<td data-l="${heading}"${kind === '' ? '' : ` class="${kind}"`}>${content}</td>`;
  const label = (given: Label): string => escapeHtml(given[language]);
  /** The job of what people enter is made with an English name. */
  const named = (name: string): string => escapeHtml(language === 'zh' && name === CONSOLE_JOB ? '手工维护' : name);
  const number = (value: number): string => value.toLocaleString('en');
  const time = (at: number | null): string =>
    at === null ? '–' : `<time>${new Date(at).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })}</time>`;
  const badge = (state: string, words: Readonly<Record<string, Label>>): string => {
    const tone = tones[state] ?? 'none';
    return `<span class="badge ${tone}"><b aria-hidden="true">${signs[tone]}</b> ${label(words[state] ?? { en: state, zh: state })}</span>`;
  };
  /** Whoever has the console needs no command. */
  const nothingYet = (what: string, way: string, command: string): string =>
    hasConsole ? `<p class="ways">${what} ${way}</p>` : `<p class="hint">${what} ${command}</p>`;
  const waiting = view.questions.reduce((sum, question) => sum + question.count, 0);
  const troubles = view.problems.reduce((sum, problem) => sum + problem.count, 0);
  const jobRow = (
    job: JobView,
  ): string => `<tr><td><b>${named(job.name)}</b><small>${label(directionWords[job.direction])} · ${named(job.connectionName)}</small></td>
${cell(say('state', '状态'), badge(job.state, jobStateWords))}${cell(say('last run', '上次执行'), job.lastRun ? `<span>${badge(job.lastRun.state, runStateWords)}<small>${time(job.lastRun.startedAt)}</small></span>` : say('never run', '从未执行'))}
${cell(say('next run', '下次执行'), job.nextDueAt ? time(job.nextDueAt) : job.schedule ? label(scheduleWords(job.schedule)) : say('by hand', '手动'))}${cell(say('waiting', '待确认'), job.held > 0 ? `<b class="warn">${number(job.held)}</b>` : '–', 'n')}${cell(say('problems', '问题'), job.problems > 0 ? `<b class="bad">${number(job.problems)}</b>` : '–', 'n')}</tr>`;
  const runRow = (
    run: RunView,
  ): string => `<tr><td class="n">${run.id}</td><td>${named(run.jobName)}<small>${label(modeWords[run.mode] ?? { en: run.mode, zh: run.mode })}${run.dryRun ? say(' · dry run', ' · 试运行') : ''}</small></td>
${cell(say('state', '状态'), badge(run.state, runStateWords))}${cell(say('started', '开始'), time(run.startedAt))}${cell(say('read', '读取'), number(run.counts.read ?? 0), 'n')}${cell(say('applied', '已写入'), number(run.counts.applied ?? 0), 'n')}${cell(say('held', '待确认'), number(run.counts.held ?? 0), 'n')}${cell(say('failed', '失败'), number(run.counts.failed ?? 0), 'n')}</tr>`;
  return `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${isLive ? '<meta http-equiv="refresh" content="10">' : ''}
<title>${waiting > 0 ? `(${waiting}) ` : ''}Tributary</title><style>${style}</style></head><body><header><h1>Tributary</h1><p>${say('Status', '状态')} · ${time(view.now)}</p><nav>${name === null ? '' : `<a href="/account">${escapeHtml(name)}</a> `}<a href="?lang=en">English</a> <a href="?lang=zh">中文</a></nav></header><main>
<p class="ways">${hasConsole ? `<a href="/">${say('Open the console', '打开控制台')}</a> · ` : ''}${isLive ? `<a href="?lang=${language}">${say('Renewed every 10 seconds: stop', '每 10 秒刷新一次：停止')}</a>` : `<a href="?lang=${language}&amp;live=1">${say('Renew every 10 seconds', '每 10 秒自动刷新')}</a>`}</p>
${view.brakes.map((brake) => `<p class="notice bad"><b>${say('The brake is on', '总闸已拉下')}</b>: ${label(brake.scopeName)} — ${escapeHtml(brake.reason)} (${escapeHtml(brake.by)}, ${time(brake.since)}). ${say('Reading and planning go on; nothing is written.', '读取与计划继续,不写入任何内容。')}</p>`).join('')}
${view.connections
  .filter((connection) => connection.awaySince !== null)
  .map(
    (connection) =>
      `<p class="notice warn"><b>${escapeHtml(connection.name)}</b> ${say('cannot be reached since', '自此时起无法连接：')} ${time(connection.awaySince)}. ${say('Its jobs go on by themselves when it answers again.', '恢复后相关任务将自动继续。')}</p>`,
  )
  .join('')}
${view.jobs
  .flatMap((job) => {
    const why = job.question ?? (job.state === 'paused' ? job.stateReason : null);
    return why === null ? [] : [{ job, why }];
  })
  .map(
    ({ job, why }) =>
      `<p class="notice warn"><b>${named(job.name)}</b> ${job.state === 'paused' ? say('is paused by the guard.', '已被保护暂停。') : say('has a question.', '有待答复的问题。')} ${label(why)} ${hasConsole ? `<a href="/#/jobs/${job.id}">${say('Answer in the console', '在控制台中答复')}</a>` : `<code>tributary resume ${job.id}</code> · <code>tributary resume ${job.id} --accept</code>`}</p>`,
  )
  .join('')}
${view.jobs
  .filter((job) => job.state === 'quarantined')
  .map(
    (job) =>
      `<p class="notice warn"><b>${named(job.name)}</b> ${say('has failed and is tried more rarely until it works again.', '执行失败，在恢复正常前以较低频率重试。')} ${job.stateReason ? label(job.stateReason) : ''}</p>`,
  )
  .join('')}
<section class="tiles"><div><b>${number(view.jobs.length)}</b><span>${say('jobs', '同步任务')}</span></div><div class="${waiting > 0 ? 'warn' : ''}"><b>${number(waiting)}</b><span>${say('changes wait for a person', '待确认变更')}</span></div><div class="${troubles > 0 ? 'bad' : ''}"><b>${number(troubles)}</b><span>${say('records with problems', '有问题的记录')}</span></div></section>
${view.questions.length > 0 ? `<section><h2>${say('Waiting for you', '待确认')}</h2><ul>${view.questions.map((question) => `<li><b>${number(question.count)}</b> ${label(question.label)} <small>${named(question.jobName)}</small></li>`).join('')}</ul>${hasConsole ? `<p class="ways"><a href="/#/waiting">${say('Answer in the console', '在控制台中答复')}</a></p>` : '<p class="hint">tributary held · tributary confirm</p>'}</section>` : ''}
<section><h2>${say('Jobs', '同步任务')}</h2>${view.jobs.length === 0 ? nothingYet(say('No job yet.', '尚无任务。'), `<a href="/#/new">${say('Create one in the console', '在控制台中创建')}</a>`, say('Make some with: tributary config apply -f FILE', '可执行：tributary config apply -f 文件')) : `<div class="wide"><table><thead><tr><th>${say('job', '任务')}</th><th>${say('state', '状态')}</th><th>${say('last run', '上次执行')}</th><th>${say('next run', '下次执行')}</th><th class="n">${say('waiting', '待确认')}</th><th class="n">${say('problems', '问题')}</th></tr></thead><tbody>${view.jobs.map(jobRow).join('')}</tbody></table></div>`}</section>
<section><h2>${say('Runs', '执行记录')}</h2>${view.runs.length === 0 ? nothingYet(say('No run yet.', '尚无执行。'), '', say('Start one with: tributary plan JOB', '可执行：tributary plan 任务')) : `<div class="wide"><table><thead><tr><th class="n">#</th><th>${say('job', '任务')}</th><th>${say('state', '状态')}</th><th>${say('started', '开始')}</th><th class="n">${say('read', '读取')}</th><th class="n">${say('applied', '已写入')}</th><th class="n">${say('held', '待确认')}</th><th class="n">${say('failed', '失败')}</th></tr></thead><tbody>${view.runs.map(runRow).join('')}</tbody></table></div>`}</section>
</main></body></html>`;
}

export const style = `:root{color-scheme:light dark;--ink:#1c2733;--soft:#5b6875;--line:#dde3e8;--paper:#fff;--ground:#f4f6f7;--good:#1d7a4c;--warn:#9a5b00;--bad:#b3261e;--busy:#1a5fa8;--brand:#1f6f6b}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebef;--soft:#9aa7b3;--line:#2d3741;--paper:#171e25;--ground:#0f151a;--good:#5cc08c;--warn:#e0a94a;--bad:#f08a80;--busy:#74aef0;--brand:#5bb8b2}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei",sans-serif}
header{display:flex;gap:16px;align-items:baseline;padding:16px 24px;background:var(--paper);border-bottom:1px solid var(--line)}h1{font-size:20px;margin:0;color:var(--brand)}header p{margin:0;color:var(--soft)}nav{margin-left:auto}nav a{color:var(--soft);margin-left:8px}
main{max-width:1160px;margin:0 auto;padding:20px 24px 48px}h2{font-size:16px;margin:28px 0 10px}small{display:block;color:var(--soft);font-size:12.5px}
.tiles{display:grid;grid-template-columns:repeat(3,1fr);gap:12px}.tiles div,.wide,ul,.notice{background:var(--paper);border:1px solid var(--line);border-radius:10px}.tiles div{padding:14px 18px}.tiles b{font-size:26px;display:block;line-height:1.2}.tiles span{color:var(--soft)}.tiles .warn b,.warn{color:var(--warn)}.tiles .bad b,.bad{color:var(--bad)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:9px 14px;border-top:1px solid var(--line);vertical-align:top}thead th{border-top:0;color:var(--soft);font-weight:500;font-size:13px;white-space:nowrap}.n{text-align:right;font-variant-numeric:tabular-nums}td time{white-space:nowrap}
.badge{white-space:nowrap}.badge b{display:inline-block;width:1.1em}.good{color:var(--good)}.busy{color:var(--busy)}.none{color:var(--soft)}
ul{list-style:none;margin:0;padding:6px 0}li{padding:6px 18px 6px 5.5em;text-indent:-4.3em}li b{display:inline-block;min-width:3.9em;text-indent:0;margin-right:.4em;font-variant-numeric:tabular-nums}li small{display:inline;margin-left:8px}.hint{color:var(--soft);font-family:ui-monospace,monospace;font-size:13px}.notice{padding:10px 18px;margin:0 0 12px}.ways{margin:0 0 12px;color:var(--soft)}ul+.ways{margin-top:10px}.ways a{color:var(--busy)}
@media(max-width:600px){header{flex-wrap:wrap;padding:12px 16px}main{padding:14px 16px 40px}.tiles{grid-template-columns:1fr 1fr}.tiles div:first-child{grid-column:1/-1}thead{display:none}tr{display:block;border-top:1px solid var(--line);padding:8px 14px}tbody tr:first-child{border-top:0}td{display:flex;justify-content:space-between;gap:16px;padding:3px 0;border:0;text-align:right}td:not([data-l]){display:block;text-align:left}td[data-l]:before{content:attr(data-l);color:var(--soft);font-size:13px;white-space:nowrap}td.n:first-child{display:none}}`;
