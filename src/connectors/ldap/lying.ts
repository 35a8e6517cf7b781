// Where the people lie that a server has already: whether placing them by department would move most of them.
import type { Finding } from '../../connector-kit/contract.ts';
import { EntryShape } from './ber.ts';
import type { Client } from './client.ts';
import { dnKey, parentDn } from './dn.ts';
import type { Layout } from './layout.ts';

/** Fewer say nothing about how a directory is laid out. */
const FEW = 5;
/** So large a share in one OU that is no folder is hardly one department. */
const ALMOST_ALL = 0.8;

interface Crowd {
  readonly dn: string;
  readonly count: number;
}

/** The fullest place. `dns`: of people. */
function fullest(dns: readonly string[]): Crowd | undefined {
  const places = Map.groupBy(dns.map(parentDn), dnKey);
  const [first] = [...places.values()].toSorted((a, b) => b.length - a.length);
  return first && { dn: first[0]!, count: first.length };
}

/** Looks at one page. Nothing where they lie by department, or where nobody is. */
export async function whereTheyLie(client: Client, layout: Layout, base: string, signal: AbortSignal): Promise<Finding[]> {
  if (layout.config.layout !== 'nested') return [];
  const search = { base, scope: 'sub' as const, filter: layout.filters.person, shape: new EntryShape([]) };
  for await (const { entries } of client.pages(search, signal)) {
    const crowd = fullest(entries.map(({ dn }) => dn));
    if (!crowd || entries.length < FEW) return [];
    const share = crowd.count / entries.length;
    if (share < (layout.isFolder(dnKey(crowd.dn)) ? 0.5 : ALMOST_ALL)) return [];
    return [
      {
        level: 'writes',
        ok: true,
        message: {
          en: `${crowd.count} of ${entries.length} people lie in one place, "${crowd.dn}", and the settings place people inside the OU of their department: whoever is found there would be moved, and get another DN.`,
          zh: `${entries.length} 个人员中有 ${crowd.count} 个位于同一处“${crowd.dn}”，而当前设置将人员置于其部门的 OU 之内：已匹配的人员会被移动，DN 将改变。`,
        },
        remedy: {
          en: '"How people belong to departments: All in one place" leaves them where they are; an attribute then names the department.',
          zh: '“人员与部门的关系：全部在同一位置”可保持原位，部门由一个属性指明。',
        },
        settings: { layout: 'flat', peopleIn: crowd.dn },
      },
    ];
  }
  return [];
}
