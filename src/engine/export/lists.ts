// The lists that can be taken away as a file: which operation they come from, page by page, and how an entry becomes rows.
import { type Deed, deeds } from '../../core/deed.ts';
import type { Label } from '../../core/model.ts';
import type { OperationName, OutputOf } from '../commands.ts';
import { auditWords } from '../audit-words.ts';
import { wordOf } from '../words.ts';
import type { Cell } from './workbook.ts';

type Language = keyof Label;

/** One page of an operation, and where the next one begins. */
export interface Page {
  readonly entries: readonly unknown[];
  readonly next: unknown;
}

export interface ExportList {
  readonly operation: OperationName;
  /** Fields of its input that say which page; the rest is the filter. */
  readonly paging: readonly [place: string, limit: string];
  readonly most: number;
  readonly pageOf: (answer: unknown) => Page;
  readonly heading: readonly Label[];
  /** One entry is one row or, with before and after, one row per value that changes. */
  readonly rowsOf: (entry: never, language: Language) => readonly (readonly Cell[])[];
}

const head = (en: string, zh: string): Label => ({ en, zh });
const time = (at: number | null): Cell => (at === null ? null : new Date(at).toISOString());

/** As a cell shows it; lists and objects as JSON, so that nothing is lost. */
function shown(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

const deedWord = (deed: string): Label => (deed in deeds ? deeds[deed as Deed].label : { en: deed, zh: deed });

type Values = Pick<OutputOf<'run.changes'>['changes'][number], 'attributes' | 'edges'>;

/** One row per value or membership, each behind the same cells. */
function perValue(cells: readonly Cell[], { attributes, edges }: Values, language: Language): (readonly Cell[])[] {
  const rows = [
    ...attributes.map((one) => [...cells, one.label[language], shown(one.before), shown(one.after)]),
    ...edges.map((one) => [...cells, one.label[language], one.op === 'remove' ? one.name : null, one.op === 'remove' ? null : one.name]),
  ];
  return rows.length > 0 ? rows : [[...cells, null, null, null]];
}

const who = [head('type', '类型'), head('name', '名称'), head('key', '编号')] as const;
const values = [head('field', '字段'), head('before', '变更前'), head('after', '变更后')] as const;

export const exportLists = {
  changes: {
    operation: 'run.changes',
    paging: ['after', 'limit'],
    most: 1000,
    pageOf: (answer) => {
      const { changes, next } = answer as OutputOf<'run.changes'>;
      return { entries: changes, next };
    },
    heading: [
      head('change', '变更'),
      head('run', '执行'),
      head('at', '时间'),
      ...who,
      head('target id', '目标编号'),
      head('action', '操作'),
      head('situation', '情形'),
      head('result', '结果'),
      head('why', '原因'),
      head('error', '错误'),
      ...values,
    ],
    rowsOf: (one: OutputOf<'run.changes'>['changes'][number], language) =>
      perValue(
        [
          one.id,
          one.run,
          time(one.endedAt),
          one.type,
          one.title,
          one.key,
          one.targetKey,
          deedWord(one.deed)[language],
          one.because[language],
          wordOf.change(one.state)[language],
          one.why?.[language] ?? one.ruleSays?.[language] ?? null,
          one.error?.[language] ?? null,
        ],
        one,
        language,
      ),
  },
  history: {
    operation: 'history.list',
    paging: ['before', 'limit'],
    most: 200,
    pageOf: (answer) => {
      const { entries, next } = answer as OutputOf<'history.list'>;
      return { entries, next };
    },
    heading: [
      head('at', '时间'),
      ...who,
      head('action', '操作'),
      head('run', '执行'),
      head('job', '任务'),
      head('by', '操作者'),
      ...values,
    ],
    rowsOf: (one: OutputOf<'history.list'>['entries'][number], language) =>
      perValue(
        [time(one.at), one.type, one.title, one.id, wordOf.action(one.action)[language], one.run, one.jobName, one.actor],
        one,
        language,
      ),
  },
  problems: {
    operation: 'item.list',
    paging: ['after', 'limit'],
    most: 1000,
    pageOf: (answer) => {
      const { items, next } = answer as OutputOf<'item.list'>;
      return { entries: items, next };
    },
    heading: [
      head('job', '任务'),
      ...who,
      head('field', '字段'),
      head('cause', '原因'),
      head('message', '说明'),
      head('state', '状态'),
      head('attempts', '次数'),
      head('marked', '标记'),
      head('note', '备注'),
      head('since run', '始于执行'),
      head('last run', '最近执行'),
      head('at', '时间'),
    ],
    rowsOf: (one: OutputOf<'item.list'>['items'][number], language) => [
      [
        one.jobName,
        one.type,
        one.title,
        one.key,
        one.attribute === '' ? null : one.attribute,
        one.cause,
        one.message[language],
        one.state,
        one.attempts,
        one.triage,
        one.note,
        one.firstRun,
        one.lastRun,
        time(one.at),
      ],
    ],
  },
  runs: {
    operation: 'run.list',
    paging: ['before', 'limit'],
    most: 500,
    pageOf: (answer) => {
      const { runs, next } = answer as OutputOf<'run.list'>;
      return { entries: runs, next };
    },
    heading: [
      head('run', '执行'),
      head('job', '任务'),
      head('mode', '模式'),
      head('dry run', '试运行'),
      head('trigger', '触发'),
      head('by', '操作者'),
      head('state', '状态'),
      head('queued', '排队'),
      head('started', '开始'),
      head('ended', '结束'),
      head('read', '读取'),
      head('unchanged', '未变'),
      head('written', '已写入'),
      head('held', '待确认'),
      head('failed', '失败'),
      head('skipped', '已跳过'),
      head('problem', '问题'),
    ],
    rowsOf: (one: OutputOf<'run.list'>['runs'][number], language) => [
      [
        one.id,
        one.jobName,
        wordOf.mode(one.mode)[language],
        one.dryRun ? 1 : 0,
        wordOf.cause(one.cause)[language],
        one.actor,
        wordOf.run(one.state)[language],
        time(one.queuedAt),
        time(one.startedAt),
        time(one.endedAt),
        ...['read', 'same', 'applied', 'held', 'failed', 'skipped'].map((name) => one.counts[name] ?? 0),
        one.problem?.[language] ?? null,
      ],
    ],
  },
  audit: {
    operation: 'audit.list',
    paging: ['before', 'limit'],
    most: 500,
    pageOf: (answer) => {
      const { entries, next } = answer as OutputOf<'audit.list'>;
      return { entries, next };
    },
    heading: [
      head('number', '序号'),
      head('at', '时间'),
      head('by', '操作者'),
      head('action', '操作'),
      head('about', '对象'),
      head('what was decided', '决定的内容'),
      head('before', '变更前'),
      head('after', '变更后'),
      head('code', '操作代码'),
      head('hash', '哈希'),
    ],
    rowsOf: (one: OutputOf<'audit.list'>['entries'][number], language) => [
      [
        one.seq,
        time(one.at),
        one.actor,
        (auditWords as Readonly<Record<string, Label>>)[one.action]?.[language] ?? one.action,
        one.subject,
        one.about?.says[language] ?? null,
        one.before,
        one.after,
        one.action,
        one.hash,
      ],
    ],
  },
  'open-accounts': {
    operation: 'leaver.open',
    paging: ['after', 'limit'],
    most: 500,
    pageOf: (answer) => {
      const { accounts, next } = answer as OutputOf<'leaver.open'>;
      return { entries: accounts, next };
    },
    heading: [
      head('person', '人员'),
      head('number', '工号'),
      head('state', '在职状态'),
      head('system', '系统'),
      head('account', '账号'),
      head('account id', '账号标识'),
      head('seen enabled', '最近一次见其启用'),
    ],
    rowsOf: (one: OutputOf<'leaver.open'>['accounts'][number], language) => [
      [
        one.title,
        one.number,
        wordOf.lifecycle(one.lifecycle)[language],
        one.connectionName,
        one.accountTitle,
        one.account,
        time(one.seenAt),
      ],
    ],
  },
} as const satisfies Record<string, ExportList>;

export type ExportName = keyof typeof exportLists;
export const exportNames = Object.keys(exportLists) as [ExportName, ...ExportName[]];
