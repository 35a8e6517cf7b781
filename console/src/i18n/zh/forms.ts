// 由连接器声明生成的表单。
export const forms = {
  optional: '（可选）',
  needed: '必填',
  none: '无',
  example: '例如：{{example}}',
  listHint: '输入后按回车',
  secretKept: '已设置；不填写则保持不变',
  more_one: '另有 {{count}} 项不常用设置',
  more_other: '另有 {{count}} 项不常用设置',
  fewer: '收起不常用设置',
  otherPath: '改为填写路径',
  drop: {
    here: '将 Excel 或 CSV 文件拖到此处，或',
    choose: '选择文件',
    bringing: '正在上传“{{name}}”……',
    brought: '“{{name}}”已上传。',
    otherwise: '或填写服务器可访问的文件或文件夹：',
  },
  add: '添加一行',
  remove: '移除',
  pairName: '名称',
  pairValue: '值',
} as const;
