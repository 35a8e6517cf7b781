// 由连接器声明生成的表单。
export const forms = {
  optional: '（可选）',
  needed: '必填',
  none: '无',
  listHint: '输入后按回车',
  secretKept: '已设置；不填写则保持不变',
  more_one: '另有 {{count}} 项不常用设置',
  more_other: '另有 {{count}} 项不常用设置',
  fewer: '收起不常用设置',
  add: '添加一行',
  remove: '移除',
  pairName: '名称',
  pairValue: '值',
} as const;
