// 页面旁的帮助。
export const help = {
  title: '帮助',
  search: '搜索：现象、系统，或其他产品中的叫法',
  guide: '指南',
  faq: '按现象查找',
  systems: '系统',
  admin: '管理员指南',
  setUp: '如何设置',
  all: '全部帮助',
  noPage: '暂无相关页面。',
  secret: '（保密）',
  nothing: '没有关于“{{text}}”的内容。请换一个词。',
} as const;
