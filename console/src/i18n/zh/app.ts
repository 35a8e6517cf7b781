// 每个页面的框架:导航、总闸、账号,以及加载、空白与出错时的文字。
export const app = {
  name: 'Tributary',
  nav: { label: '主导航', home: '同步中心', directory: '目录', runs: '执行记录', waiting: '待处理', settings: '设置', help: '帮助' },
  otherLanguage: 'English',
  theme: { label: '外观', light: '浅色', dark: '深色', system: '跟随系统' },
  account: { menu: '账号', own: '密码与验证码', signOut: '退出登录', demo: '演示:人员均为虚构,数据不会离开本机' },
  brake: {
    button: '总闸',
    title: '拉下总闸?',
    explain: '此刻起,所有任务都不再向任何系统写入。读取与计划照常进行,不会丢失任何内容;松开总闸时可查看期间积累的变更。',
    reason: '原因(所有人可见)',
    reasonExample: '今天切换新的人事系统',
    hold: '拉下总闸',
    release: '松开总闸',
    banner: '总闸已拉下:{{scope}}。读取与计划照常进行,不写入任何内容。',
  },
  retry: '重试',
  cancel: '取消',
  notFound: { title: '页面不存在', body: '地址可能已过期,或复制时不完整。', back: '返回同步中心' },
  skip: '跳到正文',
} as const;
