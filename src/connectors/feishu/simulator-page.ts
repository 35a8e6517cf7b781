// A small page to look at the simulated tenant and to change it by hand: hire, accept an invitation, move, rename, freeze, leave. 中文 / English.
import { normalMobile } from './simulator-users.ts';
import { ROOT, type SimUser, type Tenant } from './simulator-tenant.ts';

type Language = 'zh' | 'en';

const words = {
  title: { zh: '飞书沙箱', en: 'Feishu sandbox' },
  people: { zh: '人员', en: 'People' },
  departments: { zh: '部门', en: 'Departments' },
  groups: { zh: '用户组', en: 'User groups' },
  name: { zh: '姓名', en: 'Name' },
  departmentName: { zh: '部门名称', en: 'Name of the department' },
  number: { zh: '工号', en: 'Number' },
  mobile: { zh: '手机号', en: 'Mobile' },
  email: { zh: '邮箱', en: 'E-mail' },
  department: { zh: '部门', en: 'Department' },
  state: { zh: '状态', en: 'State' },
  manager: { zh: '直属上级', en: 'Manager' },
  hire: { zh: '入职', en: 'Hire' },
  move: { zh: '调动', en: 'Move' },
  leave: { zh: '离职', en: 'Leave' },
  join: { zh: '接受邀请', en: 'Accept invitation' },
  freeze: { zh: '暂停 / 恢复', en: 'Freeze / thaw' },
  add: { zh: '新建部门', en: 'New department' },
  rename: { zh: '改名', en: 'Rename' },
  company: { zh: '（公司）', en: '(company)' },
  working: { zh: '在职', en: 'working' },
  frozen: { zh: '已暂停', en: 'frozen' },
  invited: { zh: '未加入', en: 'invited' },
  left: { zh: '已离职', en: 'left' },
  find: { zh: '查找', en: 'Find' },
  taken: {
    zh: '未执行：手机号、邮箱或工号已被他人使用，或同级已有同名部门。',
    en: "Not done: the number, the address or the employee number is somebody else's, or a department of that name stands there.",
  },
  shown: { zh: '仅显示前 200 人', en: 'The first 200 are shown' },
} as const;

const MOST_SHOWN = 200;

const escape = (text: unknown): string => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const stateOf = (user: SimUser): 'left' | 'frozen' | 'working' | 'invited' => {
  if (user.resignedAt !== null) return 'left';
  if (user.frozen) return 'frozen';
  return user.activated ? 'working' : 'invited';
};

export function pageText(tenant: Tenant, query: URLSearchParams): string {
  const lang: Language = query.get('lang') === 'en' ? 'en' : 'zh';
  const say = (word: keyof typeof words): string => words[word][lang];
  const nameOf = (key: string): string => (key === ROOT ? say('company') : (tenant.departments.get(key)?.name ?? '?'));
  const pathOf = (key: string): string => tenant.upwards(key).toReversed().map(nameOf).join(' › ');
  const choices = [[ROOT, say('company')] as const, ...[...tenant.departments.keys()].map((key) => [key, pathOf(key)] as const)].map(
    ([key, name]) => ({ key, text: `value="${escape(key)}">${escape(name)}</option>` }),
  );
  const choose = (now: string = ROOT): string =>
    `<select name="department" aria-label="${say('department')}">${choices
      .map(({ key, text }) => `<option ${key === now ? 'selected ' : ''}${text}`)
      .join('')}</select>`;
  const form = (action: string, hidden: Record<string, string>, inner: string, button: keyof typeof words): string =>
    `<form method="post" action="/sandbox/${action}?lang=${lang}">${Object.entries(hidden)
      .map(([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`)
      .join('')}${inner}<button>${say(button)}</button></form>`;
  const input = (name: 'name' | 'mobile' | 'email' | 'number', required = false, hint: keyof typeof words = name): string =>
    `<input name="${name}" placeholder="${say(hint)}" aria-label="${say(hint)}"${required ? ' required' : ''}>`;
  const wanted = (query.get('find') ?? '').toLowerCase();
  const people = [...tenant.users.values()].filter((user) =>
    wanted === ''
      ? true
      : [user.fields.name, user.fields.email, user.fields.mobile, user.fields.employee_no].join(' ').toLowerCase().includes(wanted),
  );
  const person = (user: SimUser): string => {
    const state = stateOf(user);
    const key = { user: user.key };
    const actions =
      state === 'left'
        ? ''
        : (state === 'invited' ? form('join', key, '', 'join') : '') +
          form('move', key, choose(user.departments[0]), 'move') +
          form('freeze', key, '', 'freeze') +
          form('leave', key, '', 'leave');
    const manager = user.leader === null ? '' : (tenant.users.get(user.leader)?.fields.name ?? '');
    const cells = [
      user.fields.name,
      user.fields.employee_no,
      user.fields.mobile,
      user.fields.email,
      user.departments.map(nameOf).join(', '),
      manager,
      say(state),
    ];
    const shown = cells.map(
      (cell, column) => `<td class="${column === 4 ? 'places' : column === 0 || column === 3 ? '' : 'short'}">${escape(cell ?? '')}</td>`,
    );
    return `<tr class="${state}">${shown.join('')}<td class="do">${actions}</td></tr>`;
  };
  const department = (key: string): string => {
    const own = tenant.departments.get(key)!;
    return `<tr><td>${escape(pathOf(key))}</td><td>${own.members.size}</td><td class="do">${form('rename', { department: key }, input('name', true, 'departmentName'), 'rename')}</td></tr>`;
  };
  const heads = (names: readonly (keyof typeof words)[]): string => names.map((name) => `<th>${say(name)}</th>`).join('');
  return `<!doctype html><html lang="${lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${say('title')}</title><style>
body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#1f2329}h1{font-size:1.3rem}h2{font-size:1.05rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #dee0e3;padding:.35rem .5rem;text-align:left}
th,.short{white-space:nowrap}form{display:inline-flex;flex-wrap:wrap;gap:.3rem;margin:0 .3rem .2rem 0}.do{min-width:13rem}.left td{color:#8f959e;text-decoration:line-through}
.frozen td{color:#8f959e}select{max-width:14rem}input,select,button{font:inherit}.wide{overflow-x:auto}td{overflow-wrap:anywhere}.places{min-width:7rem}
@media(max-width:700px){body{margin:1rem}.people th{display:none}.people tr{display:block;border-bottom:1px solid #dee0e3;padding:.5rem 0}
.people td{display:inline-block;border:0;padding:0 .8rem 0 0}.people td:first-child{display:block;font-weight:600}.people td:empty{display:none}.people .do{display:block;padding-top:.4rem}}</style>
<h1>${say('title')} · <a href="?lang=${lang === 'zh' ? 'en' : 'zh'}">${lang === 'zh' ? 'English' : '中文'}</a></h1>${query.has('taken') ? `<p role="alert">${say('taken')}</p>` : ''}
<h2>${say('hire')}</h2>${form('hire', {}, input('name', true) + input('mobile') + input('email') + input('number') + choose(), 'hire')}
<h2>${say('departments')} (${tenant.departments.size})</h2>${form('department', {}, input('name', true, 'departmentName') + choose(), 'add')}
<div class="wide"><table><tr>${heads(['department', 'people'])}<th></th></tr>${[...tenant.departments.keys()].slice(0, MOST_SHOWN).map(department).join('')}</table></div>
<h2>${say('people')} (${tenant.users.size})</h2><form method="get"><input type="hidden" name="lang" value="${lang}"><input name="find" aria-label="${say('find')}" value="${escape(wanted)}"><button>${say('find')}</button></form>
<div class="wide"><table class="people"><tr>${heads(['name', 'number', 'mobile', 'email', 'department', 'manager', 'state'])}<th></th></tr>${people.slice(0, MOST_SHOWN).map(person).join('')}</table></div>
${people.length > MOST_SHOWN ? `<p>${say('shown')}</p>` : ''}
<h2>${say('groups')} (${tenant.groups.size})</h2><table>${[...tenant.groups.values()].map((group) => `<tr><td>${escape(group.name)}</td><td>${group.users.size}</td></tr>`).join('')}</table></html>`;
}

const textIn = (form: URLSearchParams, name: string): string => (form.get(name) ?? '').trim();
const nameIn = (form: URLSearchParams): string => textIn(form, 'name').replaceAll('/', '-');

/** Whether Feishu would refuse it since something of it is somebody else's already. */
export function isTaken(tenant: Tenant, action: string, form: URLSearchParams): boolean {
  if (action === 'hire')
    return (
      [
        ['mobile', normalMobile(textIn(form, 'mobile'))],
        ['email', textIn(form, 'email')],
        ['employee_no', textIn(form, 'number')],
      ] as const
    ).some(([field, value]) => value !== '' && tenant.holder(field, value) !== undefined);
  if (action !== 'department' && action !== 'rename') return false;
  const own = textIn(form, 'department') || ROOT;
  const parent = action === 'rename' ? tenant.departments.get(own)?.parent : own;
  const siblings = parent === undefined ? [] : [...tenant.place(parent).children].filter((key) => action === 'department' || key !== own);
  return siblings.some((key) => tenant.departments.get(key)!.name === nameIn(form));
}

/** Does what a form of the page asks for. Events follow as they do from the API. */
export function actOnPage(tenant: Tenant, action: string, form: URLSearchParams, now: number): void {
  const text = (name: string): string => textIn(form, name);
  const user = tenant.users.get(text('user'));
  switch (action) {
    case 'hire':
      tenant.addUser({
        fields: {
          name: text('name'),
          mobile: normalMobile(text('mobile')),
          email: text('email'),
          employee_no: text('number'),
          employee_type: 1,
          gender: 0,
          join_time: Math.floor(now / 1000),
        },
        departments: [text('department') || ROOT],
        activated: true,
      });
      return;
    case 'move': {
      if (!user) return;
      const oldDepartments = [...user.departments];
      tenant.setDepartments(user, [text('department') || ROOT]);
      tenant.tell({ kind: 'updated', type: 'user', key: user.key, old: { department_ids: oldDepartments }, oldDepartments });
      return;
    }
    case 'freeze':
      if (!user) return;
      user.frozen = !user.frozen;
      tenant.tell({ kind: 'updated', type: 'user', key: user.key, old: { status: { is_frozen: !user.frozen } } });
      return;
    case 'join':
      if (!user || user.activated) return;
      user.activated = true;
      tenant.tell({ kind: 'updated', type: 'user', key: user.key, old: { status: { is_unjoin: true, is_activated: false } } });
      return;
    case 'leave':
      if (user && user.resignedAt === null) tenant.resign(user, now);
      return;
    case 'department':
      tenant.addDepartment({ name: nameIn(form), parent: text('department') || ROOT });
      return;
    case 'rename': {
      const department = tenant.departments.get(text('department'));
      if (!department || text('name') === '') return;
      const old = { name: department.name };
      department.name = nameIn(form);
      tenant.tell({ kind: 'updated', type: 'department', key: department.key, old });
    }
  }
}
