// Which column is which attribute: guesses in Chinese and English, and the administrator's own names.
import { narrow } from './text.ts';

export type TableKind = 'person' | 'department';

// In order of preference: when two headers of a file fit, the earlier word wins.
const personWords: Readonly<Record<string, string>> = {
  employeeNumber:
    '工号 员工工号 员工编号 人员编号 职工编号 职工号 员工号 人员编码 员工编码 employeenumber employeeno employeeid staffnumber staffno staffid empno empid personnelnumber personnelno',
  displayName: '姓名 员工姓名 人员姓名 中文名 中文姓名 名字 显示名 name fullname displayname employeename',
  familyName: '姓 姓氏 familyname lastname surname',
  givenName: '名 givenname firstname',
  userName: '用户名 登录名 登录账号 账号 帐号 域账号 username login loginname account accountname samaccountname',
  email: '邮箱 工作邮箱 企业邮箱 公司邮箱 电子邮箱 电子邮件 邮箱地址 email workemail mail emailaddress businessemail',
  phone: '手机 手机号 手机号码 移动电话 联系电话 联系方式 电话 mobile mobilephone mobilenumber phone phonenumber cellphone cell',
  workPhone: '办公电话 工作电话 座机 固定电话 分机 workphone officephone businessphone telephone tel landline extension',
  title: '职位 职位名称 岗位 岗位名称 职务 title jobtitle position positionname',
  employeeType: '员工类型 人员类型 人员类别 用工类型 用工形式 employeetype employmenttype workertype',
  gender: '性别 gender sex',
  nickname: '昵称 花名 英文名 nickname alias englishname preferredname',
  city: '城市 工作城市 city',
  country: '国家 country',
  office: '办公地点 工作地点 办公室 office officelocation worklocation location',
  costCenter: '成本中心 costcenter costcentre',
  language: '语言 language locale',
  manager:
    '直属上级工号 直接上级工号 上级工号 直属上级 直接上级 直接主管 上级 上级领导 主管 汇报对象 汇报上级 managernumber managerid managerno manageremployeenumber manager supervisor linemanager reportsto directmanager managername',
  startsAt: '入职日期 入职时间 到岗日期 startdate hiredate joindate dateofjoining entrydate startsat firstday',
  endsAt: '离职日期 最后工作日 离职时间 enddate leavedate terminationdate lastworkingday lastday endsat',
  timeZone: '时区 timezone',
  idNumber: '证件号码 身份证号码 身份证号 身份证 证件号 idnumber idcard idcardnumber nationalid',
  birthday: '生日 出生日期 birthday birthdate dateofbirth',
  homeAddress: '家庭住址 家庭地址 住址 现住址 homeaddress',
  privatePhone: '个人电话 个人手机 privatephone personalphone homephone',
  privateEmail: '个人邮箱 私人邮箱 privateemail personalemail',
  lifecycle: '在职状态 员工状态 人员状态 状态 status employmentstatus employeestatus lifecycle',
  department:
    '部门路径 部门全称 部门全路径 所属部门 所在部门 部门 部门名称 组织 departmentpath department departmentname dept orgunit organization',
  departmentCode: '部门编码 部门编号 部门代码 所属部门编码 departmentcode deptcode departmentid deptid',
  additionalDepartments: '兼职部门 其他部门 兼任部门 附属部门 additionaldepartments otherdepartments secondarydepartments',
  primary: '是否主岗 是否主部门 是否主职 主部门 主岗 isprimary primary',
};

const departmentWords: Readonly<Record<string, string>> = {
  code: '部门编码 部门编号 部门代码 部门id 组织编码 编码 编号 代码 code departmentcode deptcode departmentid deptid id',
  name: '部门名称 部门 组织名称 名称 name departmentname deptname department',
  parent:
    '上级部门编码 上级部门编号 父部门编码 上级编码 父级编码 上级部门 父部门 上级组织 上级 parentcode parentid parentdepartmentcode parentdepartment parent',
  order: '排序 排序号 顺序 显示顺序 order sort sortorder displayorder',
  leader: '部门负责人工号 负责人工号 部门负责人 负责人 部门主管 leader leaders head departmenthead manager',
  description: '描述 备注 说明 description remark',
  lifecycle: '部门状态 状态 status',
};

const split = (words: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> =>
  new Map(Object.entries(words).map(([attribute, list]) => [attribute, list.split(' ')]));
const guesses: Readonly<Record<TableKind, ReadonlyMap<string, readonly string[]>>> = {
  person: split(personWords),
  department: split(departmentWords),
};

/** Attributes of a kind that a column can be found for by itself. */
export const guessable = (kind: TableKind): readonly string[] => [...guesses[kind].keys()];
/** The usual header names of an attribute. */
export const wordsFor = (kind: TableKind, attribute: string): readonly string[] => guesses[kind].get(attribute) ?? [attribute];

const lightKey = (text: string): string => narrow(text).replace(/\s+/g, '').toLowerCase();
/** Without marks of templates: "*姓名（必填）" is 姓名. */
const heavyKey = (text: string): string =>
  lightKey(text)
    .replace(/[([{【〔].*?[)\]}】〕]/g, '')
    .replace(/[*_\-.:：#\s]/g, '');

export interface Columns {
  /** Attribute → index of its column. */
  readonly indexes: ReadonlyMap<string, number>;
  readonly names: readonly string[];
  /** Configured names that no header has. */
  readonly missing: readonly { readonly attribute: string; readonly header: string }[];
  /** Headers that nothing uses. */
  readonly unused: readonly string[];
}

/** Finds the columns of one header row. A configured name beats a guess; "-" ignores the guess. */
export function findColumns(kind: TableKind, header: readonly string[], configured: Readonly<Record<string, string>>): Columns {
  const indexes = new Map<string, number>();
  const taken = new Set<number>();
  const missing: { attribute: string; header: string }[] = [];
  const light = header.map(lightKey);
  const heavy = header.map(heavyKey);
  const take = (attribute: string, index: number): boolean => {
    if (index < 0 || taken.has(index)) return false;
    indexes.set(attribute, index);
    taken.add(index);
    return true;
  };
  for (const [attribute, name] of Object.entries(configured)) {
    if (name === '-') continue;
    const exact = light.indexOf(lightKey(name));
    const index = exact >= 0 ? exact : heavy.indexOf(heavyKey(name));
    if (index < 0) missing.push({ attribute, header: name });
    else {
      indexes.set(attribute, index);
      taken.add(index);
    }
  }
  for (const [attribute, words] of guesses[kind]) {
    if (configured[attribute] !== undefined) continue;
    [attribute.toLowerCase(), ...words].some((word) => take(attribute, light.indexOf(word)) || take(attribute, heavy.indexOf(word)));
  }
  return { indexes, names: header, missing, unused: header.filter((name, index) => name !== '' && !taken.has(index)) };
}
