// 首次使用：两种开始方式与沙箱公司。
export const first = {
  title: '您想如何开始？',
  about: '尚未连接任何系统。无论选择哪种方式，写入之前都会先看到变更计划。',
  others: '尚未连接任何系统。管理员连接第一个系统后，人员与执行记录会显示在这里。',
  real: {
    title: '连接第一个真实系统',
    about: '人事的 Excel 或 CSV 文件、LDAP、飞书、SCIM 应用等。只需四步，首次执行仅为试运行。',
    go: '连接系统',
  },
  sandbox: {
    title: '用沙箱公司试试',
    about: '300 名虚构人员从人事文件流入目录，再流向通讯录。可以随意破坏，一键即可移除。',
    go: '开始试用',
    hr: '沙箱人事',
    book: '沙箱通讯录',
  },
  try: '试着破坏它',
  tryAbout: '人员均为虚构，数据不会离开本机',
  unharmed: '无人受影响：{{before}} 人中 {{after}} 人仍可用。',
  fewer: '{{before}} 人中 {{after}} 人仍可用。',
  held_one: '{{count}} 项变更未执行，等待您确认。',
  held_other: '{{count}} 项变更未执行，等待您确认。',
  see: '查看此次执行',
  remove: '移除沙箱',
  removeIt: '移除沙箱公司？',
  removeWhat: '其人员、部门、任务与文件都会移除，其他内容不受影响。',
  removed: '沙箱公司已移除。',
} as const;
