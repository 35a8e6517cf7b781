// Every code that Feishu documents for contacts has a meaning: what the engine does about it, and words for whoever has to act.
// @see https://open.feishu.cn/document/server-docs/contact-v3/resources
import { describe, expect, it } from 'vitest';
import type { ErrorKind } from '../../connector-kit/errors.ts';
import { errorOf, RENEW_TOKEN } from './codes.ts';

const told = (
  code: number,
  more: { readonly status?: number; readonly kind?: 'read' | 'write'; readonly msg?: string; readonly resetMs?: number } = {},
) =>
  errorOf({
    status: more.status ?? 400,
    envelope: { code, msg: more.msg ?? 'vendor words' },
    logId: 'L-1',
    kind: more.kind ?? 'write',
    ...(more.resetMs === undefined ? {} : { resetMs: more.resetMs }),
  });

const groups: readonly (readonly [what: string, kind: ErrorKind, codes: readonly number[]])[] = [
  ['wrong credentials stop the run', 'credentials', [10003, 10014, 10015, 99991661, 99991663, 99991664, 99991665, 99991671, 42008]],
  [
    'a missing right, a foreign address or a disabled app stops the run',
    'permission',
    [99991401, 99991662, 99991672, 99991673, 99991676, 99991679],
  ],
  ['used-up calls and seats stop the run', 'quota', [99991403, 41007, 41008, 44023]],
  [
    'an id that is not there is about one object',
    'not-found',
    [99992351, 99992352, 99992357, 99992358, 99992359, 99992360, 40015, 40008, 41012, 42006],
  ],
  ['an id of another app (it was made anew) is about one object, too', 'not-found', [99992361]],
  ['what lies outside the contact range is not gone', 'forbidden', [40004, 40014, 41050, 43023, 41022, 44012]],
  [
    'a value that somebody else has is looked up',
    'already-exists',
    [41001, 41002, 41011, 41053, 43000, 43007, 43022, 40018, 43018, 43005, 40101, 40153],
  ],
  [
    'two accounts for one number and address, or one request with two contents, are a conflict',
    'conflict',
    [41003, 40021, 41013, 41069, 44004, 44009],
  ],
  [
    'a value that is not accepted is about its attribute',
    'invalid',
    [
      41004, 41005, 41006, 41040, 41009, 41010, 41016, 41033, 41017, 41041, 41025, 41034, 41035, 41036, 41038, 41043, 41044, 41045, 41046,
      41047, 41048,
    ],
  ],
  [
    'so is one that is missing or too long',
    'invalid',
    [41051, 41059, 41060, 41063, 41070, 41071, 41072, 40001, 40016, 40017, 43008, 43029, 44001, 44018, 44019, 44020, 43028, 40011],
  ],
  [
    'a department that is not empty, or a tree at its limits, is a conflict',
    'conflict',
    [43011, 43012, 43009, 43013, 43017, 43019, 40159, 40160],
  ],
  ['the root cannot be changed, nor too much be listed at once', 'unsupported', [40002, 40157, 40161, 43010]],
  ['a manager who is oneself, has left or is nobody is not accepted', 'invalid', [41030, 44021, 44022, 43016, 40162]],
  ['a leader who has not joined yet is waited for', 'waiting-for-person', [43025]],
  ['a setting of the connection is named', 'config', [44046, 41052]],
  ['locks are tried again', 'transient', [43024, 43030, 40012]],
  ['504 with a code may have been done', 'unknown-outcome', [41027, 41032]],
];

describe('what Feishu answers', () => {
  it.each(groups)('%s (%s)', (_, kind, codes) => {
    for (const code of codes) {
      const error = told(code);
      expect([code, error.kind]).toEqual([code, kind]);
      // A meaning of its own, not that of any refusal.
      expect(error.label.en).not.toBe('Feishu does not accept the request.');
      expect(error.label.zh).toMatch(/[\u4e00-\u9fff]|App/);
    }
  });

  it("carries the log id, which the vendor asks for, and the vendor's own words", () => {
    expect(told(41004, { msg: 'mobile is invalid' }).facts.detail).toBe('Feishu 41004, log id L-1: mobile is invalid');
  });

  it('says when to come back, as the header x-ogw-ratelimit-reset does', () => {
    expect(told(99991400, { status: 429, resetMs: 7000 })).toMatchObject({ kind: 'rate-limited', facts: { afterMs: 7000 } });
  });

  it('an internal failure is tried again where nothing was written, else read back first', () => {
    for (const status of [400, 500]) {
      expect(told(40003, { status, kind: 'read' }).kind).toBe('transient');
      expect(told(40003, { status, kind: 'write' }).kind).toBe('unknown-outcome');
    }
  });

  it('of a code that nobody documents, the status decides: what is not allowed is not gone', () => {
    expect([403, 409, 429, 400].map((status) => told(1, { status }).kind)).toEqual(['forbidden', 'conflict', 'rate-limited', 'invalid']);
  });

  it('a token that has ended is renewed, a wrong secret is not', () => {
    expect([99991663, 99991661, 10015].map((code) => RENEW_TOKEN.has(code))).toEqual([true, true, false]);
  });

  it('names every missing right, from the block beside the message or from the message', () => {
    const msg = 'Access denied. One of the following scopes is required: [contact:contact, contact:user.base].';
    expect(told(99991672, { msg }).label.en).toContain('contact:contact, contact:user.base');
  });
});
