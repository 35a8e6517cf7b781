// Each kind of step, as what it does to the records of the console.
import { LIFECYCLE } from '../../core/directory-types.ts';
import type { GroupRule } from '../../core/console.ts';
import { compileExpression } from '../../core/mapping/expression.ts';
import type { Edge } from '../../core/model.ts';
import { spelled } from '../../core/spelled.ts';
import { edgesTo } from '../../store/directory.ts';
import { edgesNow, putEdges, titleNow, valueNow, type Drafting, type Place, type Working } from './draft.ts';
import { personAttributes } from './rules.ts';
import type { Step } from './steps.ts';

type Perform<D extends Step['do']> = (drafting: Drafting, step: Extract<Step, { do: D }>, place: Place) => Promise<void>;

export const performs: { readonly [D in Step['do']]: Perform<D> } = {
  async 'person.create'(drafting, step, place) {
    const person = drafting.make('person', step.as);
    await drafting.set(person, step.attributes, place, 'attributes');
    if (!['displayName', 'userName', 'employeeNumber'].some((name) => (person.record.a[name] ?? null) !== null))
      place.refuse('attributes.displayName', 'a person needs a name, a user name or a number', '人员至少需要姓名、用户名或工号之一');
    await memberships(drafting, person, step.departments, place);
  },
  async 'person.edit'(drafting, step, place) {
    const person = await drafting.lookUp('person', step.person, place, 'person');
    if (!person) return;
    await drafting.set(person, step.attributes, place, 'attributes');
    if (step.departments) await memberships(drafting, person, step.departments, place);
  },
  async 'person.move'(drafting, step, place) {
    const person = await drafting.lookUp('person', step.person, place, 'person');
    const to = await drafting.lookUp('department', step.to, place, 'to');
    const from = step.from === undefined ? null : await drafting.lookUp('department', step.from, place, 'from');
    if (!person || !to || (step.from !== undefined && !from)) return;
    const now = edgesNow(person, 'membership');
    const left = from ? now.find((edge) => edge.to.id === from.id) : (now.find((edge) => edge.primary) ?? now[0]);
    if (from && !left)
      return place.refuse('from', `${titleNow(person)} is not in "${titleNow(from)}"`, `${titleNow(person)} 不在“${titleNow(from)}”`);
    const isPrimary = left?.primary === true || now.every((edge) => !edge.primary);
    const rest = now.filter((edge) => edge !== left && edge.to.id !== to.id);
    const moved: Edge = {
      to: { type: 'department', id: to.id },
      ...(isPrimary ? { primary: true } : {}),
      ...(step.title ? { title: step.title } : {}),
    };
    putEdges(person, 'membership', [moved, ...rest], `steps[${place.index}].to`);
  },
  async 'person.offboard'(drafting, step, place) {
    const person = await drafting.lookUp('person', step.person, place, 'person');
    if (!person) return;
    if (step.lastDay !== undefined) await drafting.set(person, { endsAt: step.lastDay }, place, 'lastDay');
    else say(person, 'departed', `steps[${place.index}].person`);
    renameTouched(person, 'endsAt', `steps[${place.index}].lastDay`);
  },
  async 'person.rehire'(drafting, step, place) {
    const person = await drafting.lookUp('person', step.person, place, 'person');
    if (!person) return;
    if ((valueNow(person, 'endsAt') ?? null) !== null) await drafting.set(person, { endsAt: null }, place, 'person');
    if (step.firstDay !== undefined) await drafting.set(person, { startsAt: step.firstDay }, place, 'firstDay');
    say(person, 'active', `steps[${place.index}].person`);
  },
  async 'person.delete'(drafting, step, place) {
    end(await drafting.lookUp('person', step.person, place, 'person'), `steps[${place.index}].person`);
  },
  async 'department.create'(drafting, step, place) {
    const department = drafting.make('department', step.as);
    await drafting.set(department, step.attributes, place, 'attributes');
    if ((department.record.a.name ?? null) === null) place.refuse('attributes.name', 'is needed', '为必填项');
    if (step.under !== undefined) await drafting.set(department, { parent: step.under }, place, 'under');
    if (step.leaders) await ends(drafting, department, 'leader', ['person'], step.leaders, place, 'leaders');
  },
  async 'department.edit'(drafting, step, place) {
    const department = await drafting.lookUp('department', step.department, place, 'department');
    if (!department) return;
    await drafting.set(department, step.attributes, place, 'attributes');
    if (step.leaders) await ends(drafting, department, 'leader', ['person'], step.leaders, place, 'leaders');
  },
  async 'department.move'(drafting, step, place) {
    const department = await drafting.lookUp('department', step.department, place, 'department');
    const under = step.under === null ? null : await drafting.lookUp('department', step.under, place, 'under');
    if (!department || (step.under !== null && !under)) return;
    for (let above: Working | null = under, hops = 0; above && hops < 1000; hops++) {
      if (above.id === department.id)
        return place.refuse(
          'under',
          `"${titleNow(under!)}" lies below "${titleNow(department)}"`,
          `“${titleNow(under!)}”位于“${titleNow(department)}”之下`,
        );
      const parent = valueNow(above, 'parent');
      above = typeof parent === 'string' ? await drafting.byId('department', parent) : null;
    }
    await drafting.set(department, { parent: under?.id ?? null }, place, 'under');
    renameTouched(department, 'parent', `steps[${place.index}].under`);
  },
  async 'department.merge'(drafting, step, place) {
    const department = await drafting.lookUp('department', step.department, place, 'department');
    const into = await drafting.lookUp('department', step.into, place, 'into');
    if (!department || !into) return;
    if (department === into) return place.refuse('into', 'is the same department', '是同一部门');
    const at = `steps[${place.index}].department`;
    for (const { person, edges } of await peopleOf(drafting, department)) {
      const old = edges.find((edge) => edge.to.id === department.id)!;
      const there = edges.find((edge) => edge.to.id === into.id);
      const rest = edges.filter((edge) => edge !== old && edge !== there);
      const moved: Edge = there
        ? { ...there, ...(old.primary ? { primary: true } : {}) }
        : { ...old, to: { type: 'department', id: into.id } };
      putEdges(person, 'membership', [moved, ...rest], at);
    }
    for (const child of await childrenOf(drafting, department)) {
      child.record = { ...child.record, a: { ...child.record.a, parent: into.id } };
      child.touched.set('parent', at);
    }
    end(department, at);
  },
  async 'department.delete'(drafting, step, place) {
    const department = await drafting.lookUp('department', step.department, place, 'department');
    if (!department) return;
    const people = (await peopleOf(drafting, department)).length;
    const children = (await childrenOf(drafting, department)).length;
    if (people + children > 0)
      return place.refuse(
        'department',
        `"${titleNow(department)}" still has ${spelled(people)} people and ${spelled(children)} departments; move them first, or merge it into another`,
        `“${titleNow(department)}”下还有 ${spelled(people)} 人和 ${spelled(children)} 个部门；请先移走，或合并到其他部门`,
      );
    end(department, `steps[${place.index}].department`);
  },
  async 'group.create'(drafting, step, place) {
    const group = drafting.make('group', step.as);
    await drafting.set(group, step.attributes, place, 'attributes');
    if ((group.record.a.name ?? null) === null) place.refuse('attributes.name', 'is needed', '为必填项');
    if (step.rule && step.members) return place.refuse('members', 'not together with a rule', '不能与规则同时使用');
    if (step.rule) await ruled(drafting, group, step.rule, place);
    else await ends(drafting, group, 'member', ['person', 'group'], step.members ?? [], place, 'members');
  },
  async 'group.edit'(drafting, step, place) {
    const group = await drafting.lookUp('group', step.group, place, 'group');
    if (!group) return;
    await drafting.set(group, step.attributes, place, 'attributes');
    if (step.rule) await ruled(drafting, group, step.rule, place);
    if (step.rule === null && group.record.rule) {
      const { rule: _rule, ...rest } = group.record;
      group.record = rest;
      putEdges(group, 'member', edgesOfStored(group), `steps[${place.index}].rule`);
    }
    if (step.add.length + step.remove.length === 0) return;
    if (group.record.rule) return place.refuse('add', 'the members of this group follow its rule', '该组成员由规则决定');
    const added = await endsOf(drafting, ['person', 'group'], step.add, place, 'add');
    const removed = new Set((await endsOf(drafting, ['person', 'group'], step.remove, place, 'remove')).map((one) => one.id));
    const now = edgesNow(group, 'member').filter((edge) => !removed.has(edge.to.id) && !added.some((one) => one.id === edge.to.id));
    putEdges(group, 'member', [...now, ...added.map((one) => ({ to: { type: one.type, id: one.id } }))], `steps[${place.index}].add`);
  },
  async 'group.delete'(drafting, step, place) {
    end(await drafting.lookUp('group', step.group, place, 'group'), `steps[${place.index}].group`);
  },
};

function say(object: Working, lifecycle: string, field: string): void {
  object.record = { ...object.record, a: { ...object.record.a, [LIFECYCLE]: lifecycle } };
  object.touched.set(LIFECYCLE, field);
}

function end(object: Working | null, field: string): void {
  if (!object) return;
  object.ended = true;
  object.touched.set(LIFECYCLE, field);
}

/** The field of the caller, not the attribute behind it. */
const renameTouched = (object: Working, name: string, field: string): void =>
  void (object.touched.has(name) && object.touched.set(name, field));

const edgesOfStored = (group: Working): Edge[] =>
  group.storedEdges.filter((edge) => edge.relation === 'member').map((edge) => ({ to: { type: edge.to_type, id: edge.to_id } }));

async function memberships(
  drafting: Drafting,
  person: Working,
  given: readonly {
    department: string;
    primary?: boolean | undefined;
    order?: number | undefined;
    title?: string | undefined;
    from?: string | undefined;
    until?: string | undefined;
  }[],
  place: Place,
): Promise<void> {
  const edges: Edge[] = [];
  for (const [index, { department: text, ...facts }] of given.entries()) {
    const department = await drafting.lookUp('department', text, place, `departments[${index}].department`);
    if (!department) continue;
    if (edges.some((edge) => edge.to.id === department.id)) place.refuse(`departments[${index}].department`, 'is named twice', '重复');
    const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
    edges.push({ to: { type: 'department', id: department.id }, ...known });
  }
  const primaries = edges.filter((edge) => edge.primary).length;
  if (primaries > 1) place.refuse('departments', 'only one department is the primary one', '只能有一个主部门');
  const [first, ...rest] = edges;
  putEdges(
    person,
    'membership',
    first && primaries === 0 ? [{ ...first, primary: true }, ...rest] : edges,
    `steps[${place.index}].departments`,
  );
}

async function endsOf(
  drafting: Drafting,
  types: readonly string[],
  given: readonly string[],
  place: Place,
  field: string,
): Promise<Working[]> {
  const found: Working[] = [];
  for (const [index, text] of given.entries()) {
    const at = `${field}[${index}]`;
    // Said of the first type when none of them has it.
    const quiet: Place = { index: place.index, refuse: () => {} };
    let one: Working | null = null;
    for (const type of types) one ??= await drafting.lookUp(type, text, quiet, at);
    one ??= await drafting.lookUp(types[0]!, text, place, at);
    if (one) found.push(one);
  }
  return found;
}

async function ends(
  drafting: Drafting,
  owner: Working,
  relation: string,
  types: readonly string[],
  given: readonly string[],
  place: Place,
  field: string,
): Promise<void> {
  const found = await endsOf(drafting, types, given, place, field);
  putEdges(
    owner,
    relation,
    [...new Map(found.map((one) => [one.id, { to: { type: one.type, id: one.id } }])).values()],
    `steps[${place.index}].${field}`,
  );
}

async function ruled(
  drafting: Drafting,
  group: Working,
  given: { departments: readonly { department: string; below: boolean }[]; where?: string | undefined },
  place: Place,
): Promise<void> {
  const departments: { id: string; below: boolean }[] = [];
  for (const [index, one] of given.departments.entries()) {
    const department = await drafting.lookUp('department', one.department, place, `rule.departments[${index}].department`);
    if (department) departments.push({ id: department.id, below: one.below });
  }
  if (given.where !== undefined) {
    const compiled = compileExpression(given.where, await personAttributes(drafting.context.reader), {}, { returns: 'boolean' });
    if ('problem' in compiled) place.refuse('rule.where', compiled.problem.en, compiled.problem.zh);
    else if (compiled.expression.sensitive) place.refuse('rule.where', 'reads a sensitive attribute', '读取了敏感属性');
  }
  if (departments.length === 0 && given.where === undefined)
    place.refuse('rule', 'give departments, an expression or both', '请给出部门、表达式或两者');
  const rule: GroupRule = { departments, ...(given.where === undefined ? {} : { where: given.where }) };
  group.record = { ...group.record, e: { ...group.record.e, member: [] }, rule };
  group.touched.set('member', `steps[${place.index}].rule`);
}

/** Everybody in the department, this edit's earlier steps included. */
async function peopleOf(drafting: Drafting, department: Working): Promise<{ person: Working; edges: readonly Edge[] }[]> {
  const found: { person: Working; edges: readonly Edge[] }[] = [];
  const stored = (await edgesTo(drafting.context.reader, [department.id]))
    .filter((edge) => edge.relation === 'membership')
    .map((edge) => edge.owner);
  const ids = new Set([...stored, ...[...drafting.objects.values()].filter((one) => one.type === 'person').map((one) => one.id)]);
  for (const id of ids) {
    const person = await drafting.byId('person', id);
    if (!person || person.ended) continue;
    const edges = edgesNow(person, 'membership');
    if (edges.some((edge) => edge.to.id === department.id)) found.push({ person, edges });
  }
  return found;
}

async function childrenOf(drafting: Drafting, department: Working): Promise<Working[]> {
  const stored = await drafting.context.reader.all<{ id: string }>(
    `SELECT id FROM object_key WHERE type = 'department' AND attribute = 'parent' AND key = ?`,
    department.id,
  );
  const ids = new Set([
    ...stored.map((row) => row.id),
    ...[...drafting.objects.values()].filter((one) => one.type === 'department').map((one) => one.id),
  ]);
  const found: Working[] = [];
  for (const id of ids) {
    const child = await drafting.byId('department', id);
    if (child && !child.ended && child !== department && valueNow(child, 'parent') === department.id) found.push(child);
  }
  return found;
}
