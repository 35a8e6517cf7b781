// Writes Feishu: which call does what to departments, people and user groups.
import type { ChangedParts, Connection, DesiredObject, Removed, WriteRequest, Written } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { ObjectTypeId } from '../../core/model.ts';
import type { Part } from './config.ts';
import { createDepartment, removeDepartment, updateDepartment } from './departments.ts';
import { changeLeaders } from './leaders.ts';
import { changeGroupMembers, createGroup, removeGroup, updateGroup } from './group-writes.ts';
import { createPerson, removePerson, restorePerson, setFrozen, updatePerson } from './people.ts';
import type { Source, SourceParts } from './source.ts';

export type Target = Required<Pick<Connection<Part>, 'create' | 'update' | 'disable' | 'enable' | 'remove' | 'restore' | 'changeMembers'>>;
type Request = WriteRequest<Part>;

export function openTarget({ client, manners }: SourceParts, source: Source, everything: (type: ObjectTypeId) => Asking): Target {
  const create = async (type: ObjectTypeId, desired: DesiredObject, request: Request): Promise<Written> => {
    if (type === 'person') return createPerson(client, await manners(request.signal), desired, request);
    return type === 'department' ? createDepartment(client, desired, request) : createGroup(client, desired, request);
  };
  const update = async (
    type: ObjectTypeId,
    id: string,
    changed: ChangedParts,
    whole: DesiredObject,
    request: Request,
  ): Promise<Written> => {
    if (type === 'person') return updatePerson(client, await manners(request.signal), id, changed, request);
    return type === 'department'
      ? updateDepartment(client, id, changed, whole, request)
      : updateGroup(client, id, changed.attributes, request);
  };
  const freeze =
    (frozen: boolean) =>
    async (type: ObjectTypeId, id: string, { signal }: Request) => {
      if (type === 'person') return setFrozen(client, id, frozen, signal);
      throw new ConnectorError('unsupported', { en: 'Only accounts can be frozen.', zh: '只有账号可以停用。' });
    };

  return {
    create,
    update,
    disable: freeze(true),
    enable: freeze(false),

    async remove(type, id, request): Promise<Removed> {
      const asking = { ...everything(type), now: request.now, signal: request.signal };
      const answer = (await source.get(type, [id], asking)).answers.get(id);
      if (answer?.state === 'unknown') throw new ConnectorError('forbidden', answer.reason);
      if (answer?.state !== 'found') return { snapshot: null };
      if (type === 'person') await removePerson(client, id, request.signal);
      else if (type === 'department') await removeDepartment(client, id, request.signal);
      else await removeGroup(client, id, request.signal);
      return { snapshot: answer.object };
    },

    async restore(type, id, { signal }) {
      if (type === 'person') return restorePerson(client, id, signal);
      throw new ConnectorError('unsupported', { en: 'Only accounts can be brought back.', zh: '只有账号可以恢复。' });
    },

    async changeMembers(owner, relation, change, request) {
      if (relation === 'leader') return changeLeaders(client, owner.id, change, request);
      return changeGroupMembers(client, owner.id, change, request);
    },
  };
}

export interface Asking {
  readonly attributes: readonly string[];
  readonly relations: readonly string[];
}
