// How a run and its plan look: counts by action, gravest first, then examples with before → after.
import type { ChangeView, PlanView, RunView } from '../engine/operations/views.ts';
import { changeStateWords, kindShort, modeWords, questionWords, runStateWords, wordOf } from '../engine/words.ts';
import { attributeLine, counted, duration, edgeLine, number, shortKey, stateColour, time, typeWord } from './format.ts';
import type { Label } from '../core/model.ts';
import { clean, type Output } from './terminal.ts';

const more = (output: Output, count: number): string => output.say({ en: `${number(count)} more`, zh: `另有 ${number(count)} 项` });

/** What its job is called, and that it is not there any more. */
export const jobOf = (output: Output, { jobName, jobRemoved }: Pick<RunView, 'jobName' | 'jobRemoved'>): string =>
  jobRemoved ? output.say({ en: `${jobName} (removed)`, zh: `${jobName}（已移除）` }) : jobName;

export function runHead(output: Output, run: RunView): void {
  const state = output.paint(
    stateColour(run.state),
    output.say(runStateWords[run.state as keyof typeof runStateWords] ?? { en: run.state, zh: run.state }),
  );
  const took = run.startedAt !== null && run.endedAt !== null ? `, ${duration(run.endedAt - run.startedAt)}` : '';
  const mode = output.say(modeWords[run.mode] ?? { en: run.mode, zh: run.mode });
  const dry = run.dryRun ? output.say({ en: ', dry run', zh: '，试运行' }) : '';
  output.line(
    `${output.paint('bold', output.say({ en: `Run ${run.id}`, zh: `执行 ${run.id}` }))}  ${clean(jobOf(output, run))}  ${state}  ${output.paint('dim', `${mode}${dry}, ${time(run.startedAt ?? run.queuedAt)}${took}, ${clean(run.actor)}`)}`,
  );
  if (run.problem) output.line(`  ${output.paint('red', '!')} ${clean(output.say(run.problem))}`);
  for (const warning of run.warnings) output.line(`  ${output.paint('yellow', '!')} ${clean(output.say(warning))}`);
  if (run.staysOpen) output.line(`  ${output.paint('yellow', '!')} ${clean(output.say(run.staysOpen))}`);
  if (run.withoutPassword) output.line(`  ${output.paint('dim', `· ${clean(output.say(run.withoutPassword))}`)}`);
}

export function runCounts(output: Output, run: RunView): void {
  const count = (name: string): number => run.counts[name] ?? 0;
  const parts: string[] = [
    output.say({ en: `${number(count('read'))} read`, zh: `读取 ${number(count('read'))}` }),
    output.say({ en: `${number(count('same'))} unchanged`, zh: `未变 ${number(count('same'))}` }),
  ];
  const others = {
    outOfScope: { en: 'not in scope', zh: '不在范围内' },
    withoutAccount: { en: 'get no account', zh: '不建账号' },
    notTried: { en: 'not in the pilot', zh: '不在试点内' },
  };
  for (const [name, says] of Object.entries(others)) if (count(name) > 0) parts.push(`${number(count(name))} ${output.say(says)}`);
  for (const state of ['planned', 'applied', 'held', 'refused', 'pending', 'failed', 'skipped', 'superseded'] as const) {
    if (count(state) > 0)
      parts.push(
        output.paint(
          stateColour(state),
          `${number(run.counts[`objects.${state}`] ?? count(state))} ${output.say(changeStateWords[state])}${changesBeside(output, run.counts[`objects.${state}`] ?? count(state), count(state))}`,
        ),
      );
  }
  if (count('problems') > 0)
    parts.push(
      output.paint('yellow', output.say({ en: `${number(count('problems'))} with problems`, zh: `有问题 ${number(count('problems'))}` })),
    );
  output.line(`  ${parts.join(output.paint('dim', ' · '))}`);
}

/** Somebody with a manager has two changes: both numbers, where they differ. */
const changesBeside = (output: Output, objects: number, changes: number): string =>
  objects === changes ? '' : output.say({ en: ` (${number(changes)} changes)`, zh: `（${number(changes)} 项变更）` });

export function plan(output: Output, view: PlanView): void {
  runHead(output, view.run);
  runCounts(output, view.run);
  if (view.groups.length === 0) output.line(output.say({ en: '  Nothing to change.', zh: '  没有需要变更的内容。' }));
  for (const group of view.groups) showGroup(output, group);
  problemsOf(output, view);
}

/** What was done in one line each; what was not, in full. */
export function result(output: Output, view: PlanView): void {
  runHead(output, view.run);
  runCounts(output, view.run);
  for (const group of view.groups) {
    if (group.state === 'applied')
      output.line(
        `  ${output.paint('green', '✓')} ${output.say(actionOf(group))} ${counted(output, group.objects, group.type)}${changesBeside(output, group.objects, group.count)}  ${output.paint('dim', output.say(situationOf(group)))}`,
      );
    else showGroup(output, group);
  }
  problemsOf(output, view);
}

/** Said of a plan, too: whoever enables a job after it should know what it could not read. */
function problemsOf(output: Output, view: PlanView): void {
  if (view.problems === 0) return;
  output.line();
  output.line(
    output.paint(
      'dim',
      output.say({
        en: `Problems of single records: tributary show ${view.run.id} --problems`,
        zh: `个别记录的问题：tributary show ${view.run.id} --problems`,
      }),
    ),
  );
}

type Group = PlanView['groups'][number];

/** What a create leaves for later: the manager, the members. The ledger calls it an update. */
const isSecondStep = (group: Group): boolean => group.action === 'update' && group.situation === 'absent';
const actionOf = (group: Group): Label => (isSecondStep(group) ? { en: 'connect', zh: '补充引用' } : wordOf.action(group.action));
const situationOf = (group: Group): Label => (isSecondStep(group) ? { en: 'once they are created', zh: '新建之后' } : group.because);

function showGroup(output: Output, group: Group): void {
  const state =
    group.state === 'planned'
      ? ''
      : `  ${output.paint(stateColour(group.state), output.say(changeStateWords[group.state as 'held'] ?? { en: group.state, zh: group.state }))}`;
  output.line();
  output.line(
    `${output.paint('bold', output.say(actionOf(group)))}  ${counted(output, group.objects, group.type)}${changesBeside(output, group.objects, group.count)}  ${output.paint('dim', output.say(situationOf(group)))}${state}`,
  );
  if (group.why)
    output.line(
      `  ${output.paint('yellow', '?')} ${clean(output.say(group.why))}${group.question ? output.paint('dim', `  (${output.say(questionWords(group.question))})`) : ''}`,
    );
  if (group.parts.length > 0)
    output.line(
      `  ${output.paint(
        'dim',
        group.parts
          .slice(0, 6)
          .map((part) => `${output.say(kindShort(part.kind))} ${number(part.count)}`)
          .join(' · '),
      )}`,
    );
  const keeps = group.examples[0]?.keeps ?? [];
  if (keeps.length > 0) {
    const names = { en: keeps.map(({ en }) => en).join(', '), zh: keeps.map(({ zh }) => zh).join('、') };
    const says = { en: `Accounts that were there before keep their own: ${names.en}.`, zh: `原有账号保留自己的：${names.zh}。` };
    output.line(output.paint('dim', `  ${clean(output.say(says))}`));
  }
  const later = group.examples[0]?.later;
  if (later) output.line(output.paint('dim', `  ${clean(output.say(later))}`));
  for (const example of group.examples) change(output, example, '  ');
  if (group.count > group.examples.length) output.line(output.paint('dim', `  … ${more(output, group.count - group.examples.length)}`));
}

export function change(output: Output, view: ChangeView, indent: string, withState = false): void {
  const state = withState
    ? `  ${output.paint(stateColour(view.state), output.say(changeStateWords[view.state as 'held'] ?? { en: view.state, zh: view.state }))}`
    : '';
  const action = withState ? `${output.say(wordOf.action(view.action))} ` : '';
  output.line(
    `${indent}${action}${clean(view.title)}  ${output.paint('dim', `${typeWord(output, view.type)} ${withState ? clean(view.key) : shortKey(view.key)}`)}${state}`,
  );
  const isNew = view.action === 'create';
  const shown = [
    ...view.attributes.map((one) => attributeLine(output, one, isNew, view.type)),
    ...view.edges.map((edge) => edgeLine(output, edge)),
  ];
  const most = withState ? shown.length : 4;
  for (const line of shown.slice(0, most)) output.line(`${indent}  ${line}`);
  if (shown.length > most) output.line(output.paint('dim', `${indent}  … ${more(output, shown.length - most)}`));
  if (withState && view.why) output.line(`${indent}  ${output.paint('yellow', '?')} ${clean(output.say(view.why))}`);
  if (view.error) output.line(`${indent}  ${output.paint('red', '!')} ${clean(output.say(view.error))}`);
}
