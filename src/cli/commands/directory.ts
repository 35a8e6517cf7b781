// directory at · difference · restore
import type { OutputOf } from '../../engine/commands.ts';
import { answer, type CliCommand, type CommandCall, text } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { number } from '../format.ts';
import { exitOf, follow } from '../progress.ts';
import { plan as showPlan, result as showResult } from '../show-run.ts';
import { clean } from '../terminal.ts';
import { losses, showLosses } from './undo.ts';

const types = ['person', 'department', 'group'] as const;
const PAGE = 1000;

function typeIn(call: CommandCall): (typeof types)[number] {
  const given = text(call, 'type') ?? 'person';
  const known = types.find((type) => type === given);
  if (!known) throw new UsageError('--type is person, department or group.', '--type 只能是 person、department 或 group。');
  return known;
}

/** A day is its beginning in UTC. */
function momentIn(given: string | undefined): string {
  const at = given === undefined ? Number.NaN : Date.parse(given);
  if (Number.isNaN(at))
    throw new UsageError(
      'Give a moment, such as 2026-01-05 or 2026-01-05T08:00:00Z.',
      '请给出时刻，例如 2026-01-05 或 2026-01-05T08:00:00Z。',
    );
  return new Date(at).toISOString();
}

export const directory: CliCommand = {
  usage: 'directory at MOMENT [--type T] | difference FROM TO [--type T] | restore OBJECT --at MOMENT [--alone] [--yes]',
  does: {
    en: 'the directory as it was; two moments compared; a person or a part of the tree brought back',
    zh: '查看目录的历史状态、比较两个时刻、恢复人员或部门',
  },
  options: { type: { type: 'string' }, at: { type: 'string' }, alone: { type: 'boolean' }, yes: { type: 'boolean', short: 'y' } },
  async run(call) {
    const [verb, first, second] = call.words;
    if (verb === 'at') return showAt(call, momentIn(first));
    if (verb === 'difference') return showDifference(call, momentIn(first), momentIn(second));
    if (verb === 'restore' && first !== undefined) return restoreObject(call, first, momentIn(text(call, 'at')));
    throw new UsageError('Say at, difference or restore.', '请使用 at、difference 或 restore。');
  },
};

async function showAt(call: CommandCall, at: string): Promise<Exit> {
  const session = await call.session();
  const objects: OutputOf<'directory.at'>['objects'] = [];
  for (let after = ''; ; ) {
    const page = await session.call('directory.at', { at, type: typeIn(call), after, limit: PAGE });
    objects.push(...page.objects);
    if (page.next === null) break;
    after = page.next;
  }
  answer(call, { objects }, () => {
    for (const one of objects) {
      const places = one.relations.map((edge) => clean(edge.name)).join(', ');
      call.output.line(`${clean(one.title)}  ${call.output.paint('dim', `${one.lifecycle}  ${places}  ${one.id}`)}`);
    }
    call.output.line(call.output.say({ en: `${number(objects.length)} then.`, zh: `当时共 ${number(objects.length)} 个。` }));
  });
  return 'done';
}

const marks = { made: '+', removed: '-', changed: '~', add: '+', remove: '-', update: '~' } as const;
const shown = (value: unknown): string =>
  value === null || value === undefined ? '–' : clean(typeof value === 'string' ? value : JSON.stringify(value));

async function showDifference(call: CommandCall, from: string, to: string): Promise<Exit> {
  const session = await call.session();
  const differences: OutputOf<'directory.difference'>['differences'] = [];
  for (let after = ''; ; ) {
    const page = await session.call('directory.difference', { from, to, type: typeIn(call), after, limit: PAGE });
    differences.push(...page.differences);
    if (page.next === null) break;
    after = page.next;
  }
  answer(call, { differences }, () => {
    const { output } = call;
    for (const one of differences) {
      output.line(`${marks[one.what]} ${clean(one.title)}  ${output.paint('dim', one.id)}`);
      if (one.what !== 'changed') continue;
      for (const value of one.values) output.line(`    ${output.say(value.label)}: ${shown(value.before)} → ${shown(value.after)}`);
      for (const edge of one.relations) output.line(`    ${marks[edge.op]} ${output.say(edge.label)} ${clean(edge.name)}`);
    }
    if (differences.length === 0) output.line(output.say({ en: 'No difference.', zh: '没有差异。' }));
  });
  return 'done';
}

async function restoreObject(call: CommandCall, object: string, at: string): Promise<Exit> {
  const session = await call.session();
  const dryRun = call.options.yes !== true;
  const started = await session.call('directory.restore', { at, object, dryRun, below: call.options.alone !== true });
  const ended = await follow(call, [started.run]);
  const view = await session.call('run.plan', { run: started.run });
  const lost = await losses(call, started.run);
  answer(call, { ...view, losses: lost }, () => {
    if (dryRun) showPlan(call.output, view);
    else showResult(call.output, view);
    showLosses(call, lost);
    if (dryRun)
      call.output.line(
        call.output.paint(
          'dim',
          call.output.say({ en: 'Nothing was written. Carry it out with --yes.', zh: '未写入任何内容。加 --yes 执行。' }),
        ),
      );
  });
  return exitOf(ended);
}
