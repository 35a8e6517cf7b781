// Dispatches one command: reads words and options, opens the engine it needs, turns errors into sentences and exit codes.
// What a command needs beyond talking is loaded when it needs it: one that asks a server is there at once.
import { parseArgs } from 'node:util';
import { readSettings, SettingsError, type Environment, type Settings } from '../settings.ts';
import type { Label } from '../core/model.ts';
import type { CliCommand, CommandCall } from './command.ts';
import { admin } from './commands/admin.ts';
import { attribute } from './commands/attribute.ts';
import { oidc } from './commands/oidc.ts';
import { settings as settingsCommand } from './commands/settings.ts';
import { audit } from './commands/audit.ts';
import { check, config } from './commands/config.ts';
import { backup, restore, sandbox, template } from './commands/data.ts';
import { directory } from './commands/directory.ts';
import { department, edit, group, person } from './commands/edit.ts';
import { erase } from './commands/erase.ts';
import { exportList } from './commands/export.ts';
import { explain } from './commands/explain.ts';
import { job, sync } from './commands/job.ts';
import { leaver } from './commands/leaver.ts';
import { links } from './commands/links.ts';
import { history } from './commands/lists.ts';
import { match } from './commands/match.ts';
import { merge, split } from './commands/persons.ts';
import { migrate } from './commands/migrate.ts';
import { channel, notices } from './commands/notices.ts';
import { compact } from './commands/compact.ts';
import { prune } from './commands/prune.ts';
import { renew } from './commands/renew.ts';
import { problems, retry } from './commands/problems.ts';
import { cancel, plan, run, runs, show } from './commands/runs.ts';
import { serve } from './commands/serve.ts';
import { token } from './commands/token.ts';
import { draft } from './commands/draft.ts';
import { drift } from './commands/drift.ts';
import { pins, undo } from './commands/undo.ts';
import { worker } from './commands/worker.ts';
import { confirm, held, hold, release, resume } from './commands/waiting.ts';
import { waiting } from './commands/inbox.ts';
import { dataFolder, type DataFolder } from './data-folder.ts';
import { exits, type Exit, UsageError } from './errors.ts';
import { meant } from './meant.ts';
import { release as version } from './release.ts';
import { assertWorksThere, openSession } from './open-session.ts';
import { EngineFault, type Session } from './session.ts';
import { createOutput, type Output } from './terminal.ts';

/** In the order of the help. */
export const commands: Readonly<Record<string, CliCommand>> = {
  serve,
  worker,
  plan,
  run,
  sync,
  runs,
  show,
  waiting,
  held,
  confirm,
  resume,
  problems,
  retry,
  cancel,
  undo,
  pins,
  drift,
  directory,
  hold,
  release,
  notices,
  channel,
  explain,
  draft,
  leaver,
  merge,
  split,
  person,
  department,
  group,
  edit,
  history,
  export: exportList,
  links,
  match,
  attribute,
  settings: settingsCommand,
  oidc,
  check,
  renew,
  job,
  config,
  admin,
  token,
  audit,
  compact,
  prune,
  erase,
  template,
  sandbox,
  backup,
  restore,
  migrate,
};

const common = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  lang: { type: 'string' },
  data: { type: 'string' },
  server: { type: 'string' },
  token: { type: 'string' },
} as const;

/** Returns the exit code. */
export async function main(argv: readonly string[], environment: Environment): Promise<number> {
  const asked = /(?:^| )--lang[= ](\S+)/.exec(argv.join(' '))?.[1];
  const language = asked === 'zh' || asked === 'en' ? asked : undefined;
  let settings: Settings;
  try {
    settings = readSettings(environment, process.cwd());
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.label[language ?? 'en']}\n`);
    return exits.refused.code;
  }
  const output = createOutput({
    out: process.stdout,
    err: process.stderr,
    language: language ?? settings.language,
    colour: settings.colour,
  });
  if (asked !== undefined && language === undefined) {
    output.note(
      `${output.paint('red', '✗')} ${output.say({ en: `--lang is en or zh, not "${asked}".`, zh: `--lang 只能是 en 或 zh，而不是“${asked}”。` })}`,
    );
    return exits.refused.code;
  }
  const [name, ...rest] = commonLast(argv);
  if (name === '--version' || name === '-V' || name === 'version') {
    output.line(`tributary ${version}`);
    return exits.done.code;
  }
  const command = name === undefined ? undefined : commands[name];
  if (!command) {
    if (name !== undefined && name !== '--help' && name !== '-h' && name !== 'help') {
      output.note(`${output.paint('red', '✗')} ${output.say(noSuchCommand(name))}`);
      return exits.refused.code;
    }
    help(output);
    return exits.done.code;
  }
  return exits[
    await dispatch(command, rest, settings, output, (folder, signal, values) =>
      openSession(folder, settings, name!, output, signal, values),
    )
  ].code;
}

function noSuchCommand(name: string): Label {
  const near = meant(name, Object.keys(commands));
  return {
    en: `There is no command "${name}". ${near === null ? '' : `Do you mean "${near}"? `}"tributary --help" lists all commands.`,
    zh: `没有命令“${name}”。${near === null ? '' : `是否指“${near}”？`}运行 tributary --help 可查看全部命令。`,
  };
}

/** Carries one command out. `open` is called at the first question that needs the engine. */
export async function dispatch(
  command: CliCommand,
  rest: readonly string[],
  settings: Settings,
  output: Output,
  open: (folder: DataFolder, signal: AbortSignal, options: CommandCall['options']) => Promise<Session>,
): Promise<Exit> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort('stop');
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  let session: Promise<Session> | null = null;
  try {
    const { values, positionals } = parse(command, rest);
    if (values.help === true) {
      output.line(`tributary ${command.usage}\n  ${output.say(command.does)}`);
      return 'done';
    }
    assertNoMore(command, positionals);
    const folder = dataFolder(typeof values.data === 'string' ? values.data : settings.dataFolder, settings.database);
    assertWorksThere(command, positionals, values, settings);
    const call: CommandCall = {
      settings,
      folder,
      output,
      words: positionals,
      options: values,
      json: values.json === true,
      signal: stopping.signal,
      session: () => (session ??= open(folder, stopping.signal, values)),
    };
    return await command.run(call);
  } catch (error) {
    return explainError(error, command, output, rest.includes('--json'));
  } finally {
    await (session as Promise<Session> | null)?.then((one) => one.close()).catch(() => {});
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  }
}

function assertNoMore({ words, usage }: CliCommand, given: readonly string[]): void {
  const more = words === undefined ? undefined : given[words];
  if (more === undefined) return;
  const [name] = usage.split(' ');
  throw new UsageError(
    `"${more}" is one word too many for "tributary ${name}". Nothing was done. A name with spaces stands in quotes; an option begins with --.`,
    `“${more}”是多余的内容，tributary ${name} 未执行。含空格的名称请加引号，选项以 -- 开头。`,
  );
}

function parse(command: CliCommand, rest: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...rest], options: { ...common, ...command.options }, allowPositionals: true });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    throw badOption(error as NodeJS.ErrnoException);
  }
}

/** @see https://nodejs.org/api/util.html#utilparseargsconfig whose sentences are for programmers */
function badOption(error: NodeJS.ErrnoException): UsageError {
  const [, option = ''] = /'(-{1,2}[^' ]+)/.exec(error.message) ?? [];
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return new UsageError(`There is no option ${option} here.`, `此命令没有选项 ${option}。`);
  if (error.code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE')
    return /does not take/.test(error.message)
      ? new UsageError(`The option ${option} takes no value.`, `选项 ${option} 不带值。`)
      : new UsageError(`The option ${option} needs a value.`, `选项 ${option} 需要一个值。`);
  return new UsageError(error.message, `参数有误：${error.message}`);
}

/** `tributary --server URL runs` is the same as `tributary runs --server URL`. */
export function commonLast(argv: readonly string[]): string[] {
  const rest = [...argv];
  const moved: string[] = [];
  while (/^--(server|token|data|lang)(=|$)/.test(rest[0] ?? '')) moved.push(...rest.splice(0, rest[0]!.includes('=') ? 1 : 2));
  return [...rest, ...moved];
}

function explainError(error: unknown, command: CliCommand, output: Output, json: boolean): Exit {
  const label = (error as { label?: Label } | null)?.label;
  const exit: Exit = error instanceof EngineFault || !label ? 'fault' : 'refused';
  if (json) {
    // On stderr, as every error: stdout is either an answer or empty.
    output.note(JSON.stringify({ error: { exit, code: exits[exit].code, message: label ?? String(error) } }));
    return exit;
  }
  if (error instanceof UsageError) {
    output.note(`${output.paint('red', '✗')} ${output.say(error.label)}\n  tributary ${command.usage}`);
    return 'refused';
  }
  if (exit === 'fault') {
    output.note(
      `${output.paint('red', '✗')} ${label ? output.say(label) : error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return exit;
  }
  output.note(`${output.paint('red', '✗')} ${output.say(label!)}`);
  return exit;
}

export function help(output: Output): void {
  output.line(
    output.paint(
      'bold',
      output.say({
        en: 'Tributary — sync people and departments: a plan before every run, nothing deleted without consent.',
        zh: 'Tributary — 同步人员与部门：先计划后执行，未经确认不删除。',
      }),
    ),
  );
  output.line();
  for (const command of Object.values(commands))
    output.line(`  tributary ${command.usage}\n      ${output.paint('dim', output.say(command.does))}`);
  output.line();
  output.line(
    output.say({
      en: 'Everywhere: --json, --data FOLDER (or TRIBUTARY_DATA, default ./data), --server URL --token T for a server elsewhere (or TRIBUTARY_SERVER, TRIBUTARY_TOKEN), --lang en|zh, --help. "tributary --version" says which version this is.',
      zh: '通用：--json、--data 文件夹（或 TRIBUTARY_DATA，默认 ./data）、--server 网址 --token 令牌 用于远程服务器（或 TRIBUTARY_SERVER、TRIBUTARY_TOKEN）、--lang en|zh、--help。tributary --version 显示版本号。',
    }),
  );
  output.line(output.say({ en: 'Exit codes:', zh: '退出码：' }));
  for (const exit of Object.values(exits)) output.line(`  ${String(exit.code).padStart(2)}  ${output.say(exit.when)}`);
}
