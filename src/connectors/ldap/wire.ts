// Names and numbers of the protocol, its times, and the errors of a connection that breaks, falls silent or talks nonsense.
import { ConnectorError } from '../../connector-kit/errors.ts';

/** Object identifiers we speak. */
export const oids = {
  /** @see https://www.rfc-editor.org/rfc/rfc2696 */
  pagedResults: '1.2.840.113556.1.4.319',
  /** @see https://www.rfc-editor.org/rfc/rfc4527 */
  postRead: '1.3.6.1.1.13.2',
  /** @see https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-adts/49cdb1e3-3baa-4c7c-8cde-7c26b13d3ba7 */
  permissiveModify: '1.2.840.113556.1.4.1413',
  /** @see https://www.rfc-editor.org/rfc/rfc4511#section-4.14 */
  startTls: '1.3.6.1.4.1.1466.20037',
  /** @see https://www.rfc-editor.org/rfc/rfc4532 */
  whoAmI: '1.3.6.1.4.1.4203.1.11.3',
  /** @see https://www.rfc-editor.org/rfc/rfc3062 */
  setPassword: '1.3.6.1.4.1.4203.1.11.1',
  /** @see https://www.rfc-editor.org/rfc/rfc4511#section-4.4.1 */
  disconnection: '1.3.6.1.4.1.1466.20036',
} as const;

/** Tags of protocol operations. @see https://www.rfc-editor.org/rfc/rfc4511#appendix-B */
export const tags = {
  bindRequest: 0x60,
  bindResponse: 0x61,
  unbindRequest: 0x42,
  searchRequest: 0x63,
  searchEntry: 0x64,
  searchDone: 0x65,
  modifyRequest: 0x66,
  modifyResponse: 0x67,
  addRequest: 0x68,
  addResponse: 0x69,
  deleteRequest: 0x4a,
  deleteResponse: 0x6b,
  renameRequest: 0x6c,
  renameResponse: 0x6d,
  compareRequest: 0x6e,
  compareResponse: 0x6f,
  abandonRequest: 0x50,
  searchReference: 0x73,
  extendedRequest: 0x77,
  extendedResponse: 0x78,
  intermediateResponse: 0x79,
  controls: 0xa0,
} as const;

/** Result codes that the code asks for by name. @see https://www.rfc-editor.org/rfc/rfc4511#appendix-A */
export const codes = {
  success: 0,
  operationsError: 1,
  protocolError: 2,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  compareFalse: 5,
  compareTrue: 6,
  strongerAuthRequired: 8,
  adminLimitExceeded: 11,
  unavailableCriticalExtension: 12,
  noSuchAttribute: 16,
  undefinedAttributeType: 17,
  constraintViolation: 19,
  attributeOrValueExists: 20,
  invalidAttributeSyntax: 21,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
  namingViolation: 64,
  objectClassViolation: 65,
  notAllowedOnNonLeaf: 66,
  notAllowedOnRdn: 67,
  entryAlreadyExists: 68,
  other: 80,
} as const;

/** The connection broke, or no answer came. A write that was sent may or may not have been done. */
export function lostError(sentWrite: boolean, cause: unknown): ConnectorError {
  return sentWrite
    ? new ConnectorError(
        'unknown-outcome',
        {
          en: 'The connection to the LDAP server broke before it answered; whether the change was made is not known yet.',
          zh: '在收到答复前与 LDAP 服务器的连接中断，尚不确定变更是否已执行。',
        },
        { transport: true, detail: reasonOf(cause), cause },
      )
    : new ConnectorError(
        'transient',
        {
          en: 'The LDAP server cannot be reached or closed the connection.',
          zh: '无法连接 LDAP 服务器，或连接被其关闭。',
        },
        { transport: true, detail: reasonOf(cause), cause },
      );
}

export function silentError(sentWrite: boolean, afterMs: number): ConnectorError {
  return sentWrite
    ? lostError(true, new Error(`no answer within ${afterMs} ms`))
    : new ConnectorError(
        'timeout',
        {
          en: `The LDAP server did not answer within ${Math.round(afterMs / 1000)} seconds.`,
          zh: `LDAP 服务器在 ${Math.round(afterMs / 1000)} 秒内未答复。`,
        },
        { transport: true },
      );
}

/** The far side does not speak LDAP. The excerpt holds printable characters only. */
export function garbageError(bytes: Uint8Array): ConnectorError {
  const excerpt = Buffer.from(bytes.subarray(0, 60))
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '.');
  return new ConnectorError(
    'bad-response',
    {
      en: 'What answers at this address does not speak LDAP. Check host and port (389 for ldap, 636 for ldaps) and proxies in between.',
      zh: '该地址返回的内容不是 LDAP 协议，请检查主机与端口（ldap 389，ldaps 636）及中间代理。',
    },
    { detail: excerpt, transport: true },
  );
}

export function tlsError(cause: unknown): ConnectorError {
  return new ConnectorError(
    'config',
    {
      en: 'The certificate of the LDAP server is not trusted, or does not carry this host name. Paste the certificate of your own CA, or use the host name in the certificate.',
      zh: 'LDAP 服务器证书不受信任或与主机名不符。请粘贴自有 CA 证书，或使用证书中的主机名。',
    },
    { detail: reasonOf(cause), cause },
  );
}

const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return '';
  const code = (cause as Error & { code?: unknown }).code;
  return typeof code === 'string' && !cause.message.includes(code) ? `${code}: ${cause.message}` : cause.message;
};

/** LDAP time, `20240131235959Z`. @see https://www.rfc-editor.org/rfc/rfc4517#section-3.3.13 */
export const ldapTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;

export function parseLdapTime(text: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,]\d+)?Z/.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute = '0', second = '0'] = match;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}
