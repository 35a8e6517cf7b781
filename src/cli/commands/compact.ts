// compact: writes the embedded database anew, without what was deleted.
import { sizeInWords } from '../../core/byte-size.ts';
import { answer, type CliCommand } from '../command.ts';

export const compact: CliCommand = {
  words: 0,
  usage: 'compact',
  does: {
    en: 'writes the embedded database anew, so that nothing of what was deleted stays in its file; no run may be under way',
    zh: '重写内置数据库，使已删除的内容不再留在文件中；不得有进行中的执行',
  },
  async run(call) {
    const done = await (await call.session()).call('store.compact', {});
    const { output } = call;
    answer(call, done, () => {
      const [before, after] = [sizeInWords(done.before), sizeInWords(done.after)];
      output.line(output.say({ en: `Written anew: ${before}, now ${after}.`, zh: `已重写：原 ${before}，现 ${after}。` }));
      if (done.left)
        output.line(
          output.say({
            en: 'Somebody was reading: old pages lie in the file tributary.db-wal until it is used anew. Call it again, or start the server anew.',
            zh: '期间有读取操作：旧页面仍在 tributary.db-wal 文件中，直至被覆盖。请再次执行，或重新启动服务。',
          }),
        );
    });
    return done.left ? 'doubts' : 'done';
  },
};
