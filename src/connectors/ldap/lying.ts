// Where the people lie that a server has already: whether placing them by department would move most of them, or read them as one department.
import type { Finding } from '../../connector-kit/contract.ts';
import { EntryShape } from './ber.ts';
import { listOf, type Client } from './client.ts';
import { dnKey, parentDn, valueKey } from './dn.ts';
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

/** One page of people; nothing where they lie by department, or where too few are to say so. */
async function crowdOf(client: Client, layout: Layout, base: string, names: readonly string[], signal: AbortSignal) {
  if (layout.config.layout !== 'nested') return undefined;
  const shape = new EntryShape(names);
  for await (const { entries } of client.pages({ base, scope: 'sub', filter: layout.filters.person, shape }, signal)) {
    const crowd = fullest(entries.map(({ dn }) => dn));
    if (!crowd || entries.length < FEW) return undefined;
    const isFolder = layout.isFolder(dnKey(crowd.dn));
    return crowd.count / entries.length < (isFolder ? 0.5 : ALMOST_ALL) ? undefined : { ...crowd, isFolder, entries, shape };
  }
  return undefined;
}

/** Of a target: whether placing people by department would move them. */
export async function whereTheyLie(client: Client, layout: Layout, base: string, signal: AbortSignal): Promise<Finding[]> {
  const crowd = await crowdOf(client, layout, base, [], signal);
  if (!crowd) return [];
  return [
    {
      level: 'writes',
      ok: true,
      message: {
        en: `${crowd.count} of ${crowd.entries.length} people lie in one place, "${crowd.dn}", and the settings place people inside the OU of their department: whoever is found there would be moved, and get another DN.`,
        zh: `${crowd.entries.length} 个人员中有 ${crowd.count} 个位于同一处“${crowd.dn}”，而当前设置将人员置于其部门的 OU 之内：已匹配的人员会被移动，DN 将改变。`,
      },
      remedy: {
        en: '"How people belong to departments: All in one place" leaves them where they are; an attribute then names the department.',
        zh: '“人员与部门的关系：全部在同一位置”可保持原位，部门由一个属性指明。',
      },
      settings: { layout: 'flat', peopleIn: crowd.dn },
    },
  ];
}

/** Attributes in which servers usually keep the department of a person. @see https://www.rfc-editor.org/rfc/rfc2798#section-2.2 */
const USUAL = ['departmentNumber', 'ou', 'department'];

/** Of a source: whether the place where they lie would be read as the department of them all. */
export async function oneDepartment(client: Client, layout: Layout, base: string, signal: AbortSignal): Promise<Finding[]> {
  const { departmentAttribute, departmentKey } = layout.config;
  const names = [...new Map([departmentAttribute, ...USUAL].map((name) => [name.toLowerCase(), name])).values()];
  const crowd = await crowdOf(client, layout, base, names, signal);
  // A folder is no department: that they lie there is how the administrator wants it read.
  if (!crowd || crowd.isFolder) return [];
  const departments = await namesOfDepartments(client, layout, base, crowd.dn, signal);
  const naming = (name: string): number => {
    const place = crowd.shape.place(name);
    return crowd.entries.filter(({ values }) => listOf(values[place]).some((value) => departments.has(valueKey(value)))).length;
  };
  const [best] = names.map((name) => ({ name, count: naming(name) })).toSorted((a, b) => b.count - a.count);
  const said = best && best.count >= crowd.entries.length / 2 ? best : undefined;
  return [
    {
      level: 'reads-department',
      ok: true,
      message: {
        en: `${crowd.count} of ${crowd.entries.length} people lie in one place, "${crowd.dn}", and the settings read that OU as the department of them all.`,
        zh: `${crowd.entries.length} 个人员中有 ${crowd.count} 个位于同一处“${crowd.dn}”，而当前设置会将该 OU 读作他们共同的部门。`,
      },
      remedy: said
        ? {
            en: `"How people belong to departments: All in one place" takes the department from an attribute: ${said.name} names one of the departments (their ${departmentKey}) for ${said.count} of them.`,
            zh: `“人员与部门的关系：全部在同一位置”按属性取部门：其中 ${said.count} 人的 ${said.name} 指明了某个部门（其 ${departmentKey}）。`,
          }
        : {
            en: `Where an attribute of people names their department, choose "How people belong to departments: All in one place" and that attribute. Where none does, enter this OU under "Where people without a department lie": then they have no department.`,
            zh: '若人员有属性指明部门，请将“人员与部门的关系”选为“全部在同一位置”并填写该属性；若没有，请将该 OU 填入“无部门人员的位置”，则他们不属于任何部门。',
          },
      settings: said ? { layout: 'flat', departmentAttribute: said.name, peopleIn: crowd.dn } : { peopleIn: crowd.dn },
    },
  ];
}

/** What people can name them by: of one page, without the place where all people lie. */
async function namesOfDepartments(
  client: Client,
  layout: Layout,
  base: string,
  without: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const search = { base, scope: 'sub' as const, filter: layout.filters.department, shape: new EntryShape([layout.config.departmentKey]) };
  for await (const { entries } of client.pages(search, signal)) {
    const real = entries.filter(({ dn }) => dnKey(dn) !== dnKey(without) && !layout.isFolder(dnKey(dn)));
    return new Set(real.flatMap(({ values }) => listOf(values[0]).map(valueKey)));
  }
  return new Set();
}
