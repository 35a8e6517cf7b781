// Words of other products: what the same thing is called here, and where it is.
import type { Label } from '../../i18n/i18n.ts';

interface OldWord {
  readonly words: readonly string[];
  readonly says: Label;
  readonly to: string;
}

/** The table in GLOSSARY.md, for whoever searches by the word they know. */
const oldWords: readonly OldWord[] = [
  {
    words: ['用户池', '用户目录', 'user pool', 'userpool'],
    says: { en: 'The user pool is the directory: it is this page.', zh: '“用户池”在这里叫“目录”,就是本页。' },
    to: '/directory',
  },
  {
    words: ['数据源', '身份源', 'identity source', 'data source', 'provider'],
    says: { en: 'A source is a connection with a job that reads from it.', zh: '“数据源”在这里是“连接”加“同步任务”。' },
    to: '/',
  },
  {
    words: ['风险操作', 'risky operation'],
    says: { en: 'Risky operations wait for a person to confirm them.', zh: '“风险操作”在这里叫“待确认”。' },
    to: '/waiting',
  },
  {
    words: ['增量同步日志', '同步日志', 'sync log'],
    says: { en: 'What was synced is in the runs.', zh: '“同步日志”在这里叫“执行记录”。' },
    to: '/runs',
  },
];

export const oldWord = (text: string): OldWord | undefined => {
  const typed = text.trim().toLowerCase();
  return typed.length < 2 ? undefined : oldWords.find(({ words }) => words.some((word) => word.startsWith(typed) || typed === word));
};
