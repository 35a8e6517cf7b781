// Receives Feishu's events at the callback URL: proves who sent them and when, and says which objects they touch.
// @see https://open.feishu.cn/document/server-docs/event-subscription-guide/overview
import { z } from 'zod';
import type { EventReceiver, EventReply, IncomingEvent, TouchedKey, VerifiedEvent } from '../../connector-kit/contract.ts';
import { decrypt, sameText, signatureOf } from './cipher.ts';
import type { Config } from './config.ts';

/**
 * Feishu tries again for six hours, and event ids are remembered for eight: what is older is no retry, and what is younger
 * is known when it comes a second time.
 */
const REPLAY_WINDOW_MS = 8 * 3600_000;

const text = z.string().optional();

/** Before encryption: a question of a new callback URL, an event of today's form, or one of the first generation. */
const bodyShape = z.union([
  z.object({ type: z.literal('url_verification'), challenge: z.string(), token: text }),
  z.object({
    schema: z.literal('2.0'),
    header: z.object({ event_id: z.string(), event_type: z.string(), token: text, create_time: text, app_id: text }),
    event: z.unknown().optional(),
  }),
  z.object({ uuid: z.string(), token: text, ts: text, type: z.literal('event_callback'), event: z.looseObject({ type: z.string() }) }),
]);
type Body = z.infer<typeof bodyShape>;

type Keys = Pick<Config, 'encryptKey' | 'verificationToken'>;

export const eventReceiver = (keys: Keys): EventReceiver => ({
  async verify(event): Promise<VerifiedEvent> {
    const opened = open(keys, event);
    if (typeof opened === 'string') return rejected(opened);
    const { body, signedAt } = opened;
    const token = 'header' in body ? body.header.token : body.token;
    if (keys.verificationToken !== '' && !sameText(token ?? '', keys.verificationToken))
      return rejected('the Verification Token is another one');
    if ('challenge' in body) {
      return { kind: 'handshake', reply: reply(200, JSON.stringify({ challenge: body.challenge })) };
    }
    if (keys.verificationToken === '' && keys.encryptKey === '')
      return rejected('the connection has no Verification Token and no Encrypt Key');
    const at = signedAt ?? sentAt(body);
    if (!(Math.abs(event.now - at) <= REPLAY_WINDOW_MS)) return rejected('the event was sent too long ago');
    return {
      kind: 'events',
      reply: reply(200, '{}'),
      events: [{ eventId: 'header' in body ? body.header.event_id : body.uuid, payload: body }],
    };
  },

  toKeys: (payload) => keysOf(payload),
});

interface Opened {
  readonly body: Body;
  /** ms; only of a signed request. */
  readonly signedAt?: number;
}

/** The body in plain, or why it is not believed. The question of a new callback URL comes without a signature. */
function open({ encryptKey }: Keys, event: IncomingEvent): Opened | string {
  const outer = parseJson(new TextDecoder().decode(event.body));
  if (encryptKey === '') {
    if (isSealed(outer)) return 'the event is encrypted, and the connection has no Encrypt Key';
    const body = bodyShape.safeParse(outer);
    return body.success ? { body: body.data } : 'the event is not understood';
  }
  if (!isSealed(outer)) return 'the event is not encrypted';
  const [timestamp, nonce, signature] = ['x-lark-request-timestamp', 'x-lark-request-nonce', 'x-lark-signature'].map(
    (name) => event.headers[name] ?? '',
  ) as [string, string, string];
  const signed = sameText(signature, signatureOf(encryptKey, timestamp, nonce, event.body));
  let plain: string;
  try {
    plain = decrypt(encryptKey, outer.encrypt);
  } catch {
    return signed ? 'the event cannot be decrypted' : 'the signature does not match';
  }
  const body = bodyShape.safeParse(parseJson(plain));
  if (!body.success) return signed ? 'the event is not understood' : 'the signature does not match';
  if (signed) return { body: body.data, signedAt: Number(timestamp) * 1000 };
  return 'challenge' in body.data && signature === '' ? { body: body.data } : 'the signature does not match';
}

const isSealed = (outer: unknown): outer is { readonly encrypt: string } =>
  typeof outer === 'object' && outer !== null && typeof (outer as { encrypt?: unknown }).encrypt === 'string';

/** ms; when the event happened, where nothing signed says when it was sent. */
const sentAt = (body: Exclude<Body, { type: 'url_verification' }>): number =>
  'header' in body ? Number(body.header.create_time ?? Number.NaN) : Number(body.ts ?? Number.NaN) * 1000;

function parseJson(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}

const reply = (status: number, body: string): EventReply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body,
});
const rejected = (reason: string): VerifiedEvent => ({ kind: 'rejected', reply: reply(401, '{"msg":"rejected"}'), reason });

// ── What an event touches ────────────────────────────────────────────────────────────────────────────────

const state = z.object({ is_resigned: z.boolean(), is_exited: z.boolean(), is_frozen: z.boolean() }).partial().optional();
const object = z
  .object({ object: z.object({ open_id: text, open_department_id: text, status: state }).optional(), open_id: text, current_status: state })
  .optional();

/** Fields and types of the tenant, and what the app may see: everything may look different now. */
const EVERYTHING = /^contact\.(scope\.updated|custom_attr_event\.updated|employee_type_enum\.\w+)_v3$/;
/** What they carry is not published: the group where they name one, else everything. Members are read with their group. */
const GROUP = /^contact\.user_group\b/;
const group = z
  .object({ object: z.object({ id: text, group_id: text, user_group_id: text }).optional(), group_id: text, user_group_id: text })
  .optional();
const LEFT = /^contact\.user\.deleted_v3$|^user_leave$/;

/** Only ids are taken from an event (and who seems to leave, who goes first): what the object looks like is read. Both generations name them alike. */
export function keysOf(payload: unknown): readonly TouchedKey[] | 'everything' {
  const parsed = bodyShape.safeParse(payload);
  if (!parsed.success || 'challenge' in parsed.data) return [];
  const type = 'header' in parsed.data ? parsed.data.header.event_type : parsed.data.event.type;
  if (EVERYTHING.test(type)) return 'everything';
  if (GROUP.test(type)) {
    const { data } = group.safeParse(parsed.data.event);
    const id = data?.object?.group_id || data?.object?.user_group_id || data?.object?.id || data?.group_id || data?.user_group_id;
    return id ? [{ type: 'group', id }] : 'everything';
  }
  const event = object.safeParse(parsed.data.event);
  if (!event.success) return [];
  const shown = event.data?.object;
  const person = shown?.open_id ?? event.data?.open_id;
  if (/^contact\.user\.|^user_/.test(type) && person) {
    const state = shown?.status ?? event.data?.current_status;
    const leaver = LEFT.test(type) || state?.is_resigned === true || state?.is_exited === true || state?.is_frozen === true;
    return [{ type: 'person', id: person, ...(leaver ? { leaver } : {}) }];
  }
  if (/^contact\.department\.|^dept_/.test(type)) {
    const id = shown?.open_department_id;
    return id ? [{ type: 'department', id }] : [];
  }
  return [];
}
