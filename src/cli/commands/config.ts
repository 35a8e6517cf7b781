// config plan · apply · export · enable · disable, and check
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ConfigProblem } from '../../engine/config/document.ts';
import type { ConfigPlanView } from '../../engine/operations/configuration.ts';
import { pathFrom } from '../../settings.ts';
import { answer, type CliCommand, type CommandCall, seenRevision, text } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { notReadable, textIn } from '../read-file.ts';
import type { Label } from '../../core/model.ts';
import { wordOf } from '../../engine/words.ts';
import { clean } from '../terminal.ts';

export const config: CliCommand = {
  usage:
    'config plan|apply -f FILE [--prune] [--revision R] [--forecast RUN,RUN | --without-forecast] [--unseen] [--seen] · config export · config enable JOB [--unseen] · config disable JOB [--seen]',
  does: {
    en: 'configuration as one YAML file: what it would change, apply it, write it out',
    zh: '以 YAML 文件管理配置：查看变更、应用、导出',
  },
  options: {
    file: { type: 'string', short: 'f' },
    prune: { type: 'boolean' },
    unseen: { type: 'boolean' },
    seen: { type: 'boolean' },
    forecast: { type: 'string' },
    revision: { type: 'string' },
    'without-forecast': { type: 'boolean' },
  },
  async run(call) {
    const [what, name] = call.words;
    if (what === 'plan' || what === 'apply') return fromFile(call, what);
    if (what === 'export') {
      const { yaml } = await (await call.session()).call('config.export', {});
      answer(call, { yaml }, () => call.output.line(yaml.trimEnd()));
      return 'done';
    }
    if ((what === 'enable' || what === 'disable') && name !== undefined) {
      const result = await (await call.session()).call('job.state', {
        job: name,
        state: what === 'enable' ? 'enabled' : 'disabled',
        unseen: call.options.unseen === true,
        seen: call.options.seen === true,
      });
      answer(call, result, () =>
        call.output.line(
          call.output.say({
            en: `Job ${result.job} "${result.jobName}": ${wordOf.job(result.before).en} → ${wordOf.job(result.state).en}.`,
            zh: `任务 ${result.job}“${result.jobName}”：${wordOf.job(result.before).zh} → ${wordOf.job(result.state).zh}。`,
          }),
        ),
      );
      return 'done';
    }
    throw new UsageError('Say what: plan, apply, export, enable or disable.', '请指定：plan、apply、export、enable 或 disable。');
  },
};

async function fromFile(call: CommandCall, what: 'plan' | 'apply'): Promise<Exit> {
  const given = text(call, 'file') ?? call.words[1];
  if (given === undefined) throw new UsageError('Name the file: -f FILE.', '请指定文件：-f 文件。');
  const source = textIn(given);
  const forecasts = numbersIn(call, 'forecast');
  const { fillPlaceholders, readYaml } = await import('../../engine/config/document.ts');
  const document = readYaml(source);
  const filled = fillPlaceholders(document.data, { environment: process.env, readFile: besideFile(given) });
  const early = [...document.problems, ...filled.problems];
  const view: Shown =
    early.length > 0
      ? { entries: [], problems: [...early, ...(await furtherProblems(call, filled.data, early))] }
      : what === 'plan'
        ? await (await call.session()).call('config.plan', { document: filled.data, prune: call.options.prune === true })
        : await (await call.session()).call('config.apply', {
            document: filled.data,
            prune: call.options.prune === true,
            forecasts,
            withoutForecast: call.options['without-forecast'] === true,
            unseen: call.options.unseen === true,
            seen: call.options.seen === true,
            ...seenRevision(call),
          });
  answer(call, view, () => showPlan(call, given, view, (path) => document.lineOf(path), what));
  if (view.problems.length > 0) return 'refused';
  return (view.unseen ?? []).length > 0 ? 'doubts' : 'done';
}

/** Files that a configuration names lie beside it. */
const besideFile =
  (config: string) =>
  (name: string): string | Label => {
    try {
      return readFileSync(resolve(dirname(pathFrom(process.cwd(), config)), name), 'utf8').trimEnd();
    } catch (error) {
      return notReadable(name, error as NodeJS.ErrnoException);
    }
  };

/** What else is wrong with a file of which something is known to be wrong already, as far as that can be told. Nothing is changed. */
async function furtherProblems(call: CommandCall, data: unknown, known: readonly ConfigProblem[]): Promise<Shown['problems']> {
  if (data === null) return [];
  const { withoutPlaceholders } = await import('../../engine/config/given.ts');
  const { problems } = await (await call.session()).call('config.plan', { document: withoutPlaceholders(data), prune: false });
  const isKnown = (path: string): boolean => known.some((one) => one.path.length > 0 && one.path.join('.') === path);
  return problems.filter((one) => !isKnown(one.path.join('.')));
}

/** `12,15` */
function numbersIn(call: CommandCall, name: string): number[] {
  const given = text(call, name);
  if (given === undefined) return [];
  if (!/^\d+(,\d+)*$/.test(given))
    throw new UsageError(
      `--${name} needs numbers of runs such as 12,15, not "${given}".`,
      `--${name} 需要执行编号，例如 12,15，而不是“${given}”。`,
    );
  return given.split(',').map(Number);
}

type Shown = Omit<ConfigPlanView, 'problems'> & {
  readonly problems: readonly (ConfigProblem & { readonly line?: number })[];
  readonly revision?: number;
  readonly applied?: boolean;
  readonly unseen?: readonly { job: number; jobName: string; state: string }[];
};

const kinds: Readonly<Record<string, Label>> = {
  connection: { en: 'connection', zh: '连接' },
  job: { en: 'job', zh: '任务' },
  lookup: { en: 'lookup table', zh: '对照表' },
  channel: { en: 'channel', zh: '通知渠道' },
  notices: { en: 'rules of', zh: '规则' },
  settings: { en: 'installation', zh: '全局' },
  attribute: { en: 'attribute', zh: '自定义属性' },
  protected: { en: 'protected accounts of', zh: '受保护账号' },
  draft: { en: 'draft of', zh: '草稿' },
  forwarding: { en: 'syslog forwarding of', zh: '日志转发' },
};

function showPlan(
  call: CommandCall,
  file: string,
  view: Shown,
  lineOf: (path: readonly (string | number)[]) => number,
  what: 'plan' | 'apply',
): void {
  const { output } = call;
  const placed = view.problems.map((one) => ({ ...one, line: one.line ?? lineOf(one.path) }));
  for (const { path, problem, line } of placed.toSorted((a, b) => a.line - b.line))
    output.line(`${output.paint('red', '✗')} ${file}:${line}  ${output.paint('dim', path.join('.'))}  ${clean(output.say(problem))}`);
  if (view.problems.length > 0)
    return output.line(
      output.say({
        en: `Nothing was changed: ${view.problems.length} to mend first.`,
        zh: `未做任何更改：请先解决 ${view.problems.length} 个问题。`,
      }),
    );
  const signs = {
    add: output.paint('green', '+'),
    change: output.paint('yellow', '~'),
    remove: output.paint('red', '−'),
    same: '=',
  } as const;
  for (const entry of view.entries) {
    if (entry.action === 'same') continue;
    output.line(
      `${signs[entry.action]} ${output.say(kinds[entry.kind] ?? { en: entry.kind, zh: entry.kind })} ${output.paint('bold', clean(entry.name))}${entry.number === null ? '' : output.paint('dim', ` #${entry.number}`)}`,
    );
    if (entry.action === 'change')
      for (const change of entry.changes)
        output.line(
          `    ${output.paint('dim', `${change.path}:`)} ${clean(change.before ?? '–')} ${output.paint('dim', '→')} ${clean(change.after ?? '–')}`,
        );
  }
  for (const { job, jobName, state } of view.unseen ?? [])
    output.line(
      `${output.paint('yellow', '!')} ${output.say({
        en: `Job ${job} "${clean(jobName)}" stays ${wordOf.job(state).en}: nobody has seen yet what it would do. Look at it with "tributary plan ${job}", then apply again; --unseen goes past that.`,
        zh: `任务 ${job}“${clean(jobName)}”保持“${wordOf.job(state).zh}”：尚未查看过其试运行。请先 tributary plan ${job}，再次应用；--unseen 可跳过。`,
      })}`,
    );
  const changed = view.entries.filter((entry) => entry.action !== 'same').length;
  if (changed === 0) output.line(output.say({ en: 'Everything is as the file says.', zh: '配置与文件一致。' }));
  else if (what === 'plan')
    output.line(
      output.paint(
        'dim',
        output.say({
          en: `Nothing was changed yet: tributary config apply -f … --revision ${view.revision}`,
          zh: `尚未更改，应用请执行：tributary config apply -f … --revision ${view.revision}`,
        }),
      ),
    );
  else
    output.line(
      output.say({
        en: `Applied. New jobs are disabled until you have seen a plan: tributary plan JOB, then tributary config enable JOB.`,
        zh: '已应用。新任务默认停用，请先 tributary plan 任务 查看计划，再 tributary config enable 任务。',
      }),
    );
}

export const check: CliCommand = {
  words: 1,
  usage: 'check CONNECTION [--up|--down] [--probe-write]',
  does: { en: 'checks a connection in levels: reach, sign in, read, write, rights', zh: '分级检查连接：可达、登录、读取、写入、权限' },
  options: { up: { type: 'boolean' }, down: { type: 'boolean' }, 'probe-write': { type: 'boolean' } },
  async run(call) {
    const [connection] = call.words;
    if (connection === undefined) throw new UsageError('Name the connection.', '请指定连接。');
    const result = await (await call.session()).call('connection.check', {
      connection,
      probeWrite: call.options['probe-write'] === true,
      ...(call.options.up ? { direction: 'up' as const } : call.options.down ? { direction: 'down' as const } : {}),
    });
    const { output } = call;
    answer(call, result, () => {
      for (const one of result.checks) {
        output.line(
          output.paint(
            'bold',
            `${connection} (${one.direction === 'up' ? output.say({ en: 'upstream', zh: '上游' }) : output.say({ en: 'downstream', zh: '下游' })})`,
          ),
        );
        for (const finding of one.findings) {
          const sign = !finding.ok ? output.paint('red', '✗') : finding.remedy ? output.paint('yellow', '!') : output.paint('green', '✓');
          output.line(`  ${sign} ${clean(output.say(finding.message))}`);
          if (finding.remedy) output.line(`      ${output.paint('yellow', '→')} ${clean(output.say(finding.remedy))}`);
        }
      }
    });
    return result.checks.every((one) => one.findings.every((finding) => finding.ok)) ? 'done' : 'failed';
  },
};
