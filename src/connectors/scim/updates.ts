// Changes what is there: by PATCH or whole, as the system takes it; a form that was never tried is looked at afterwards.
import type { ChangedParts, Written } from '../../connector-kit/contract.ts';
import { ConnectorError, errorKinds } from '../../connector-kit/errors.ts';
import type { ObjectTypeId, Value } from '../../core/model.ts';
import type { Abilities, AbilitySource } from './abilities.ts';
import type { Answered, Client, Kind } from './client.ts';
import { gone, membersToKeep } from './membership.ts';
import { overFresh, versionOf, withoutMeta } from './fresh.ts';
import { departmentList, enabledOf, kindOf, nameSchemas, outside, parentOutside, putAttributes, schemaOf, statusValue } from './objects.ts';
import { formOf, keyOf, operationFor, valueAt, type Draft, type Json, type Operation, type PathForm } from './places.ts';
import type { Profile } from './profiles.ts';

export interface ScimUpdates {
  /** null when there is nothing to send. */
  changeParts(type: ObjectTypeId, id: string, changed: ChangedParts, signal: AbortSignal): Promise<Answered | null>;
  setStatus(type: ObjectTypeId, id: string, enabled: boolean, signal: AbortSignal): Promise<Written>;
  /** Some take no status with a new account, and let it live. */
  disableMade(type: ObjectTypeId, id: string, made: Answered, signal: AbortSignal): Promise<Written>;
}

export function scimUpdates(client: Client, abilities: AbilitySource): ScimUpdates {
  const { config } = client;
  return { changeParts, setStatus, disableMade };

  /** null when there is nothing to send. */
  async function changeParts(type: ObjectTypeId, id: string, changed: ChangedParts, signal: AbortSignal): Promise<Answered | null> {
    const now = await abilities.now(signal);
    const kind = kindOf(config, type);
    const apply = (draft: Draft): void => {
      putAttributes(draft, config, now, type, changed.attributes);
      const { membership } = changed.edges;
      if (type === 'person' && config.departments === 'resource' && membership)
        draft[now.profile.departmentsAttribute] = departmentList(now.profile, membership);
    };
    const operations = (current: Json): readonly Operation[] => operationsOf(now, type, changed, current);
    if (operations({}).length === 0) return null;
    if (now.profile.update === 'put') return putWhole(type, id, apply, signal);
    const needsCurrent = Object.keys(changed.attributes).some((name) => now.catalogue.places[type]?.[name]?.kind === 'typed');
    const whole = (): Promise<Answered> => putWhole(type, id, apply, signal);
    const patch = async (): Promise<Answered> => {
      if (!needsCurrent) return patchOrPut(kind, id, operations({}), whole, signal);
      // Lists are sent whole, so nobody else's entry may come between.
      return overFresh(async () => {
        const current = await client.one(kind, id, signal);
        if (!current) throw gone();
        return patchOrPut(kind, id, operations(current), whole, signal, versionOf(current, now.profile));
      });
    };
    return seenToBeThere(type, kind, id, changed, await patch(), whole, signal);
  }

  /**
   * A form of path that was never sent before is looked at: some answer 200 and put the value nowhere, or somewhere else. What a
   * whole object gets there is sent whole from now on; what that does not either, the system does not keep.
   */
  async function seenToBeThere(
    type: ObjectTypeId,
    kind: Kind,
    id: string,
    changed: ChangedParts,
    answered: Answered,
    whole: () => Promise<Answered>,
    signal: AbortSignal,
  ): Promise<Answered> {
    const now = await abilities.now(signal);
    const fresh = Object.keys(changed.attributes).filter((name) => {
      const place = now.catalogue.places[type]?.[name];
      return place !== undefined && !now.patchKnown.includes(formOf(place));
    });
    // A group that does not show its members might lose them with a whole object.
    const mayPut = kind !== 'groups' || (now.membersShown !== null && now.membersShown !== 'nowhere');
    if (fresh.length === 0 || now.profile.update === 'put' || !mayPut) return answered;
    const isThere = (resource: Json | null) => (name: string) => arrived(now, type, name, changed, resource);
    const told = answered.resource ?? (await client.one(kind, id, signal));
    if (!told) return answered;
    const formsOf = (names: readonly string[]): PathForm[] => names.map((name) => formOf(now.catalogue.places[type]![name]!));
    const kept = new Set(formsOf(fresh.filter(isThere(told))));
    const lost = fresh.filter((name) => !isThere(told)(name) && !kept.has(formOf(now.catalogue.places[type]![name]!)));
    const known = (forms: readonly PathForm[]): PathForm[] => [...new Set([...now.patchKnown, ...forms])].sort();
    if (lost.length === 0) {
      await abilities.learn({ patchKnown: known([...kept]) });
      return { ...answered, resource: told };
    }
    const put = await itemOr(whole);
    // It may know no PUT, or none of this object: what PATCH did stays done, and what is missing is told by what it shows.
    if (put === null) {
      await abilities.learn({ patchKnown: known(formsOf(fresh)) });
      return { ...answered, resource: told };
    }
    const after = put.resource ?? (await client.one(kind, id, signal));
    if (lost.some(isThere(after))) await abilities.learn({ update: 'put', patchLoses: formsOf(lost)[0]! });
    else await abilities.learn({ patchKnown: known(formsOf(fresh)) });
    return { ...put, resource: after ?? undefined };
  }

  /** Whether something came of it: what a system makes of a value is its own affair, as long as it is not what was there before. */
  function arrived(now: Abilities, type: ObjectTypeId, name: string, { attributes, before }: ChangedParts, resource: Json | null): boolean {
    const shown = resource && valueAt(resource, now.catalogue.places[type]![name]!);
    const sent = outside(config, now.profile, type, name, attributes[name] ?? null);
    const was = outside(config, now.profile, type, name, before[name] ?? null);
    const text = (value: Value | null): string => (value === null ? '' : String(value));
    return text(shown) === text(sent) || text(shown) !== text(was);
  }

  function operationsOf(now: Abilities, type: ObjectTypeId, changed: ChangedParts, current: Json): readonly Operation[] {
    const operations: Operation[] = [];
    // Later operations see what earlier ones of the same list did.
    let seen = current;
    for (const [name, value] of Object.entries(changed.attributes)) {
      const place = now.catalogue.places[type]?.[name];
      if (place) {
        const operation = operationFor(place, outside(config, now.profile, type, name, value), seen);
        const same = operations.findIndex((one) => one.path === operation.path);
        if (same >= 0) operations.splice(same, 1);
        operations.push(operation);
        if (place.kind === 'typed') seen = { ...seen, [place.list]: operation.value ?? [] };
      } else if (name === 'parent' && type === 'department' && config.departments === 'resource') {
        operations.push(operationFor({ kind: 'plain', path: [now.profile.parentAttribute] }, parentOutside(now.profile, value), current));
      }
    }
    const { membership } = changed.edges;
    if (type === 'person' && config.departments === 'resource' && membership)
      operations.push({ op: 'replace', path: now.profile.departmentsAttribute, value: departmentList(now.profile, membership) });
    return operations;
  }

  /** A system that turns out not to know PATCH has done nothing yet: it is told by PUT, from now on. */
  async function patchOrPut(
    kind: ReturnType<typeof kindOf>,
    id: string,
    operations: readonly Operation[],
    whole: () => Promise<Answered>,
    signal: AbortSignal,
    version?: string,
  ): Promise<Answered> {
    try {
      return await client.change(kind, id, operations, signal, version);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== 'unsupported') throw error;
      await abilities.learn({ update: 'put' });
      return whole();
    }
  }

  /** The object as it is, with the change laid over it: what we do not know of stays. */
  function putWhole(type: ObjectTypeId, id: string, apply: (draft: Draft) => void, signal: AbortSignal): Promise<Answered> {
    const kind = kindOf(config, type);
    const put = async (): Promise<Answered> => {
      const current = await client.one(kind, id, signal);
      if (!current) throw gone();
      const { profile } = await abilities.now(signal);
      const draft: Draft = { ...withoutMeta(current, profile) };
      // What a group does not show must go along all the same: a whole object without members is a group without members.
      if (kind === 'groups' && profile.groupsAttribute === '') {
        const members = await membersToKeep(client, abilities, id, current, signal);
        if (members.length > 0) draft[keyOf(draft, 'members')] = members;
      }
      apply(draft);
      nameSchemas(draft, schemaOf(config, profile, type));
      return client.replace(kind, id, draft, signal, versionOf(current, profile));
    };
    return client.inTurn(kind, id, () => overFresh(put));
  }

  async function setStatus(type: ObjectTypeId, id: string, enabled: boolean, signal: AbortSignal): Promise<Written> {
    const { profile, statusTaken } = await abilities.now(signal);
    const kind = kindOf(config, type);
    const value = statusValue(profile, enabled);
    const whole = (): Promise<Answered> => putWhole(type, id, (draft) => void (draft[profile.status.attribute] = value), signal);
    const isPut = profile.update === 'put';
    const operation: Operation = { op: 'replace', path: profile.status.attribute, value };
    const answered = isPut ? await whole() : await patchOrPut(kind, id, [operation], whole, signal);
    if (statusTaken) return { id };
    // Some answer 200 and let the account live. The first time it is looked at; where it is not as told, the other form is tried.
    let shown = await statusShown(profile, kind, id, answered, signal);
    if (shown === !enabled && !isPut) {
      await whole();
      shown = await statusShown(profile, kind, id, null, signal);
      if (shown === enabled) await abilities.learn({ update: 'put' });
    }
    if (shown === !enabled) throw new ConnectorError('bad-response', enabled ? stillOff : stillOn);
    if (shown === undefined) return { id, unseen: statusUnseen };
    await abilities.learn({ status: 'taken' });
    return { id };
  }

  async function disableMade(type: ObjectTypeId, id: string, made: Answered, signal: AbortSignal): Promise<Written> {
    const { profile } = await abilities.now(signal);
    const shown = await statusShown(profile, kindOf(config, type), id, made, signal);
    if (shown === undefined) return { id, unseen: statusUnseen };
    return shown === true ? setStatus(type, id, false, signal) : { id };
  }

  /** Whether the account is in use; null: it does not show at all; undefined: it does not say. */
  async function statusShown(
    profile: Profile,
    kind: Kind,
    id: string,
    answered: Answered | null,
    signal: AbortSignal,
  ): Promise<boolean | null | undefined> {
    const told = answered?.resource && enabledOf(answered.resource, profile);
    if (told !== undefined) return told;
    const resource = await client.one(kind, id, signal);
    return resource && enabledOf(resource, profile);
  }
}

/** null where this one object is refused. */
async function itemOr<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConnectorError && errorKinds[error.kind] === 'item') return null;
    throw error;
  }
}

const stillOn = {
  en: 'The system answered that it disabled the account, and shows it in use.',
  zh: '系统答复已停用账号，但该账号仍显示为启用。',
};
const stillOff = {
  en: 'The system answered that it enabled the account, and shows it disabled.',
  zh: '系统答复已启用账号，但该账号仍显示为停用。',
};
const statusUnseen = {
  en: 'The system was told to disable or enable accounts and does not show whether they are, so nobody can check it. Look there, or ask its vendor.',
  zh: '已通知系统停用或启用账号，但系统不返回账号状态，因此无法核对。请到该系统中查看，或咨询厂商。',
};
