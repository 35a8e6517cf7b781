// Messages to people of the directory: who they go to, and what only they are told, looked up in the moment they leave.
import type { Attributes } from '../../core/model.ts';
import type { Welcome } from '../../core/notices.ts';
import { jobSettingsSchema } from '../../core/job-settings.ts';
import { mailAddress } from '../../core/notices.ts';
import { objectsOf, type ObjectRow } from '../../store/directory.ts';
import { getJob } from '../../store/jobs.ts';
import type { NoticeRow } from '../../store/notices.ts';
import { wrappedKeys } from '../../store/person-keys.ts';
import type { EngineOptions } from '../context.ts';
import { parseJson } from '../shapes.ts';
import { channelError } from './channels/channel.ts';
import type { AccountSecret, NoticeFacts } from './note.ts';
import type { Told } from './render.ts';

/** Recipient of a delivery: a person by directory id. `manager`: whoever is their manager when it leaves. */
export const addressee = (to: Welcome['to'], person: string): string => `${to}:${person}`;

/** null: it is an address as it stands. */
export function personIn(recipient: string): { readonly to: Welcome['to']; readonly person: string } | null {
  const [, to, person] = /^(person|manager):([^@]+)$/.exec(recipient) ?? [];
  return to === undefined ? null : { to: to as Welcome['to'], person: person! };
}

const textOf = (attributes: Attributes, name: string): string => (typeof attributes[name] === 'string' ? attributes[name] : '');

/** Attributes of a person, opened. An erased one has no key and nothing left to open. */
async function known(options: EngineOptions, id: string): Promise<Attributes | null> {
  const [row] = (await objectsOf(options.database, [id])) as readonly (ObjectRow | undefined)[];
  if (!row || row.lifecycle === 'absent') return null;
  const wrapped = (await wrappedKeys(options.database, [id])).get(id);
  const open = (value: Attributes[string]): Attributes[string] =>
    options.sealer.isSealed(value)
      ? wrapped === undefined
        ? null
        : (options.sealer.openFor(keyOf(options, wrapped), value) as string)
      : value;
  return Object.fromEntries(Object.entries(parseJson<Attributes>(row.data, {})).map(([name, value]) => [name, open(value)]));
}

const keyOf = ({ sealer }: EngineOptions, wrapped: string): Buffer => Buffer.from(sealer.open(wrapped), 'base64');

/** Throws a ConnectorError while there is no address: it may come later. */
export async function addressOf(
  options: EngineOptions,
  job: number,
  { to, person }: { to: Welcome['to']; person: string },
): Promise<string> {
  const row = await getJob(options.database, job);
  const welcome = row && jobSettingsSchema.parse(JSON.parse(row.settings)).welcome;
  const attributes = await known(options, person);
  if (!welcome || attributes === null) throw channelError('invalid', 'Nobody is told of this account any more.', '此账号不再需要通知。');
  const manager = textOf(attributes, 'manager');
  const reader = to === 'person' ? attributes : manager === '' ? null : await known(options, manager);
  const found = reader && welcome.address.map((name) => textOf(reader, name)).find((text) => mailAddress.safeParse(text).success);
  if (found) return found;
  throw channelError(
    'not-found',
    to === 'person'
      ? `The person has no address in the directory (${welcome.address.join(', ')}). It is sent once there is one.`
      : 'The person has no manager with an address in the directory. It is sent once there is one.',
    to === 'person'
      ? `该人员在目录中没有可用的邮箱地址（${welcome.address.join('、')}）；补充后将自动发送。`
      : '该人员的直属上级在目录中没有可用的邮箱地址；补充后将自动发送。',
  );
}

/** What the message alone says. The password is there until it has been told once. */
export async function personalOf(options: EngineOptions, { facts, secret }: NoticeRow): Promise<NonNullable<Told['personal']>> {
  const { person = '' } = parseJson<NoticeFacts>(facts, {});
  const attributes = (await known(options, person)) ?? {};
  const wrapped = (await wrappedKeys(options.database, [person])).get(person);
  const told =
    secret === null || wrapped === undefined ? { account: '' } : (options.sealer.openFor(keyOf(options, wrapped), secret) as AccountSecret);
  return { name: textOf(attributes, 'displayName'), password: '', ...told };
}
