// A mapping compiled once when it is saved or a run opens: every row checked, then applied to each object.
import type { Attributes, AttributeSpec, Label } from '../model.ts';
import {
  type AccountRead,
  accountReadsOf,
  type Accounts,
  createExpressionSpace,
  inspectSource,
  isUsable,
  type Lookups,
  readsOf,
} from './expression.ts';
import { ExpressionError, unknownName } from './problem.ts';
import {
  type CompiledRow,
  compileRow,
  createFrame,
  distinct,
  fail,
  type Mapped,
  type MappingProblem,
  type RowAction,
  type UniqueWish,
} from './row-action.ts';
import type { MappingRow } from './rows.ts';
import { templateReads } from './template.ts';

export type { MappingProblem, UniqueWish } from './row-action.ts';

export interface MappingOptions {
  readonly sourceAttributes: readonly AttributeSpec[];
  readonly targetAttributes: readonly AttributeSpec[];
  readonly lookups: Lookups;
}

/** The counterpart: to be created, created by us, or there before us. */
export type Standing = 'new' | 'made' | 'found';

/** For which counterparts a row speaks. */
const speaksFor: Readonly<Record<MappingRow['when'], readonly Standing[]>> = {
  always: ['new', 'made', 'found'],
  made: ['new', 'made'],
  create: ['new'],
  update: ['made', 'found'],
};

export const speaks = (row: Pick<MappingRow, 'when'>, standing: Standing): boolean => speaksFor[row.when].includes(standing);

export interface MappingContext {
  readonly standing: Standing;
  /** The person's accounts in other systems, for account(system). Left out: unknown. */
  readonly account?: Accounts;
}

export interface MappedObject {
  /** By target name. A missing key is unknown. */
  readonly attributes: Attributes;
  readonly problems: readonly MappingProblem[];
  readonly unique: readonly UniqueWish[];
  /** Target attribute → the rule that gave its value (also null) or its wish. */
  readonly rules: Readonly<Record<string, string>>;
}

export interface CompiledMapping {
  /** Source attributes that it reads. */
  readonly reads: readonly string[];
  /** Systems whose accounts it reads. */
  readonly accounts: readonly string[];
  /** Source attributes that the rows of a target attribute read; null where one reads accounts elsewhere, or nothing. */
  from(target: string): readonly string[] | null;
  /** Target attributes that it may set. */
  readonly targets: readonly string[];
  /** Whether it gives other values for another standing of the same object. */
  readonly asksStanding: boolean;
  /** Maps one object. Never throws; problems are kept per attribute. */
  apply(source: Attributes, context: MappingContext): MappedObject;
}

export interface RowProblem {
  /** Index of the row. */
  readonly row: number;
  readonly target: string;
  readonly problem: Label;
}
export type CompileResult = { readonly mapping: CompiledMapping } | { readonly problems: readonly RowProblem[] };

/** Checks every row and compiles the mapping. All problems of all rows are returned, at most one per row. */
export function compileMapping(rows: readonly MappingRow[], options: MappingOptions): CompileResult {
  const sources = new Map(options.sourceAttributes.filter(isUsable).map((spec) => [spec.name, spec]));
  const targets = new Map(options.targetAttributes.filter(isUsable).map((spec) => [spec.name, spec]));
  const space = createExpressionSpace(options.sourceAttributes, options.lookups);
  const problems: RowProblem[] = [];
  const compiled: { readonly row: MappingRow; readonly action: CompiledRow }[] = [];
  for (const [index, row] of rows.entries()) {
    try {
      const spec = checkTarget(row, rows.slice(0, index), targets);
      compiled.push({ row, action: compileRow(createFrame(row, spec, space, sources)) });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push({ row: index, target: row.target, problem: error.label });
    }
  }
  if (problems.length > 0) return { problems };
  const actions = (standing: Standing): readonly RowAction[] =>
    compiled.filter(({ row }) => speaks(row, standing)).map(({ action }) => action.act);
  const acts: Readonly<Record<Standing, readonly RowAction[]>> = { new: actions('new'), made: actions('made'), found: actions('found') };
  return {
    mapping: {
      reads: distinct(compiled.flatMap(({ action }) => action.reads)),
      accounts: distinct(compiled.flatMap(({ action }) => action.accounts)),
      from: (target) => fromOf(compiled.filter(({ row }) => row.target === target).map(({ action }) => action)),
      targets: distinct(rows.map((row) => row.target)),
      asksStanding: rows.some((row) => row.when !== 'always'),
      apply(source, context) {
        const out: Mapped = { attributes: {}, problems: [], unique: [], rules: {} };
        for (const act of acts[context.standing]) act(source, context.account, out);
        return out;
      },
    },
  };
}

const fromOf = (actions: readonly CompiledRow[]): readonly string[] | null =>
  actions.every(({ reads, accounts }) => reads.length > 0 && accounts.length === 0)
    ? distinct(actions.flatMap(({ reads }) => reads))
    : null;

/**
 * Source attributes that the rows read. Without `sourceAttributes`, a placeholder such as `${a-b}` is taken for the
 * expression a minus b; with them, an attribute of that name wins. A row that does not parse reads nothing.
 */
export function neededAttributes(rows: readonly MappingRow[], sourceAttributes?: readonly AttributeSpec[]): readonly string[] {
  const names = sourceAttributes && new Set(sourceAttributes.map((spec) => spec.name));
  return distinct(rows.flatMap((row) => rowReads(row, names).reads));
}

/** What the rows read of accounts in other systems, through account(system). */
export const accountReads = (rows: readonly MappingRow[]): readonly AccountRead[] => rows.flatMap((row) => rowReads(row).accounts);

function rowReads(
  row: MappingRow,
  names?: ReadonlySet<string>,
): { readonly reads: readonly string[]; readonly accounts: readonly AccountRead[] } {
  if (row.field !== undefined) return { reads: [row.field], accounts: [] };
  if (row.cel !== undefined) {
    const facts = inspectSource(row.cel);
    return facts ? { reads: readsOf(facts), accounts: accountReadsOf(facts) } : { reads: [], accounts: [] };
  }
  const templates = [...(row.template === undefined ? [] : [row.template]), ...(row.unique ?? [])].map((text) =>
    templateReads(text, names),
  );
  return { reads: templates.flatMap(({ reads }) => reads), accounts: templates.flatMap(({ accounts }) => accounts) };
}

function checkTarget(row: MappingRow, before: readonly MappingRow[], targets: ReadonlyMap<string, AttributeSpec>): AttributeSpec {
  const spec = targets.get(row.target);
  if (spec === undefined) {
    const { en, zh } = unknownName(row.target, [...targets.keys()]);
    return fail(en.replace('the source has', 'the target has'), zh.replace('来源中', '目标中'));
  }
  if (spec.writable === 'never') {
    fail(`the target does not let "${row.target}" be written; remove the row`, `目标系统不允许写入“${row.target}”，请删除该行`);
  }
  if (spec.writable === 'create' && row.when === 'update') {
    fail(
      `"${row.target}" can only be set when the object is created; use when: create`,
      `“${row.target}”只能在创建时写入，请改为 when: create`,
    );
  }
  // A row for creating and one for updating never meet.
  const rival = before.findIndex((other) => other.target === row.target && speaksFor[other.when].some((standing) => speaks(row, standing)));
  if (rival >= 0) {
    fail(
      `row ${rival + 1} already sets "${row.target}"; keep one of them, or let one apply on create and one on update`,
      `第 ${rival + 1} 行已经设置了“${row.target}”；请只保留一行，或一行用于创建、一行用于更新`,
    );
  }
  const given = (['field', 'constant', 'template', 'cel', 'unique'] as const).filter((key) => row[key] !== undefined);
  if (given.length !== 1) {
    fail(
      'the row needs exactly one of field, constant, template, cel, unique',
      '该行必须且只能有 field、constant、template、cel、unique 之一',
    );
  }
  if (row.onEmpty === 'default' && row.default === undefined) {
    fail('the row says onEmpty: default but gives no default; add one', '该行设为 onEmpty: default，但没有给出默认值，请补充');
  }
  return spec;
}
