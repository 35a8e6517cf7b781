// What the simulator answers when it refuses: vendor codes with the HTTP status and the words the vendor sends along.

/** One refusal. `headers` go with it (rate limits), `error` is the vendor's extra block (missing rights). */
export class Refused extends Error {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly extra: object | undefined;

  constructor(code: number, more: { readonly message?: string; readonly headers?: Record<string, string>; readonly extra?: object } = {}) {
    super(more.message ?? refusals[code]?.[1] ?? 'unknown error');
    this.code = code;
    this.headers = more.headers ?? {};
    this.extra = more.extra;
  }

  get status(): number {
    return refusals[this.code]?.[0] ?? 400;
  }
}

/**
 * Code → [HTTP status, message]. The body always is JSON; the status is not always 200.
 * @see https://open.feishu.cn/document/server-docs/getting-started/server-error-codes
 * @see https://open.feishu.cn/document/server-docs/contact-v3/resources
 */
const refusals: Readonly<Record<number, readonly [number, string]>> = {
  10003: [400, 'invalid param'],
  10014: [400, 'app id not exists'],
  10015: [400, 'app secret invalid'],
  40001: [400, 'param error'],
  40002: [400, 'can not operate on root department'],
  40003: [500, 'internal error'],
  40004: [403, 'no dept authority error'],
  40008: [400, 'department id is null'],
  40011: [400, 'page size is invalid'],
  40012: [400, 'page token is invalid'],
  40014: [403, 'no parent dept authority error'],
  40015: [400, 'department not exist'],
  40016: [400, 'department name is null'],
  40017: [400, 'parent department id is null'],
  40021: [400, 'the same client_token was used with other parameters'],
  41001: [400, 'mobile number is already in use'],
  41002: [400, 'email is already in use'],
  41003: [409, 'mobile and email belong to two accounts'],
  41004: [400, 'mobile number is invalid'],
  41005: [400, 'email is invalid'],
  41006: [400, 'user name is missing'],
  41009: [400, 'both mobile and email are missing'],
  41011: [400, 'user_id is already in use'],
  41012: [400, 'user id is invalid'],
  41016: [400, 'too many departments'],
  41017: [400, 'department is required'],
  41025: [400, 'department of orders is not one of department_ids'],
  41027: [504, 'create user failed'],
  41030: [400, 'a user can not be the leader of himself'],
  41032: [504, 'update user failed'],
  41038: [400, 'gender is invalid'],
  41043: [400, 'user_id is too long'],
  41044: [400, 'custom attr is invalid'],
  41050: [403, 'no user authority error'],
  41051: [400, 'user id is missing'],
  41052: [400, 'acceptor is invalid'],
  41053: [409, 'user already exists'],
  41059: [400, 'employee type is invalid'],
  41060: [400, 'employee type is missing'],
  41063: [400, 'job title is too long'],
  41070: [400, 'name is too long'],
  41071: [400, 'value is too long'],
  41072: [400, 'value is too long'],
  42006: [400, 'user is already resigned'],
  43005: [400, 'department order is already in use'],
  43007: [400, 'department_id is already in use'],
  43008: [400, 'department_id is illegal'],
  43010: [400, 'too many departments to recurse'],
  43011: [400, 'department has members'],
  43012: [400, 'department has sub departments'],
  43013: [400, 'too many sub departments'],
  43016: [400, 'leaders are repeated'],
  43019: [400, 'department tree is too deep'],
  43022: [400, 'department name is already in use'],
  43024: [400, 'department tree is locked, please try again later'],
  43025: [400, 'leader has not joined'],
  43029: [400, 'department name has an illegal character'],
  44018: [400, '+86 mobile is not allowed for this tenant'],
  44019: [400, 'only +86 mobile is allowed for this tenant'],
  44020: [400, 'a foreign mobile needs an email'],
  44021: [400, 'leader has resigned'],
  44022: [400, 'leader is invalid'],
  44023: [400, 'no seats left'],
  44046: [400, 'subscription_ids is missing'],
  // Of user groups, and of what a tenant may have at most, the reference names no codes; these are the simulator's own, and the
  // connector does not read them.
  42101: [400, 'group name is already in use'],
  42102: [400, 'group not exist'],
  42103: [400, 'group id is illegal'],
  42104: [403, 'no group authority error'],
  42105: [400, 'dynamic group can not be changed by api'],
  42106: [400, 'too many groups'],
  42107: [400, 'too many departments in the tenant'],
  42108: [400, 'too many members in a department'],
  99991201: [404, 'path not found'],
  99991301: [405, 'method not allowed'],
  99991400: [429, 'request trigger frequency limit'],
  99991403: [429, 'monthly quota exceeded'],
  99991661: [400, 'Missing access token for authorization.'],
  99991663: [400, 'Invalid access token for authorization. Please make a request with token attached.'],
  99991671: [400, 'Invalid access token for authorization: must start with t- or u-.'],
  99991672: [400, 'Access denied. One of the following scopes is required: '],
  99992351: [400, 'open_id not exist'],
  99992357: [400, 'open_department_id not exist'],
  99992359: [400, 'user_id not exist'],
  99992361: [400, 'open_id cross app'],
};
