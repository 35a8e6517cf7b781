// 同步中心:以图和两张列表呈现所有任务。
export const home = {
  title: '同步中心',
  create: '创建同步任务',
  upstream: '上游同步：流入目录',
  downstream: '下游同步：流向各系统',
  view: '视图',
  picture: '画布',
  list: '列表',
  running: '执行中',
  lastRun: '上次执行',
  nextRun: '下次执行',
  byHand: '手动',
  neverRun: '从未执行',
  emptyUp: '尚无数据源。请连接掌握员工信息的系统：人事文件、LDAP、飞书……',
  emptyDown: '尚无下游应用。请连接第一个需要人员信息的系统。',
} as const;
