// 试点：任务只对选定的少数人员写入。
export const pilot = {
  deed: '试点',
  start: '试点运行……',
  change: '调整试点范围……',
  title: '“{{name}}”的试点范围',
  what: '试点是小范围的正式执行：任务会实际写入，但仅限于在此选择的部门和人员，以及其上级部门。其他人员一律跳过，不会被创建、修改、停用或删除。组不参与试点。',
  later: '试点范围可随时调整。确认无误后启用任务，即对全部人员生效。',
  choose: '请勾选部门或添加人员。',
  peopleWithin: '这些部门目前共 {{people}}。',
  peopleUnknown: '人数须读取源系统后才能得知，可先试运行。',
  peopleBut: '目前共 {{people}}在范围内。',
  peopleLeftOut: '按姓名排除：{{people}}。',
  peopleNamed: '按姓名添加：{{people}}。',
  enableAsk: '对全部人员启用“{{name}}”？',
  enableMany:
    '试点目前涉及 {{now}}；最近一次全量执行读取了 {{all}}。自下次执行起将对全部人员写入，不在同步范围内或不建账号的除外。超过限制的变更仍会等待您确认。',
  enableUnknown: '自下次执行起将对同步范围内的全部人员写入。尚无全量执行读取过这些人员，可先试运行查看人数。超过限制的变更仍会等待您确认。',
  begin: '开始试点',
  save: '保存',
  begun: '“{{name}}”已进入试点',
  saved: '已保存，下次执行起生效。',
  path: '试点：{{what}}',
} as const;
