// Departments that are groups: who sits in which, and what lies below what, turned from the group's side to ours.
import type { Edge } from '../../core/model.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Abilities } from './abilities.ts';
import type { Client } from './client.ts';
import { membersOfGroups } from './membership.ts';
import { isDepartmentGroup } from './objects.ts';
import { inParallel, idOf, wholeList } from './pages.ts';

export interface DepartmentGroups {
  readonly ids: ReadonlySet<string>;
  /** Department → the department it lies in. */
  readonly parents: ReadonlyMap<string, string>;
  /** Account → its departments. */
  readonly memberships: ReadonlyMap<string, readonly Edge[]>;
}

/** Read as a whole: a system says who is in a group, not always in which groups somebody is. */
export async function readDepartmentGroups(client: Client, abilities: Abilities, signal: AbortSignal): Promise<DepartmentGroups> {
  const all = await wholeList(client, abilities.profile, { kind: 'groups', signal });
  const groups = all.filter((resource) => isDepartmentGroup(client.config, resource) && idOf(resource) !== undefined);
  const inList = all.some((resource) => 'members' in resource);
  const membersOf = membersOfGroups(client, abilities.profile, signal);
  const lists = await inParallel(groups, client.config.parallel, async (resource) => ({
    id: idOf(resource)!,
    members: await membersOf(resource, inList),
  }));
  const ids = new Set(lists.map(({ id }) => id));
  const parents = new Map<string, string>();
  const memberships = new Map<string, Edge[]>();
  for (const { id, members } of lists) {
    for (const { to } of members) {
      if (ids.has(to.id)) parents.set(to.id, id);
      else if (to.type === 'person') memberships.set(to.id, [...(memberships.get(to.id) ?? []), { to: { type: 'department', id } }]);
    }
  }
  return { ids, parents, memberships };
}

/** Systems rarely notice a circle of groups, and a tree with one has no top. */
export function refuseCircle(groups: DepartmentGroups, id: string, parent: string): void {
  for (let at: string | undefined = parent; at !== undefined; at = groups.parents.get(at)) {
    if (at !== id) continue;
    throw new ConnectorError('conflict', {
      en: 'A department cannot be moved below itself.',
      zh: '部门不能移动到自身之下。',
    });
  }
}
