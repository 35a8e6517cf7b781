// Turns the steps of an edit into the records that the console would hold afterwards. Reads only.
import { directoryTypes, LIFECYCLE } from '../../core/directory-types.ts';
import type { Attributes, Edge, ObjectTypeSpec, Value } from '../../core/model.ts';
import { withOnePrimary } from '../../core/trees.ts';
import { edgesOf, objectsOf, type EdgeRow, type ObjectRow } from '../../store/directory.ts';
import type { DraftRow } from '../../store/console.ts';
import { directoryCatalogue } from '../catalogue.ts';
import { find } from '../explain/find.ts';
import type { CommandContext, Issue } from '../operations/operation.ts';
import { parseJson } from '../shapes.ts';
import { checkAttribute } from './attributes.ts';
import { noRecord, recordsOf, type ConsoleRecord } from './records.ts';
import { performs } from './perform.ts';
import type { Step } from './steps.ts';

/** One object as the edit knows it so far. */
export interface Working {
  readonly type: string;
  readonly id: string;
  /** What the directory holds; null = made by this edit. */
  readonly stored: ObjectRow | null;
  readonly storedEdges: readonly EdgeRow[];
  record: ConsoleRecord;
  /** Nothing is said of it any more. */
  ended: boolean;
  /** What this edit touches, for the question who feeds it: attribute or relation → the step's field. */
  readonly touched: Map<string, string>;
}

/** Where a step stands, for messages. */
export interface Place {
  readonly index: number;
  refuse(field: string, en: string, zh: string): void;
}

export interface Drafting {
  readonly context: CommandContext;
  readonly issues: Issue[];
  readonly objects: Map<string, Working>;
  readonly names: Map<string, Working>;
  /** Null: it was refused with the field named. */
  lookUp(type: string, text: string, place: Place, field: string): Promise<Working | null>;
  byId(type: string, id: string): Promise<Working | null>;
  make(type: string, as: string | undefined): Working;
  /** Attributes, checked, references as ids. */
  set(object: Working, attributes: Attributes, place: Place, field: string): Promise<void>;
}

export interface Drafted {
  readonly rows: readonly DraftRow[];
  readonly objects: readonly Working[];
  readonly issues: readonly Issue[];
}

export async function draft(context: CommandContext, steps: readonly Step[]): Promise<Drafted> {
  const drafting = begin(context);
  for (const [index, step] of steps.entries()) {
    const place: Place = {
      index,
      refuse: (field, en, zh) =>
        void drafting.issues.push({ field: `steps[${index}]${field === '' ? '' : `.${field}`}`, message: { en, zh } }),
    };
    await performs[step.do](drafting, step as never, place);
  }
  const objects = [...drafting.objects.values()].filter((object) => object.touched.size > 0 || object.ended || object.stored === null);
  return {
    objects,
    issues: drafting.issues,
    rows: objects.map((object) => ({
      type: object.type,
      id: object.id,
      record: object.ended ? null : JSON.stringify(object.record),
      base: object.stored?.revision ?? null,
    })),
  };
}

function begin(context: CommandContext): Drafting {
  const { reader, engine } = context;
  const objects = new Map<string, Working>();
  const names = new Map<string, Working>();
  let catalogue: readonly ObjectTypeSpec[] | null = null;
  const byId = async (type: string, id: string): Promise<Working | null> => {
    const known = objects.get(id);
    if (known) return known.type === type ? known : null;
    const [stored] = await objectsOf(reader, [id]);
    if (!stored || stored.type !== type || stored.lifecycle === 'absent') return null;
    const working: Working = {
      type,
      id,
      stored,
      storedEdges: await edgesOf(reader, [id]),
      record: (await recordsOf(reader, type, [id])).get(id) ?? noRecord,
      ended: false,
      touched: new Map(),
    };
    objects.set(id, working);
    return working;
  };
  const lookUp: Drafting['lookUp'] = async (type, text, place, field) => {
    const spec = directoryTypes.find((one) => one.id === type)!;
    if (text.startsWith('@')) {
      const made = names.get(text.slice(1));
      if (made?.type === type) return made;
      place.refuse(
        field,
        `no earlier step makes a ${spec.label.en} as "${text.slice(1)}"`,
        `此前没有步骤以“${text.slice(1)}”创建${spec.label.zh}`,
      );
      return null;
    }
    const direct = await byId(type, text);
    if (direct) return direct;
    const found = (await find(reader, text)).objects.filter((object) => object.type === type && object.lifecycle !== 'absent');
    if (found.length === 1) return byId(type, found[0]!.id);
    if (found.length === 0) place.refuse(field, `there is no ${spec.label.en} "${text}"`, `没有${spec.label.zh}“${text}”`);
    else {
      const ids = found.map((object) => object.id).join(', ');
      place.refuse(
        field,
        `"${text}" could be ${found.length} of them; give the id: ${ids}`,
        `“${text}”对应 ${found.length} 个对象，请使用编号：${ids}`,
      );
    }
    return null;
  };
  const drafting: Drafting = {
    context,
    issues: [],
    objects,
    names,
    byId,
    lookUp,
    make(type, as) {
      const id = engine.options.newId(context.now());
      const made: Working = {
        type,
        id,
        stored: null,
        storedEdges: [],
        record: { a: { [LIFECYCLE]: 'active' }, e: {} },
        ended: false,
        touched: new Map(),
      };
      objects.set(id, made);
      if (as !== undefined) names.set(as, made);
      return made;
    },
    async set(object, attributes, place, field) {
      const result: Record<string, Value | null> = { ...(object.record.a as Record<string, Value | null>) };
      for (const [name, given] of Object.entries(attributes)) {
        const at = `${field}.${name}`;
        catalogue ??= await directoryCatalogue(reader);
        const own = catalogue.find((spec) => spec.id === object.type)!;
        const checked = await checkAttribute(own, name, given, object.id, (type, text) => lookUp(type, text, place, at));
        if ('problem' in checked) {
          if (checked.problem) place.refuse(at, checked.problem.en, checked.problem.zh);
          continue;
        }
        result[name] = checked.value;
        object.touched.set(name, `steps[${place.index}].${at}`);
      }
      object.record = { ...object.record, a: result };
    },
  };
  return drafting;
}

/** What the directory shows of a relation now, this edit's earlier steps included. */
export function edgesNow(object: Working, relation: string): readonly Edge[] {
  const said = object.record.e[relation];
  if (said && (object.touched.has(relation) || object.stored === null)) return said;
  const rows = object.storedEdges.filter((edge) => edge.relation === relation);
  const edges = rows.map((edge): Edge => ({ to: { type: edge.to_type, id: edge.to_id }, ...parseJson(edge.facts, {}) }));
  // By hand there is one primary department, whatever the trees.
  return withOnePrimary(
    edges,
    rows.map((edge, index) => ({ to_id: edge.to_id, tree: edge.tree, primary: edges[index]!.primary === true })),
  );
}

export function putEdges(object: Working, relation: string, edges: readonly Edge[], field: string): void {
  object.record = { ...object.record, e: { ...object.record.e, [relation]: edges } };
  object.touched.set(relation, field);
}

/** An attribute as it is now, this edit included. */
export const valueNow = (object: Working, name: string): Value | null =>
  object.touched.has(name) || object.stored === null
    ? (object.record.a[name] ?? null)
    : (parseJson<Attributes>(object.stored.data, {})[name] ?? null);

export const titleNow = (object: Working): string =>
  String(valueNow(object, directoryTypes.find((spec) => spec.id === object.type)!.title) ?? valueNow(object, 'userName') ?? object.id);
