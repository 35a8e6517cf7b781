// erase: takes one person out of everything that this installation keeps.
import { answer, type CliCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { number } from '../format.ts';
import { clean } from '../terminal.ts';

export const erase: CliCommand = {
  usage: 'erase PERSON [--yes]',
  does: {
    en: 'erases somebody who has left: key, copies of values, and what the audit log says of them; without --yes only shows it',
    zh: '擦除已离职人员：密钥、数据副本及审计日志中的相关内容；不带 --yes 时仅显示',
  },
  options: { yes: { type: 'boolean' } },
  async run(call) {
    const person = call.words.join(' ').trim();
    if (person === '') throw new UsageError('Name the person: id, number or user name.', '请指定人员：编号、工号或用户名。');
    const done = await (await call.session()).call('person.erase', { person, onlyShow: call.options.yes !== true });
    const { output } = call;
    answer(call, done, () => {
      output.line(
        done.erased
          ? output.say({
              en: `Erased ${done.id}: ${number(done.rows)} rows, and what ${done.auditEntries.length} entries of the audit log said. Their key is destroyed.`,
              zh: `已擦除 ${done.id}：${number(done.rows)} 行数据，以及 ${done.auditEntries.length} 条审计日志的内容。其密钥已销毁。`,
            })
          : output.say({
              en: `Would erase ${done.id}, and what ${done.auditEntries.length} entries of the audit log say. This cannot be undone; do it with --yes.`,
              zh: `将擦除 ${done.id}，以及 ${done.auditEntries.length} 条审计日志的内容。此操作不可撤销，确认请加 --yes。`,
            }),
      );
      if (done.connections.length > 0)
        output.line(
          output.paint(
            'dim',
            output.say({
              en: `Not reached from here: ${done.connections.join(', ')} (as long as a source lists them, its next run brings them back), and backups, where plain values stay.`,
              zh: `此处无法触及：${done.connections.join('、')}（只要来源系统仍有此人，下次执行会重新带回），以及备份中的明文数据。`,
            }),
          ),
        );
      output.line(
        output.paint(
          'dim',
          output.say({
            en: 'Unused parts of the database\'s file may still hold earlier copies, of their key too: "tributary compact" writes it anew (PostgreSQL: VACUUM FULL).',
            zh: '数据库文件的未使用部分可能仍有此前的副本，包括其密钥：可用 tributary compact 重写文件（PostgreSQL：VACUUM FULL）。',
          }),
        ),
      );
      for (const { says } of done.remains) output.line(`${output.paint('yellow', '!')} ${clean(output.say(says))}`);
    });
    return done.remains.length > 0 ? 'doubts' : 'done';
  },
};
