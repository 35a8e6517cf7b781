// What each result code of the protocol means for the engine, and in words for people.
// @see https://www.rfc-editor.org/rfc/rfc4511#appendix-A
import { ConnectorError, type ErrorFacts, type ErrorKind } from '../../connector-kit/errors.ts';
import type { Label } from '../../core/model.ts';
import { codes } from './wire.ts';

interface Meaning {
  readonly name: string;
  /** The kind when the request read, and when it wrote. */
  readonly read: ErrorKind;
  readonly write: ErrorKind;
  readonly label: Label;
}

const means = (name: string, read: ErrorKind, write: ErrorKind, en: string, zh: string): Meaning => ({
  name,
  read,
  write,
  label: { en, zh },
});

/** What the server answered → what it means. Sentences name no values, so that no secret can slip in. */
const meanings: Readonly<Record<number, Meaning>> = {
  1: means(
    'operationsError',
    'transient',
    'transient',
    'The LDAP server could not carry out the request at this moment.',
    'LDAP 服务器暂时无法执行该请求。',
  ),
  2: means('protocolError', 'unsupported', 'unsupported', 'The LDAP server does not understand this request.', 'LDAP 服务器不支持该请求。'),
  3: means(
    'timeLimitExceeded',
    'timeout',
    'timeout',
    'The LDAP server gave up after its own time limit. An index on the searched attribute usually helps.',
    'LDAP 服务器超出自身时限。通常为所查属性建立索引即可。',
  ),
  4: means(
    'sizeLimitExceeded',
    'config',
    'config',
    'The LDAP server returns only a limited number of entries to this account. Raise its size limit.',
    'LDAP 服务器限制了该账号可读取的条目数，请提高 sizelimit。',
  ),
  7: means(
    'authMethodNotSupported',
    'config',
    'config',
    'The LDAP server does not accept sign-in with name and password.',
    'LDAP 服务器不接受用户名密码登录。',
  ),
  8: means(
    'strongerAuthRequired',
    'config',
    'config',
    'The LDAP server wants an encrypted connection. Switch on TLS (ldaps:// or StartTLS).',
    'LDAP 服务器要求加密连接，请启用 TLS（ldaps:// 或 StartTLS）。',
  ),
  10: means(
    'referral',
    'config',
    'config',
    'This LDAP server refers to another one. Enter the address of the server that holds (or may change) these entries.',
    '该 LDAP 服务器指向另一台服务器，请填写实际存放（可写）条目的服务器地址。',
  ),
  11: means(
    'adminLimitExceeded',
    'config',
    'transient',
    'The LDAP server stopped at a limit set by its administrator.',
    'LDAP 服务器达到管理员设定的限制。',
  ),
  12: means(
    'unavailableCriticalExtension',
    'unsupported',
    'unsupported',
    'The LDAP server does not know an extension that is needed here.',
    'LDAP 服务器不支持所需的扩展。',
  ),
  13: means(
    'confidentialityRequired',
    'config',
    'config',
    'The LDAP server wants an encrypted connection. Switch on TLS (ldaps:// or StartTLS).',
    'LDAP 服务器要求加密连接，请启用 TLS（ldaps:// 或 StartTLS）。',
  ),
  16: means('noSuchAttribute', 'invalid', 'conflict', 'The entry does not have this value any more.', '条目已不包含该值。'),
  17: means(
    'undefinedAttributeType',
    'invalid',
    'invalid',
    'The schema of the LDAP server does not know this attribute.',
    'LDAP 服务器的架构中没有该属性。',
  ),
  18: means('inappropriateMatching', 'invalid', 'invalid', 'This attribute cannot be searched in this way.', '该属性不支持此种查询。'),
  19: means(
    'constraintViolation',
    'invalid',
    'invalid',
    'The value breaks a rule of the LDAP server (only one value allowed, too long, or a password rule).',
    '该值违反 LDAP 服务器的约束（仅允许单值、过长或密码规则）。',
  ),
  20: means('attributeOrValueExists', 'conflict', 'conflict', 'The entry already has this value.', '条目已包含该值。'),
  21: means(
    'invalidAttributeSyntax',
    'invalid',
    'invalid',
    'The LDAP server does not accept this form of value.',
    'LDAP 服务器不接受该值的格式。',
  ),
  32: means(
    'noSuchObject',
    'not-found',
    'not-found',
    'The entry, or the place it should be in, does not exist or is not visible to this account.',
    '条目或其上级不存在，或对该账号不可见。',
  ),
  34: means('invalidDnSyntax', 'invalid', 'invalid', 'This is not a well-formed distinguished name (DN).', 'DN 格式不正确。'),
  48: means(
    'inappropriateAuthentication',
    'credentials',
    'credentials',
    'The LDAP server refuses this way of signing in for this account.',
    'LDAP 服务器拒绝该账号以此方式登录。',
  ),
  49: means(
    'invalidCredentials',
    'credentials',
    'credentials',
    'The LDAP server refuses the bind DN or its password.',
    'LDAP 服务器拒绝了绑定 DN 或密码。',
  ),
  50: means(
    'insufficientAccessRights',
    'permission',
    'forbidden',
    'The account may not do this. Grant it the right in the access rules of the LDAP server.',
    '该账号无此权限，请在 LDAP 服务器的访问规则中授权。',
  ),
  51: means('busy', 'rate-limited', 'rate-limited', 'The LDAP server is busy.', 'LDAP 服务器繁忙。'),
  52: means('unavailable', 'transient', 'transient', 'The LDAP server is shutting down or not available.', 'LDAP 服务器不可用。'),
  53: means('unwillingToPerform', 'unsupported', 'conflict', 'The LDAP server refuses to do this.', 'LDAP 服务器拒绝执行。'),
  64: means(
    'namingViolation',
    'invalid',
    'invalid',
    'An entry of this kind may not be named or placed like this.',
    '此类条目不能如此命名或放置。',
  ),
  65: means(
    'objectClassViolation',
    'invalid',
    'invalid',
    'An attribute that the object class requires is missing, or one is set that it does not allow.',
    '缺少对象类必需的属性，或设置了其不允许的属性。',
  ),
  66: means(
    'notAllowedOnNonLeaf',
    'conflict',
    'conflict',
    'There are still entries below it. Remove or move them first.',
    '其下仍有条目，请先删除或移走。',
  ),
  67: means(
    'notAllowedOnRDN',
    'conflict',
    'conflict',
    'This value is part of the name of the entry and can only be changed by renaming it.',
    '该值是条目名称的一部分，只能通过重命名修改。',
  ),
  68: means(
    'entryAlreadyExists',
    'already-exists',
    'already-exists',
    'There is already an entry of this name in this place.',
    '该位置已存在同名条目。',
  ),
  69: means(
    'objectClassModsProhibited',
    'unsupported',
    'unsupported',
    'The object class of an entry cannot be changed.',
    '条目的对象类不可更改。',
  ),
  71: means(
    'affectsMultipleDSAs',
    'unsupported',
    'unsupported',
    'An entry cannot be moved to a part of the tree that lives in another database.',
    '条目不能移动到位于其他数据库的分支。',
  ),
  80: means('other', 'transient', 'transient', 'The LDAP server reports an internal error.', 'LDAP 服务器内部错误。'),
};

export interface ResultText {
  readonly code: number;
  readonly message: string;
}

/** The error of an answer that is not success. `about` names the entry for people. */
export function answerError(result: ResultText, mode: 'read' | 'write', about?: string, more: ErrorFacts = {}): ConnectorError {
  // slapd answers an anonymous writer with code 8 and this sentence: it wants a sign-in, not TLS.
  const wantsSignIn = result.code === codes.strongerAuthRequired && /authentication|sign-in/.test(result.message);
  const meaning =
    meanings[wantsSignIn ? 48 : result.code] ??
    means(`code ${result.code}`, 'bad-response', 'conflict', 'The LDAP server refuses the request.', 'LDAP 服务器拒绝该请求。');
  const kind = meaning[mode];
  const attribute = kind === 'invalid' ? attributeNamedIn(result.message) : undefined;
  const where = about ? ` (${about})` : '';
  const named = attribute ? ` [${attribute}]` : '';
  return new ConnectorError(
    kind,
    { en: `${meaning.label.en}${named}${where}`, zh: `${meaning.label.zh}${named}${where}` },
    {
      detail: `LDAP ${result.code} ${meaning.name}${result.message ? `: ${result.message.slice(0, 200)}` : ''}`,
      ...(attribute ? { attribute } : {}),
      ...(kind === 'rate-limited' ? { afterMs: 1000 } : {}),
      ...more,
    },
  );
}

/**
 * slapd names the attribute in its diagnostic text: `mail: value #0 invalid per syntax`, `object class 'x' requires
 * attribute 'sn'`, `attribute 'x' not allowed`, `x: attribute type undefined`.
 * @see https://git.openldap.org/openldap/openldap/-/blob/OPENLDAP_REL_ENG_2_5/servers/slapd/modify.c
 */
function attributeNamedIn(message: string): string | undefined {
  const match = /attribute '([\w;.-]+)'/.exec(message) ?? /^([A-Za-z][\w;.-]*): /.exec(message);
  return match?.[1];
}
