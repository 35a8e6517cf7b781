// Writes people: create, change, move, freeze, delete (= resign), bring back.
import type { ChangedParts, DesiredObject, Written } from '../../connector-kit/contract.ts';
import { ConnectorError, isConnectorError, onceMade } from '../../connector-kit/errors.ts';
import type { Attributes, Edge, Value } from '../../core/model.ts';
import { z } from 'zod';
import { clientToken, type Client, type OperationName } from './client.ts';
import { findIds, fullNumber } from './find.ts';
import { genderNumber, optionName, personOf, ROOT, secondsOf, userOrderOf, type Manners } from './objects.ts';
import { IDS } from './sight.ts';
import { userShape, type CustomAttr, type WireUser } from './wire.ts';

export interface Writing {
  readonly signal: AbortSignal;
  readonly now: number;
  readonly idempotencyKey: string;
}

const answer = z.object({ user: userShape.optional() });

export async function createPerson(client: Client, manners: Manners, desired: DesiredObject, request: Writing): Promise<Written> {
  const { config } = client;
  const { signal } = request;
  const subscriptions = config.subscriptionIds.split(',').flatMap((id) => (id.trim() === '' ? [] : [id.trim()]));
  const body = {
    ...fieldsOf(desired.attributes, manners, 'create'),
    ...placesOf(desired.edges.membership ?? []),
    ...(subscriptions.length > 0 ? { subscription_ids: subscriptions } : {}),
    need_send_notification: config.invite,
    ...customOf([], desired.attributes, manners),
  };
  let user: WireUser | undefined;
  try {
    const query = { ...IDS, client_token: clientToken(request.idempotencyKey) };
    ({ user } = await client.call('createUser', answer, { query, body, signal }));
  } catch (error) {
    throw await whoseIsIt(client, error, desired.attributes, request);
  }
  if (!user) throw unreadable();
  const { open_id } = user;
  if (!desired.enabled) await onceMade(() => setFrozen(client, open_id, true, signal));
  // The answer leaves out the mobile number; what was sent is read back as it is kept.
  // Who came without a first day was given today's.
  return { id: user.open_id, echo: echoOf(user, { join_time: null, ...desired.attributes }, manners) };
}

export async function updatePerson(
  client: Client,
  manners: Manners,
  id: string,
  changed: ChangedParts,
  request: Writing,
): Promise<Written> {
  const { signal } = request;
  const { membership } = changed.edges;
  const custom = await currentCustom(client, manners, id, changed.attributes, signal);
  const body = {
    ...fieldsOf(changed.attributes, manners, 'update'),
    ...(membership ? placesOf(membership) : {}),
    ...customOf(custom, changed.attributes, manners),
  };
  if (Object.keys(body).length === 0) return { id };
  const name: OperationName = membership ? 'moveUser' : 'patchUser';
  try {
    const { user } = await client.call(name, answer, { id, query: IDS, body, signal });
    return user ? { id, echo: echoOf(user, changed.attributes, manners) } : { id };
  } catch (error) {
    throw await whoseIsIt(client, error, changed.attributes, request);
  }
}

export async function setFrozen(client: Client, id: string, frozen: boolean, signal: AbortSignal): Promise<Written> {
  await client.call('moveUser', answer, { id, query: IDS, body: { is_frozen: frozen }, signal });
  return { id };
}

/** Resigns the account: the seat is free, and for 30 days it can be brought back. Who left already stays so. */
export async function removePerson(client: Client, id: string, signal: AbortSignal): Promise<void> {
  const { handOverTo } = client.config;
  const body = handOverTo === '' ? {} : Object.fromEntries(acceptors.map((name) => [name, handOverTo]));
  try {
    await client.call('deleteUser', z.unknown(), { id, query: { user_id_type: 'open_id' }, body, signal });
  } catch (error) {
    if (!isConnectorError(error) || error.kind !== 'not-found') throw error;
  }
}

/** @see https://open.feishu.cn/document/server-docs/contact-v3/user/delete */
const acceptors = [
  'department_chat_acceptor_user_id',
  'external_chat_acceptor_user_id',
  'docs_acceptor_user_id',
  'calendar_acceptor_user_id',
  'application_acceptor_user_id',
  'minutes_acceptor_user_id',
  'survey_acceptor_user_id',
  'anycross_acceptor_user_id',
];

/** @see https://open.feishu.cn/document/server-docs/contact-v3/user/resurrect */
export async function restorePerson(client: Client, id: string, signal: AbortSignal): Promise<Written> {
  await client.call('resurrectUser', z.unknown(), { id, query: IDS, body: {}, signal });
  return { id };
}

// ── Values ───────────────────────────────────────────────────────────────────────────────────────────────

/** Only what is given is in the body: a PATCH leaves the rest alone, and an empty text clears. */
function fieldsOf(attributes: Attributes, manners: Manners, when: 'create' | 'update'): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (manners.custom.some((attr) => attr.id === name) || (when === 'create' && value === null)) continue;
    const write = writers[name];
    if (write && (when === 'create' || !onlyAtCreation.has(name))) body[name] = write(value, manners);
  }
  return body;
}

type Write = (value: Value | null, manners: Manners) => unknown;
const asText: Write = (value) => (value === null ? '' : String(value));
const onlyAtCreation = new Set(['user_id', 'mobile_visible']);

/** Attribute → how its value is sent. What is not here is never written. */
const writers: Readonly<Record<string, Write>> = {
  ...Object.fromEntries(
    [
      'name',
      'en_name',
      'nickname',
      'email',
      'user_id',
      'employee_no',
      'job_title',
      'city',
      'country',
      'work_station',
      'enterprise_email',
      'leader_user_id',
    ].map((name) => [name, asText]),
  ),
  mobile: (value) => (value === null ? '' : fullNumber(String(value))),
  gender: (value) => {
    const number = genderNumber(value);
    if (number !== null) return number;
    throw refused('gender', 'The gender is male, female or other.', '性别只能为 male、female 或 other。');
  },
  employee_type: (value) => {
    if (value !== null && /^\d{1,9}$/.test(String(value))) return Number(value);
    throw refused(
      'employee_type',
      'The employee type is a number: 1 to 5, or one of the tenant.',
      '人员类型为数字：1 至 5，或租户自定义的值。',
    );
  },
  join_time: (value, { timeZone }) => (value === null ? 0 : secondsOf(String(value), timeZone)),
  mobile_visible: (value) => value === true,
};

/** The first place is the primary one: it has the highest department_order. Who is in no department sits at the root. */
function placesOf(edges: readonly Edge[]): { readonly department_ids: readonly string[]; readonly orders?: readonly object[] } {
  if (edges.length === 0) return { department_ids: [ROOT] };
  const sorted = edges.toSorted((a, b) => Number(b.primary === true) - Number(a.primary === true));
  return {
    department_ids: sorted.map((edge) => edge.to.id),
    orders: sorted.map((edge, at) => ({
      department_id: edge.to.id,
      user_order: userOrderOf(edge.order),
      department_order: sorted.length - at,
      is_primary_dept: at === 0,
    })),
  };
}

/** What the target now says of the given values, as far as its answer shows them. */
function echoOf(user: WireUser, given: Attributes, manners: Manners): Attributes {
  const references = new Set(['leader_user_id', ...manners.custom.flatMap(({ type, id }) => (type === 'GENERIC_USER' ? [id] : []))]);
  const names = Object.keys(given).filter((name) => !references.has(name));
  const told = personOf(user, { attributes: names, relations: [] }, manners).object.attributes;
  // It shows a number with its country, and the answer to a creation shows none: else it would be written again with the next run.
  return typeof given.mobile === 'string' ? { ...told, mobile: fullNumber(given.mobile) } : told;
}

// ── Custom fields: a list that is replaced as a whole ────────────────────────────────────────────────────

type WireCustom = NonNullable<WireUser['custom_attrs']>;

async function currentCustom(client: Client, manners: Manners, id: string, changed: Attributes, signal: AbortSignal): Promise<WireCustom> {
  if (!manners.custom.some((attr) => changed[attr.id] !== undefined)) return [];
  const { user } = await client.call('user', z.object({ user: userShape }), { id, query: IDS, signal });
  return user.custom_attrs ?? [];
}

function customOf(current: WireCustom, changed: Attributes, { custom }: Manners): { readonly custom_attrs?: readonly object[] } {
  const touched = custom.filter((attr) => changed[attr.id] !== undefined);
  if (touched.length === 0) return {};
  const kept = current.filter((attr) => !touched.some((one) => one.id === attr.id));
  const set = touched.flatMap((attr) => {
    const value = changed[attr.id]!;
    return value === null ? [] : [{ type: attr.type, id: attr.id, value: customBody(attr, String(value)) }];
  });
  return { custom_attrs: [...kept, ...set] };
}

function customBody(attr: CustomAttr, value: string): object {
  switch (attr.type) {
    case 'ENUMERATION':
    case 'PICTURE_ENUM':
      return { option_id: attr.options?.options?.find((option) => optionName(attr, option) === value)?.id ?? value };
    case 'HREF':
      return { text: value, url: value, pc_url: value };
    case 'GENERIC_USER':
      return { generic_user: { id: value, type: 1 } };
    default:
      return { text: value };
  }
}

// ── Who has it ───────────────────────────────────────────────────────────────────────────────────────────

/** A value that is taken: by whom, where Feishu can be asked. */
async function whoseIsIt(client: Client, error: unknown, attributes: Attributes, request: Writing): Promise<unknown> {
  if (!isConnectorError(error) || error.kind !== 'already-exists') return error;
  const candidates = error.facts.attribute ? [error.facts.attribute] : ['mobile', 'email', 'user_id'];
  const asking = { attributes: [], relations: [], now: request.now, signal: request.signal };
  for (const attribute of candidates) {
    const value = attributes[attribute];
    if (value === undefined || value === null) continue;
    const [found] = await findIds(client, 'person', attribute, [value], asking);
    if (found) return new ConnectorError(error.kind, error.label, { ...error.facts, attribute, id: found.id });
  }
  return error;
}

const refused = (attribute: string, en: string, zh: string): ConnectorError => new ConnectorError('invalid', { en, zh }, { attribute });

const unreadable = (): ConnectorError =>
  new ConnectorError('unknown-outcome', { en: 'Feishu did not say which account it made.', zh: '飞书未返回新建的账号。' });
