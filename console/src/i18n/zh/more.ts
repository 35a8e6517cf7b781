// 任务中不常用的设置：折叠在所属部分，各有说明。
export const more = {
  /** What an answer to the guard leads to. */
  answers: {
    readAgain: '将重新读取源系统，并与之前的数据比较。如果看到的仍然变少，会再次询问；在此之前不会因此停用或删除任何人。',
    accept:
      '从现在起以源系统当前的数据为准：未出现的人员在下次执行时视为缺失，为空的字段视为空。由此产生的停用、删除和清空仍受限额约束，并按任务设置请您确认。',
  },
  /** What an edit of a job leads to, and what was written after a run. */
  edits: {
    withNextRun: '保存本身不会改动该系统，由下次执行写入。',
    restStays: '此处未列出的内容在该系统中保持不变，例如不再包含的部门、已移除映射行的值。',
    sinceThen: '此后针对个别人员或经确认写入：{{n}}',
  },
  /** People who have left, and what of theirs is still open. */
  openAccounts: {
    title: '离职未关闭',
    about: '已离职、停用或已移出目录的人员中，账号仍为启用的名单。涵盖任务写入的所有系统，以最近一次读取为准。原因和关闭方法见离职关闭单。',
    none: '没有离职人员的账号仍为启用。',
    seen: '最近一次见其启用：',
  },
  /** Of the proof of the audit log. */
  audit: {
    noted: '先前记下的值（可选）',
    holds: '先前记下的值仍在其中：此前的记录自那时起未被改动。',
    notWhole: '这不是校验给出的值：应为 64 个字符，由数字和字母 a 至 f 组成。请完整复制。',
  },
  /** Of notices that were sent. */
  sentTo: { person: '发给本人', manager: '发给其上级', onlyOne: '仅显示与一个人有关的通知。', all: '显示全部', about: '相关通知' },
  /** Of the review of a new job. */
  review: {
    troubles_one: '{{n}} 条记录有问题，本次执行不会为其写入；原因见变更计划。',
    troubles_other: '{{n}} 条记录有问题，本次执行不会为其写入；原因见变更计划。',
  },
  /** Of the lists of a comparison. */
  matching: {
    matched: '规则恰好匹配到一个账号，下次执行时建立关联；如不是同一人，请在此指明。',
    renamed:
      '规则恰好匹配到一个账号，但该账号的姓名不同：可能是某个值重新分配给了别人，或是多人共用的账号。如不指明“不是同一人”，下次执行时将建立关联。',
    ambiguous: '规则匹配到多个账号、多人匹配到同一账号，或匹配到他人的账号。请指明归属，或指明不归谁；在此之前均不会获得账号。',
    create: '没有找到账号，下次执行将新建。若下方所列很可能是同一人，请直接接受。',
    candidate: '没有所有者、但与目录中某人相似的账号，其下列出可能的所有者。规则匹配到多个账号的，见“匹配不唯一”。',
    nobody:
      '没有所有者、也不像任何尚缺账号的人。范围之外的人员不参与比较，他们的账号也列在这里；工号、邮箱、手机号或用户名一致的会注明。系统不会改动它们；可标记为不触碰，避免被规则匹配。',
    untouched: '已标记：任何规则都不会匹配，也不会写入。',
    protected: '规则匹配到受保护账号；取消保护之前，不会关联给任何人。',
    other:
      '不会自动开通账号（已离职、停用、缺少必填值或值已被占用，各行注明原因），但似乎已有账号。关联后，已离职或停用者的账号将在下次执行时停用。',
    accepted: '由管理员在此关联。数据随下次执行更新，并经过保护限制。',
  },
  /** Of a value of a person. */
  made: '由“{{job}}”的映射规则生成，其源系统没有提供该值。可在源系统中增加该字段，或在任务的映射中修改规则。',
  open: '更多设置',
  close: '收起',
  remove: '移除',
  about: {
    tree: '部门树',
    treeHelp:
      '此来源的部门放在这个名称的部门树中，目录页可单独查看，例如成本中心树。人员可同时在多棵树中任职；同一棵树内以优先级最高的来源为准。',
    treeFixed: '任务执行过后不可更改：其持有的内容位于此树中。请复制任务、修改副本，再删除此任务并保留关联。',
  },
  timing: {
    starts: '起算时间',
    at: '执行时刻',
    weekday: '星期',
    day: '每月几号',
    dayHelp: '当月没有这一天时，为该月最后一天。',
    notBefore: '不早于',
    notBeforeHelp: '该时区的日期和时间，在此之前不执行；按分钟和小时的间隔由此起算。',
    missed: '错过的时间',
    missedHelp: '因服务器关闭，或处于禁止执行的时段。',
    missedWays: { once: '补执行一次', skip: '跳过，等下一次' },
    reads: '每次读取',
    readsHelp: '只有全量执行能发现谁已不在。增量更快，但需要系统能告知变化，否则仍读取全部。',
    readsWays: { full: '全部', incremental: '有变化的部分' },
    blackout: '禁止执行的时段',
    blackoutHelp: '时段内不会开始执行；正在执行的不会被中断。',
    everyDay: '每天',
    days: '从哪几天开始',
    from: '从',
    to: '到',
    addHours: '添加时段',
    addDates: '添加日期',
    reconcile: '在实时事件之外，定时做一次全量对账',
    reconcileHelp: '事件可能丢失。不做对账时，漏掉的变化要等到有人手动执行才会发现。',
  },
  guard: {
    decides: '由此来源决定人员是否存在',
    decidesHelp: '关闭后只为其他来源已有的人补充信息：不新增人员，也不会使人离开。',
    windowHours: '合并计算的小时数',
    windowHoursHelp: '这段时间内的变更合并计算，避免多次小批量执行悄悄超过上限。',
    creates: '首次执行：新建账号数',
    createsHelp: '首次执行在系统中新建超过此数时，需要人工确认。',
    touched: '首次执行：改动原有对象数',
    touchedHelp: '首次执行改动原有对象超过此数时，需要人工确认。',
    share: '首次执行：最多占比',
    shareHelp: '占原有对象的百分比；人数较少、上面的数量已是大部分时以此为准。',
    upgradeValues: '新版本可改动的值',
    upgradeValuesHelp: '仅因 Tributary 升级而将改动的值超过此数时，需要人工确认。',
    heldDays: '待确认的有效天数',
    heldDaysHelp: '超过天数无人处理即失效，下次执行会重新计划并询问。',
    coolingDays: '用户名保留天数',
    coolingDaysHelp: '由“取唯一值”生成的值，在离职后这么多天内不分配给他人。',
    itemTries: '单条记录的重试次数',
    itemTriesHelp: '失败的记录按递增的间隔重试，达到次数后列出等待处理。',
    messages: '消息',
    messagesHelp: '一次执行的变更会触发的邮件或邀请超过此数时，需要人工确认。',
    shares: '人数较少时：最多占全部的比例',
    sharesHelp: '若上面的数量在小公司中已是大部分，则以此百分比为上限。100 表示不限制。',
    shareOf: '{{what}}：最多百分比',
  },
  attribute: {
    drift: '在系统中被他人修改时',
    driftHelp: '指我们写入过、仍需要、却被改成其他值的情况。未覆盖的差异列在任务页面的“差异”中。',
    modes: {
      enforce: '被修改时：重新写入',
      report: '被修改时：保留并列出',
      adopt: '被修改时：保留，并可作为目录编辑采用',
      follow: '被修改时：采用到目录',
    },
    rank: '此属性的优先级',
    rankUsual: '优先级：同任务（{{rank}}）',
    rankHelp: '多个来源都有此属性时，以优先级最高的为准。不勾选时，此处为空也算一种说法。',
    falls: '为空时由下一个来源决定',
  },
  nothing: {
    source: '空',
    unread: '来源未提供，目录中的值保持不变',
    kept: '空，原有的值保持不变',
    left: '留空',
    cleared: '空：来源明确为空，原有的值会被清空',
    unsaid: '新建时留空；原有的值保持不变（没有来源提供此项）',
  },
  cleared: '只清空来源明确为空的值，以及由 Tributary 写入过的值；没有来源提供的值保持不变。',
  begun: {
    target: '选择属性',
    choose: '请选择属性，以及取值的来源。',
    open: '新添加的一行在选好属性和取值后才会生效。',
    remove: '移除新添加的一行',
  },
  along: {
    title: '无需映射、自动随同的内容：',
    up: '以来源为准',
    upAt: '以来源为准：{{place}}',
    down: '以目录为准；写入系统的位置由连接的设置决定',
    downAt: '以目录为准；在系统中为：{{place}}',
    not: '不同步（由配置中的 withoutRelations 设定）',
    moreOf: '“{{what}}”的更多设置',
    rankHelp: '多个来源都有时，整体以优先级最高的来源为准。',
  },
  notices: {
    rule: '规则 {{number}}',
    add: '添加规则',
    removeOf: '移除规则 {{number}}',
  },
  overdue: {
    read: '未完整读取的小时数',
    readHelp: '超过后发出通知。留空则按通用设置。',
    event: '未收到事件的小时数',
    eventHelp: '用于实时任务：超过后发出通知。留空则按通用设置。',
    roles: '同时通知具有以下角色的人',
    rolesHelp: '限登录名为邮箱地址的人。',
  },
} as const;
