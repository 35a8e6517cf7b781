// Words of other products, as people search for them: what the same thing is called here, and where it is.
interface OldWord {
  readonly words: readonly string[];
  /** `directory.old.…` */
  readonly says: 'pool' | 'source' | 'risky' | 'log';
  readonly to: string;
}

/** The table in GLOSSARY.md, for whoever searches by the word they know. */
const oldWords: readonly OldWord[] = [
  { words: ['用户池', '用户目录', 'user pool', 'userpool'], says: 'pool', to: '/directory' },
  { words: ['数据源', '身份源', 'identity source', 'data source', 'provider'], says: 'source', to: '/' },
  { words: ['风险操作', 'risky operation'], says: 'risky', to: '/waiting' },
  { words: ['增量同步日志', '同步日志', 'sync log'], says: 'log', to: '/runs' },
];

export const oldWord = (text: string): OldWord | undefined => {
  const typed = text.trim().toLowerCase();
  return typed.length < 2 ? undefined : oldWords.find(({ words }) => words.some((word) => word.startsWith(typed) || typed === word));
};
