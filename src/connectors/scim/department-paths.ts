// Departments that are texts on accounts, such as A/B/C: the tree that these paths make. Of a source only; the path is the id.
import type { GetAnswer, GetReport, ReadEvent, ReadRequest } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Edge, EndpointObject, Label } from '../../core/model.ts';
import type { Abilities, AbilitySource } from './abilities.ts';
import type { Client } from './client.ts';
import type { Config, Part } from './config.ts';
import { pagesOf } from './pages.ts';
import { valueAt, type Json } from './places.ts';
import { shortLists, wholes } from './short-lists.ts';

interface Department {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
}

/** The names that an account's path goes through, from the top; each of the attributes holds one, or several with the separator between. */
function namesOn(config: Config, { catalogue }: Abilities, resource: Json): readonly string[] {
  const { departmentSeparator: separator } = config;
  return config.departmentAttributes.flatMap((attribute) => {
    const place = catalogue.places.person?.[attribute];
    if (!place) throw notKept(attribute);
    const text = String(valueAt(resource, place) ?? '');
    // A slash is often typed in its wide form.
    const one = separator === '/' ? text.replaceAll('／', '/') : text;
    const names = separator === '' ? [one] : one.split(separator);
    return names.map((name) => name.normalize('NFC').trim().replace(/\s+/g, ' ')).filter((name) => name !== '');
  });
}

/** A/B/C is A, A/B and A/B/C, parents first. Where attributes stand below one another without a separator, ids are written with a slash. */
function departmentsOn(config: Config, names: readonly string[]): readonly Department[] {
  const between = config.departmentSeparator || '/';
  return names.map((name, at) => ({
    id: names.slice(0, at + 1).join(between),
    name,
    parent: at === 0 ? null : names.slice(0, at).join(between),
  }));
}

export function membershipByPath(config: Config, now: Abilities, resource: Json): readonly Edge[] {
  const leaf = departmentsOn(config, namesOn(config, now, resource)).at(-1);
  return leaf ? [{ to: { type: 'department', id: leaf.id }, primary: true }] : [];
}

const notKept = (attribute: string): ConnectorError =>
  new ConnectorError('config', {
    en: `The path of departments is said to be in "${attribute}", which accounts of this system do not have. Name another attribute, or add it to the further attributes of the connection.`,
    zh: `部门路径所在字段“${attribute}”在该系统的账号中不存在。请改用其他字段，或在连接的扩展字段中添加。`,
  });

const shown = ({ id, name, parent }: Department): EndpointObject => ({ id, attributes: { name, parent } });
const AT_ONCE = 1000;

export function departmentsByPath(client: Client, abilities: AbilitySource) {
  const { config } = client;

  /** All accounts are read: nobody else knows of these departments. */
  async function readTree(
    now: Abilities,
    signal: AbortSignal,
  ): Promise<{ departments: ReadonlyMap<string, Department>; reason: Label | null }> {
    const departments = new Map<string, Department>();
    const short = shortLists(client, abilities, 'person', 'users');
    const pages = pagesOf(client, now.profile, { kind: 'users', signal });
    for (;;) {
      const step = await pages.next();
      if (step.done) return { departments, reason: step.value };
      const { resources } = step.value;
      const isShort = await short.is(resources, { attributes: config.departmentAttributes, signal });
      for (const resource of isShort ? await wholes(client, 'users', resources, signal) : resources)
        for (const department of departmentsOn(config, namesOn(config, now, resource)))
          if (!departments.has(department.id)) departments.set(department.id, department);
    }
  }

  return {
    async *read({ signal }: Pick<ReadRequest<Part>, 'signal'>, visible: GetReport['visible']): AsyncGenerator<ReadEvent> {
      const { departments, reason } = await readTree(await abilities.now(signal), signal);
      const all = [...departments.values()].map(shown);
      for (let at = 0; at < all.length; at += AT_ONCE) yield { kind: 'objects', objects: all.slice(at, at + AT_ONCE) };
      yield { kind: 'end', complete: reason === null, visible, ...(reason ? { reason } : {}) };
    },

    /** Of a list that was not whole, absence says nothing. */
    async get(ids: readonly string[], signal: AbortSignal): Promise<readonly (readonly [string, GetAnswer])[]> {
      const { departments, reason } = await readTree(await abilities.now(signal), signal);
      return ids.map((id) => {
        const found = departments.get(id);
        if (found) return [id, { state: 'found', object: shown(found) }];
        return [id, reason ? { state: 'unknown', reason } : { state: 'gone' }];
      });
    },

    /** Ids of the departments of that name. */
    async named(names: ReadonlySet<string>, signal: AbortSignal): Promise<readonly { name: string; id: string }[]> {
      const { departments } = await readTree(await abilities.now(signal), signal);
      return [...departments.values()].filter(({ name }) => names.has(name)).map(({ name, id }) => ({ name, id }));
    },
  };
}
