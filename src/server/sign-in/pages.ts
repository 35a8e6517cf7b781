// The pages of signing in and of one's own account, as HTML without a script; in the style of the status page.
import type { Label } from '../../core/model.ts';
import { escapeHtml, style } from '../status-page.ts';

export type Language = 'en' | 'zh';

export interface PageFrame {
  readonly language: Language;
  /** What went wrong with the last try. */
  readonly problem?: Label | undefined;
  readonly note?: Label | undefined;
}

const formStyle = `main.door{max-width:420px;padding-top:6vh}main.own{max-width:640px}.card{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:20px 24px;margin:0 0 16px}
.card h2{margin:0 0 12px;font-size:18px}.card p{margin:0 0 12px;color:var(--soft)}label{display:block;margin:0 0 14px;color:var(--soft);font-size:13.5px}
input[hidden]{display:none!important}input{display:block;width:100%;margin-top:4px;padding:9px 11px;font:inherit;color:var(--ink);background:var(--ground);border:1px solid var(--line);border-radius:8px}
input:focus-visible,button:focus-visible,a:focus-visible{outline:2px solid var(--busy);outline-offset:2px}button,.button{display:inline-block;padding:9px 18px;font:inherit;font-weight:600;color:#fff;background:#1f6f6b;border:0;border-radius:8px;cursor:pointer;text-decoration:none}
button.plain{color:var(--ink);background:none;border:1px solid var(--line);font-weight:400}.wide-button{width:100%;text-align:center;box-sizing:border-box}.or{text-align:center;margin:14px 0!important}code{font:600 16px/1.8 ui-monospace,monospace;letter-spacing:.04em;word-break:break-all;color:var(--ink)}
.codes{display:grid;grid-template-columns:1fr 1fr;gap:4px 16px;list-style:none;margin:0 0 12px;padding:10px 16px;background:var(--ground)}.codes li{all:unset}.card a:not(.button){color:var(--busy)}.row{display:flex;gap:12px;align-items:center;justify-content:space-between;flex-wrap:wrap}.notice.good{color:var(--good)}`;

const words = {
  signIn: { en: 'Sign in', zh: '登录' },
  name: { en: 'User name', zh: '用户名' },
  title: { en: 'Full name', zh: '姓名' },
  password: { en: 'Password', zh: '密码' },
  newPassword: { en: 'New password (at least 12 characters)', zh: '新密码（至少 12 个字符）' },
  presentPassword: { en: 'Current password', zh: '当前密码' },
  code: { en: 'Code of your authenticator app, or a recovery code', zh: '身份验证器中的验证码，或恢复码' },
  goOn: { en: 'Continue', zh: '继续' },
  or: { en: 'or', zh: '或' },
  with: { en: 'Sign in with', zh: '使用以下方式登录：' },
  signOut: { en: 'Sign out', zh: '退出登录' },
  signOutEverywhere: { en: 'Sign out everywhere', zh: '在所有设备上退出' },
  back: { en: 'Back', zh: '返回' },
  account: { en: 'Your account', zh: '我的账号' },
  changePassword: { en: 'Change the password', zh: '修改密码' },
  codes: { en: 'Codes at sign-in', zh: '登录验证码' },
  codesOn: {
    en: 'On: besides the password, each sign-in asks for a code of your authenticator app.',
    zh: '已开启：登录时除密码外还需输入身份验证器中的验证码。',
  },
  codesOff: {
    en: 'Off. With codes of an authenticator app, a stolen password alone opens nothing.',
    zh: '未开启。开启后，仅凭泄露的密码无法登录。',
  },
  switchOn: { en: 'Switch codes on', zh: '开启验证码' },
  switchOff: { en: 'Switch codes off', zh: '关闭验证码' },
  secret: {
    en: 'Add this key to your authenticator app (type: time-based), then enter the code it shows.',
    zh: '请将此密钥添加到身份验证器（类型：基于时间），然后输入其显示的验证码。',
  },
  openApp: { en: 'Open in an app on this device', zh: '在本机的应用中打开' },
  recovery: { en: 'Recovery codes', zh: '恢复码' },
  recoveryWhy: {
    en: 'Keep these where you find them when the app is lost. Each works once. They are not shown again.',
    zh: '请妥善保存，以备身份验证器丢失时使用。每个只能使用一次，且不会再次显示。',
  },
  kept: { en: 'I have kept them', zh: '我已保存' },
} as const satisfies Record<string, Label>;

function page(frame: PageFrame, heading: Label, kind: 'door' | 'own', body: string, query = ''): string {
  const { language } = frame;
  const shown = (label: Label): string => escapeHtml(label[language]);
  return `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${shown(heading)} · Tributary</title><style>${style}${formStyle}</style></head><body><header><h1>Tributary</h1><nav><a href="?${query}lang=en">English</a> <a href="?${query}lang=zh">中文</a></nav></header><main class="${kind}">
${frame.problem ? `<p class="notice bad" role="alert">${shown(frame.problem)}</p>` : ''}${frame.note ? `<p class="notice good" role="status">${shown(frame.note)}</p>` : ''}
${body}</main></body></html>`;
}

const sayIn =
  (language: Language) =>
  (word: keyof typeof words): string =>
    escapeHtml(words[word][language]);

const field = (label: string, name: string, type: string, more = ''): string =>
  `<label>${label}<input name="${name}" type="${type}" required ${more}></label>`;
const hidden = (name: string, value: string): string => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;

export function signInPage(frame: PageFrame, next: string, name: string, provider: string | null): string {
  const say = sayIn(frame.language);
  const forward = `next=${encodeURIComponent(next)}&amp;`;
  return page(
    frame,
    words.signIn,
    'door',
    `<form class="card" method="post" action="/sign-in"><h2>${say('signIn')}</h2>${hidden('next', next)}
${field(say('name'), 'name', 'text', `value="${escapeHtml(name)}" autocomplete="username" autocapitalize="none" spellcheck="false" ${name === '' ? 'autofocus' : ''}`)}
${field(say('password'), 'password', 'password', `autocomplete="current-password" ${name === '' ? '' : 'autofocus'}`)}
<button class="wide-button">${say('signIn')}</button>${provider === null ? '' : `<p class="or">${say('or')}</p><a class="button wide-button" href="/sign-in/oidc?${forward}">${say('with')}${frame.language === 'zh' ? '' : ' '}${escapeHtml(provider)}</a>`}</form>`,
    forward,
  );
}

export function codePage(frame: PageFrame, next: string): string {
  const say = sayIn(frame.language);
  return page(
    frame,
    words.signIn,
    'door',
    `<form class="card" method="post" action="/sign-in/code"><h2>${say('signIn')}</h2>${hidden('next', next)}
${field(say('code'), 'code', 'text', 'autocomplete="one-time-code" inputmode="text" autofocus maxlength="20"')}<button class="wide-button">${say('goOn')}</button></form>`,
    `next=${encodeURIComponent(next)}&amp;`,
  );
}

const linkHeadings = {
  first: { en: 'Set up the first administrator', zh: '设置首位管理员' },
  'set-up': { en: 'Set up an administrator', zh: '设置管理员' },
  invitation: { en: 'You are invited', zh: '您受邀加入' },
  reset: { en: 'Choose a new password', zh: '设置新密码' },
} as const satisfies Record<string, Label>;

/** Made where nobody gets in any more: who has forgotten a password need not become somebody else. */
const takesOver: Label = {
  en: 'With the user name of an account that is there, that account gets this password and the role of an administrator.',
  zh: '如填写已有账号的用户名，该账号将改用此密码，并获得管理员角色。',
};

export interface LinkForm {
  readonly link: string;
  readonly kind: Exclude<keyof typeof linkHeadings, 'first'>;
  /** Nobody has an account yet. */
  readonly isFirst: boolean;
  readonly name: string | null;
  readonly typed: { readonly name: string; readonly title: string };
}

export function linkPage(frame: PageFrame, form: LinkForm): string {
  const say = sayIn(frame.language);
  const isFixed = form.name !== null && form.kind !== 'set-up';
  const name = form.typed.name || form.name || '';
  const heading = linkHeadings[form.kind === 'set-up' && form.isFirst ? 'first' : form.kind];
  const hint = form.kind === 'set-up' && !form.isFirst ? `<p>${escapeHtml(takesOver[frame.language])}</p>` : '';
  return page(
    frame,
    heading,
    'door',
    `<form class="card" method="post" action="/set-up"><h2>${escapeHtml(heading[frame.language])}</h2>${hint}${hidden('link', form.link)}
${field(say('name'), 'name', 'text', `value="${escapeHtml(name)}" autocomplete="username" autocapitalize="none" spellcheck="false" ${isFixed ? 'readonly' : 'autofocus'}`)}
${form.kind === 'reset' ? '' : `<label>${say('title')}<input name="title" type="text" value="${escapeHtml(form.typed.title)}" autocomplete="name"></label>`}
${field(say('newPassword'), 'password', 'password', 'autocomplete="new-password" minlength="12"')}<button class="wide-button">${say('goOn')}</button></form>`,
    `link=${encodeURIComponent(form.link)}&amp;`,
  );
}

export interface OwnAccount {
  readonly name: string;
  readonly title: string;
  readonly roles: readonly Label[];
  /** Signed in through a provider: nothing to change here. */
  readonly isOutside: boolean;
  readonly hasCodes: boolean;
  readonly sessions: number;
}

export function accountPage(frame: PageFrame, own: OwnAccount): string {
  const say = sayIn(frame.language);
  const { language } = frame;
  const roles = own.roles.map((role) => role[language]).join(language === 'zh' ? '、' : ', ');
  const sessions =
    language === 'zh' ? `已登录 ${own.sessions} 处` : `signed in in ${own.sessions} ${own.sessions === 1 ? 'place' : 'places'}`;
  // Password managers want to know whose password it is.
  const whose = `<input hidden autocomplete="username" value="${escapeHtml(own.name)}">`;
  const present = whose + field(say('presentPassword'), 'password', 'password', 'autocomplete="current-password"');
  return page(
    frame,
    words.account,
    'own',
    `<section class="card"><h2>${escapeHtml(own.title)}</h2><p>${escapeHtml(own.name)} · ${escapeHtml(roles)} · ${escapeHtml(sessions)}</p><div class="row"><a href="/">${say('back')}</a>
<form method="post" action="/sign-out"><button>${say('signOut')}</button></form><form method="post" action="/account/sign-out-everywhere"><button class="plain">${say('signOutEverywhere')}</button></form></div></section>
${
  own.isOutside
    ? ''
    : `<form class="card" method="post" action="/account/password"><h2>${say('changePassword')}</h2>${present}${field(say('newPassword'), 'wanted', 'password', 'autocomplete="new-password" minlength="12"')}<button>${say('changePassword')}</button></form>
<form class="card" method="${own.hasCodes ? 'post' : 'get'}" action="/account/codes${own.hasCodes ? '/off' : ''}"><h2>${say('codes')}</h2><p>${say(own.hasCodes ? 'codesOn' : 'codesOff')}</p>${own.hasCodes ? present + field(say('code'), 'code', 'text', 'autocomplete="one-time-code"') : ''}<button class="${own.hasCodes ? 'plain' : ''}">${say(own.hasCodes ? 'switchOff' : 'switchOn')}</button></form>`
}`,
  );
}

export function codesPage(frame: PageFrame, secret: string, sealed: string, uri: string): string {
  const say = sayIn(frame.language);
  return page(
    frame,
    words.codes,
    'door',
    `<form class="card" method="post" action="/account/codes/on"><h2>${say('codes')}</h2><p>${say('secret')}</p><p><code>${escapeHtml(secret.replaceAll(/(.{4})(?=.)/g, '$1 '))}</code></p><p><a href="${escapeHtml(uri)}">${say('openApp')}</a></p>${hidden('sealed', sealed)}${hidden('secret', secret)}
${field(say('presentPassword'), 'password', 'password', 'autocomplete="current-password"')}${field(say('code'), 'code', 'text', 'autocomplete="one-time-code" inputmode="numeric" maxlength="10"')}<button>${say('switchOn')}</button> <a href="/account">${say('back')}</a></form>`,
  );
}

export function recoveryPage(frame: PageFrame, codes: readonly string[]): string {
  const say = sayIn(frame.language);
  return page(
    frame,
    words.recovery,
    'door',
    `<section class="card"><h2>${say('recovery')}</h2><p>${say('recoveryWhy')}</p><ul class="codes">${codes.map((code) => `<li><code>${escapeHtml(code)}</code></li>`).join('')}</ul><a class="button" href="/account">${say('kept')}</a></section>`,
  );
}

export function messagePage(frame: PageFrame): string {
  return page(frame, words.signIn, 'door', `<p><a href="/sign-in">${sayIn(frame.language)('signIn')}</a></p>`);
}
