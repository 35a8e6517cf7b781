// What an administrator enters: the connection's settings, and which part of the tree one job covers.
import { z } from 'zod';
import { field } from '../../connector-kit/define.ts';
import type { Label } from '../../core/model.ts';
import { dnKey, isWithin, parseDn } from './dn.ts';

const group = {
  server: { en: 'Server', zh: '服务器' },
  tree: { en: 'Tree', zh: '目录树' },
  people: { en: 'People', zh: '人员' },
  groups: { en: 'Groups', zh: '组' },
  writing: { en: 'Disabled accounts, and writing', zh: '停用状态与写入' },
} satisfies Record<string, Label>;

const isDn = (text: string): boolean => {
  try {
    return parseDn(text).length > 0;
  } catch {
    return false;
  }
};
const dn = z.string().trim().refine(isDn, 'must be a distinguished name such as ou=people,dc=example,dc=org');
const optionalDn = z.union([z.literal(''), dn]).default('');
const attributeName = z
  .string()
  .trim()
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'must be the name of an LDAP attribute');

export const configSchema = z
  .strictObject({
    url: field(
      z
        .string()
        .trim()
        .regex(
          /^ldaps?:\/\/(?:\[[0-9A-Fa-f:.]+\]|[^/:\s]+)(?::\d{1,5})?\/?$/,
          'must look like ldaps://ldap.example.org or ldap://host:389',
        ),
      {
        label: { en: 'Address', zh: '地址' },
        help: {
          en: 'ldaps:// is encrypted from the start (port 636), ldap:// is not (port 389) unless StartTLS is on.',
          zh: 'ldaps:// 全程加密（636 端口）；ldap:// 不加密（389 端口），除非启用 StartTLS。',
        },
        placeholder: 'ldaps://ldap.example.org',
        group: group.server,
      },
    ),
    startTls: field(z.boolean().default(false), {
      label: { en: 'Encrypt with StartTLS', zh: '使用 StartTLS 加密' },
      help: {
        en: 'For ldap:// addresses: the connection is encrypted before the password is sent. ldaps:// needs it not.',
        zh: '用于 ldap:// 地址：发送密码前先加密连接。ldaps:// 无需启用。',
      },
      group: group.server,
    }),
    ca: field(z.string().default(''), {
      label: { en: 'Own CA certificate (PEM)', zh: '自有 CA 证书（PEM）' },
      help: {
        en: 'Only when the certificate of the server was issued by a CA of your own.',
        zh: '仅当服务器证书由自有 CA 签发时填写。',
      },
      placeholder: '-----BEGIN CERTIFICATE-----',
      group: group.server,
      rarely: true,
    }),
    allowPlainPassword: field(z.boolean().default(false), {
      label: { en: 'Allow the password on an unencrypted connection', zh: '允许在未加密连接上发送密码' },
      help: {
        en: 'Anyone on the network in between can read it. Not needed for a server on this machine.',
        zh: '网络途经者可读取密码。服务器在本机时无需勾选。',
      },
      group: group.server,
      rarely: true,
    }),
    allowLinkLocal: field(z.boolean().default(false), {
      label: { en: 'Allow link-local addresses', zh: '允许链路本地地址' },
      help: {
        en: 'Such addresses (169.254.x.x, fe80::) also hand out credentials of cloud machines, so they are refused unless this is meant.',
        zh: '此类地址（169.254.x.x、fe80::）也用于云主机的元数据与凭据，因此默认拒绝。',
      },
      group: group.server,
      rarely: true,
    }),
    bindDn: field(z.string().trim().default(''), {
      label: { en: 'Bind DN', zh: '绑定 DN' },
      help: {
        en: 'The whole DN of the account that Tributary signs in with; whoever runs the LDAP server knows it. Empty: anonymous.',
        zh: '用于登录的账号的完整 DN，可向 LDAP 服务器的管理员索取；留空为匿名。',
      },
      placeholder: 'cn=tributary,ou=services,dc=example,dc=org',
      group: group.server,
    }),
    password: field(z.string().default(''), {
      label: { en: 'Password', zh: '密码' },
      help: {
        en: 'Of the account named as Bind DN, as set on the LDAP server (with OpenLDAP by ldappasswd). Best an account for Tributary alone, so that nobody else changes it. Empty only for anonymous.',
        zh: '绑定 DN 所填账号的密码，在 LDAP 服务器上设置（OpenLDAP 可用 ldappasswd）。建议为 Tributary 单独建立账号，以免被他人修改。仅匿名时留空。',
      },
      secret: true,
      group: group.server,
    }),

    base: field(dn, {
      label: { en: 'Base DN', zh: '根 DN' },
      help: {
        en: 'Everything happens below this entry. It is itself no department.',
        zh: '所有操作都在其下进行；它本身不是部门。',
      },
      placeholder: 'dc=example,dc=org',
      group: group.tree,
    }),
    layout: field(z.enum(['nested', 'flat']).default('nested'), {
      label: { en: 'How people belong to departments', zh: '人员与部门的关系' },
      help: {
        en: 'People lie inside the OU of their department, or all in one place, where an attribute names the department.',
        zh: '人员的条目或位于其部门的 OU 之内，或全部在同一位置，由一个属性指明部门。',
      },
      group: group.tree,
      options: {
        nested: { en: 'Inside the OU of their department', zh: '位于部门的 OU 之内' },
        flat: { en: 'All in one place', zh: '全部在同一位置' },
      },
    }),
    departmentAttribute: field(attributeName.default('departmentNumber'), {
      label: { en: "Person's attribute that names the department", zh: '人员的部门属性' },
      help: {
        en: 'Often departmentNumber or ou; look at the entry of one person.',
        zh: '通常为 departmentNumber 或 ou，可查看任一人员的条目。',
      },
      showWhen: { field: 'layout', is: 'flat' },
      group: group.tree,
    }),
    departmentKey: field(attributeName.default('ou'), {
      label: { en: "Department's attribute that it names", zh: '所对应的部门属性' },
      help: {
        en: 'What the value above equals in the entry of a department; no two departments may share it.',
        zh: '部门条目中与上述值相等的属性；各部门的值不得重复。',
      },
      showWhen: { field: 'layout', is: 'flat' },
      group: group.tree,
    }),
    peopleIn: field(optionalDn, {
      label: { en: 'Where people without a department lie', zh: '无部门人员的位置' },
      help: {
        en: 'This place is no department. Where accounts are written, people without a department are created here, and everybody when all lie in one place. Empty: directly below the base.',
        zh: '该位置不视为部门。写入账号时，无部门人员在此创建；人员全部在同一位置时，所有人员在此创建。留空为根 DN 之下。',
      },
      placeholder: 'ou=people,dc=example,dc=org',
      group: group.tree,
    }),
    groupsIn: field(optionalDn, {
      label: { en: 'Where groups are created', zh: '组的创建位置' },
      help: { en: 'Only for writing. Empty: directly below the base.', zh: '仅用于写入。留空为根 DN 之下。' },
      placeholder: 'ou=groups,dc=example,dc=org',
      group: group.tree,
      rarely: true,
    }),
    folders: field(z.array(dn).default([]), {
      label: { en: 'OUs that are no departments', zh: '非部门的 OU' },
      help: {
        en: 'Whole DNs of OUs that only hold things, such as ou=services,dc=example,dc=org. The places named above are folders already. People in them are read all the same, as people without a department: a narrower base DN or a filter for people leaves them out.',
        zh: '仅用于存放条目的 OU，填写完整 DN，例如 ou=services,dc=example,dc=org；上面填写的位置已自动视为文件夹。其中的人员仍会读取，作为无部门人员；如需排除，请缩小根 DN 或设置人员附加过滤条件。',
      },
      group: group.tree,
    }),

    personClass: field(attributeName.default('inetOrgPerson'), {
      label: { en: 'Object class of people', zh: '人员的对象类' },
      help: {
        en: 'Entries of this class are people; look at objectClass in the entry of one.',
        zh: '属于此对象类的条目为人员，可查看任一人员条目的 objectClass。',
      },
      group: group.people,
      rarely: true,
    }),
    personFilter: field(z.string().trim().default(''), {
      label: { en: 'Further filter for people', zh: '人员附加过滤条件' },
      help: {
        en: 'An LDAP filter such as (employeeType=staff). Whoever does not match is not seen at all.',
        zh: 'LDAP 过滤器，例如 (employeeType=staff)；不匹配者完全不可见。',
      },
      group: group.people,
      rarely: true,
    }),
    personNaming: field(z.enum(['uid', 'cn']).default('uid'), {
      label: { en: 'New people are named by', zh: '新人员条目的命名属性' },
      help: {
        en: 'What the DN of a person begins with; look at the DN of one who is there.',
        zh: '人员 DN 的开头属性，可查看任一现有人员的 DN。',
      },
      group: group.people,
      rarely: true,
      options: { uid: { en: 'User name (uid)', zh: '用户名（uid）' }, cn: { en: 'Name (cn)', zh: '姓名（cn）' } },
    }),
    extraAttributes: field(z.array(attributeName).default([]), {
      label: { en: 'Further attributes of people', zh: '其他人员属性' },
      help: { en: 'Names of attributes of your own schema.', zh: '自定义架构中的属性名。' },
      group: group.people,
      rarely: true,
    }),

    groupKind: field(z.enum(['groupOfNames', 'groupOfUniqueNames', 'posixGroup']).default('groupOfNames'), {
      label: { en: 'Kind of groups', zh: '组的类型' },
      help: {
        en: 'Look at objectClass in the entry of a group that is there. groupOfNames and groupOfUniqueNames list DNs, posixGroup user names.',
        zh: '可查看任一现有组的 objectClass。groupOfNames 与 groupOfUniqueNames 的成员为 DN，posixGroup 为用户名。',
      },
      group: group.groups,
      rarely: true,
    }),
    groupFilter: field(z.string().trim().default(''), {
      label: { en: 'Further filter for groups', zh: '组附加过滤条件' },
      help: {
        en: 'An LDAP filter such as (cn=app-*). A group that does not match is not seen at all.',
        zh: 'LDAP 过滤器，例如 (cn=app-*)；不匹配的组完全不可见。',
      },
      group: group.groups,
      rarely: true,
    }),
    placeholderMember: field(dn.default('cn=nobody'), {
      label: { en: 'Placeholder member', zh: '占位成员' },
      help: {
        en: 'groupOfNames must have a member; an empty group holds this name. It is never reported as a member and need not exist.',
        zh: 'groupOfNames 至少需要一名成员，空组以此占位；不会作为成员上报，也无需真实存在。',
      },
      group: group.groups,
      rarely: true,
    }),

    disableBy: field(z.enum(['attribute', 'move']).default('attribute'), {
      label: { en: 'How an account is disabled', zh: '停用账号的方式' },
      help: {
        en: 'Disabled accounts are recognised by it. Where accounts are written, they are also disabled by it.',
        zh: '据此识别已停用的账号；向该系统写入账号时，也以此方式停用。',
      },
      group: group.writing,
      options: { attribute: { en: 'An attribute says so', zh: '写入属性标记' }, move: { en: 'Moved to an OU', zh: '移动到专用 OU' } },
    }),
    disableAttribute: field(attributeName.default('businessCategory'), {
      label: { en: 'Attribute that says so', zh: '标记停用的属性' },
      help: {
        en: 'Set to the value below; your applications must look at it. With the ppolicy overlay use pwdAccountLockedTime and 000001010000Z: then slapd itself refuses the sign-in.',
        zh: '写入下方的值，应用需检查该属性。启用 ppolicy 时可用 pwdAccountLockedTime 与 000001010000Z，由 slapd 拒绝登录。',
      },
      showWhen: { field: 'disableBy', is: 'attribute' },
      group: group.writing,
    }),
    disableValue: field(z.string().min(1).default('disabled'), {
      label: { en: 'Value of a disabled account', zh: '停用账号的值' },
      help: { en: 'An account is disabled while the attribute above holds this value.', zh: '上述属性含有该值时，账号视为停用。' },
      showWhen: { field: 'disableBy', is: 'attribute' },
      group: group.writing,
    }),
    disabledIn: field(optionalDn, {
      label: { en: 'OU of disabled accounts', zh: '停用账号所在 OU' },
      help: { en: 'An account is disabled while it lies below this DN.', zh: '账号位于该 DN 之下时视为停用。' },
      showWhen: { field: 'disableBy', is: 'move' },
      placeholder: 'ou=disabled,dc=example,dc=org',
      group: group.writing,
    }),
    idAttribute: field(z.union([z.literal(''), attributeName]).default(''), {
      label: { en: 'Attribute for the directory id', zh: '目录 ID 属性' },
      help: {
        en: 'An attribute that every written kind of entry may have and nothing else uses. With it a create whose answer was lost is recognised for certain.',
        zh: '各类条目均可使用且未被占用的属性；有了它，答复丢失的新建可被准确识别。',
      },
      group: group.writing,
      rarely: true,
    }),
    references: field(z.enum(['repair', 'server']).default('repair'), {
      label: { en: 'References to renamed, moved and removed entries', zh: '重命名、移动、删除后的引用' },
      help: {
        en: 'Who corrects member and manager values: Tributary itself, or the refint overlay of the server.',
        zh: 'member 与 manager 的值由谁更正：Tributary，或服务器的 refint overlay。',
      },
      group: group.writing,
      rarely: true,
      options: {
        repair: { en: 'Corrected by Tributary', zh: '由 Tributary 更正' },
        server: { en: 'Corrected by the server (refint)', zh: '由服务器更正（refint）' },
      },
    }),
  })
  .superRefine((config, context) => {
    const within = (name: 'peopleIn' | 'groupsIn' | 'disabledIn'): void => {
      if (config[name] !== '' && !isWithin(dnKey(config[name]), dnKey(config.base))) {
        context.addIssue({ code: 'custom', path: [name], message: 'must lie below the base DN' });
      }
    };
    config.folders.forEach((folder, index) => {
      if (!isWithin(dnKey(folder), dnKey(config.base)))
        context.addIssue({ code: 'custom', path: ['folders', index], message: 'must lie below the base DN' });
    });
    within('peopleIn');
    within('groupsIn');
    within('disabledIn');
    if (config.disableBy === 'move' && config.disabledIn === '') {
      context.addIssue({
        code: 'custom',
        path: ['disabledIn'],
        message: 'is needed when accounts are disabled by moving them',
      });
    }
    if (config.startTls && config.url.startsWith('ldaps:')) {
      context.addIssue({ code: 'custom', path: ['startTls'], message: 'ldaps:// is encrypted already' });
    }
    if (config.bindDn !== '' && config.password === '') {
      // RFC 4513 section 5.1.2: a name without a password signs in as nobody, and looks like success.
      context.addIssue({ code: 'custom', path: ['password'], message: 'is needed together with a bind DN' });
    }
  });

export type Config = z.output<typeof configSchema>;

export const partSchema = z.strictObject({
  base: field(optionalDn, {
    label: { en: 'OU', zh: 'OU' },
    help: {
      en: 'Only what lies below this DN. Empty: everything below the base of the connection. As a target: what has no parent is created here; list this OU under "OUs that are no departments".',
      zh: '仅此 DN 之下的内容；留空为连接的整个根。作为目标时，无上级的对象创建于此，并请将该 OU 加入“非部门的 OU”。',
    },
    placeholder: 'ou=Sales,dc=example,dc=org',
  }),
});

export type Part = z.output<typeof partSchema>;
