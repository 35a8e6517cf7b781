// Words that made-up people and departments are put together from. Nobody real is meant.

/** Family name and its pinyin. */
export const families: readonly (readonly [string, string])[] = (
  '王wang 李li 张zhang 刘liu 陈chen 杨yang 赵zhao 黄huang 周zhou 吴wu 徐xu 孙sun 胡hu 朱zhu 高gao 林lin 何he 郭guo 马ma 罗luo ' +
  '梁liang 宋song 郑zheng 谢xie 韩han 唐tang 冯feng 于yu 董dong 萧xiao 程cheng 曹cao 袁yuan 邓deng 许xu 傅fu 沈shen 曾zeng 彭peng 吕lv ' +
  '欧阳ouyang 司马sima 诸葛zhuge 上官shangguan'
)
  .split(' ')
  .map(split);

/** Given name and its pinyin. */
export const givens: readonly (readonly [string, string])[] = (
  '伟wei 芳fang 娜na 敏min 静jing 丽li 强qiang 磊lei 军jun 洋yang 勇yong 艳yan 杰jie 娟juan 涛tao 明ming 超chao 霞xia 平ping 刚gang ' +
  '秀英xiuying 桂兰guilan 建华jianhua 志强zhiqiang 晓明xiaoming 婷婷tingting 雨桐yutong 子涵zihan 浩然haoran 思远siyuan 嘉怡jiayi 梓萱zixuan ' +
  '宇轩yuxuan 欣怡xinyi 俊熙junxi 若溪ruoxi 文博wenbo 雅琪yaqi 天宇tianyu 慧玲huiling 国栋guodong 海燕haiyan 立新lixin 春梅chunmei'
)
  .split(' ')
  .map(split);

function split(word: string): readonly [string, string] {
  const at = word.search(/[a-z]/);
  return [word.slice(0, at), word.slice(at)];
}

export const westernFamilies =
  'Smith Müller García Rossi Dubois Novák Jansen Larsson O’Brien Kowalski Silva Ivanova Tanaka Nguyễn Schäfer'.split(' ');
export const westernGivens =
  'Anna Ben Clara David Elena Felix Grace Hugo Ines Jonas Katja Liam Maria Noah Olivia Paul Rosa Søren Thomas Zoë'.split(' ');

/** Names with characters outside the basic plane: family, given, and how they are spelled in an address. */
export const rareNames: readonly (readonly [string, string, string])[] = [
  ['𠮷', '野太郎', 'jiyetailang'],
  ['李', '𬱖', 'litui'],
  ['陈', '𡋾', 'chenkun'],
  ['王', '𫖮', 'wangyi'],
];

export const longNames: readonly (readonly [string, string, string])[] = [
  ['Wolfeschlegelsteinhausenbergerdorff', 'Hubert Blaine Adolph Bernhard Charles David Earl Frederick', 'wolfeschlegelstein'],
  ['买买提', '阿卜杜热合曼·阿卜杜喀迪尔·艾力·吐尔逊江·', 'maimaiti'],
];

export const divisions = '研发中心 销售中心 市场部 人力资源部 财务部 供应链中心 客户服务部 法务部 信息技术部 战略部 质量部 行政部'.split(
  ' ',
);
export const units = '平台 数据 华东 华南 华北 西南 海外 基础架构 产品 运营 交付 渠道 培训 采购 安全 测试 架构 增长'.split(' ');
export const kinds = ['部', '组', '团队', '中心', '办公室'];
export const titles =
  '工程师 高级工程师 产品经理 销售代表 客户经理 会计 招聘专员 法务专员 运营专员 数据分析师 测试工程师 设计师 采购专员 行政专员'.split(' ');
export const cities = '上海 北京 深圳 杭州 成都 武汉 西安 南京'.split(' ');
