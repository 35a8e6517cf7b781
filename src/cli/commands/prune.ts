// prune: forgets what is older than the settings keep, or says what that would be.
import type { Label } from '../../core/model.ts';
import { answer, type CliCommand } from '../command.ts';
import { number } from '../format.ts';

const words: readonly (readonly ['runs' | 'dryRuns' | 'changes' | 'history' | 'notices' | 'mended' | 'answered', Label])[] = [
  ['runs', { en: 'runs', zh: '执行记录' }],
  ['dryRuns', { en: 'dry runs', zh: '试运行' }],
  ['changes', { en: 'changes of these', zh: '其变更' }],
  ['history', { en: 'entries of the history', zh: '历史记录' }],
  ['notices', { en: 'notices', zh: '通知' }],
  ['mended', { en: 'mended problems', zh: '已解决的问题' }],
  ['answered', { en: 'answered questions', zh: '已答复的确认' }],
];

export const prune: CliCommand = {
  words: 0,
  usage: 'prune [--dry-run]',
  does: {
    en: 'forgets what is older than the settings keep ("tributary settings"); --dry-run: says what and how much',
    zh: '清理超过保留期限的记录（见 tributary settings）；--dry-run 仅列出数量',
  },
  options: { 'dry-run': { type: 'boolean' } },
  async run(call) {
    const onlyCount = call.options['dry-run'] === true;
    const found = await (await call.session()).call('records.prune', { onlyCount });
    answer(call, found, () => {
      const { output } = call;
      const own = words.filter(([name]) => found[name] > 0);
      if (own.length === 0) return output.line(output.say({ en: 'Nothing is older than it is kept.', zh: '没有超过保留期限的记录。' }));
      output.line(output.say(onlyCount ? { en: 'Would be forgotten:', zh: '将清理：' } : { en: 'Forgotten:', zh: '已清理：' }));
      for (const [name, label] of own) output.line(`  ${number(found[name])} ${output.say(label)}`);
    });
    return 'done';
  },
};
