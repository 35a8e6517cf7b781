// What each step of the demo ends with: numbers of a run, and one row of the table at the end.
import type { Label } from '../core/model.ts';
import type { RunRow } from '../store/runs.ts';
import type { Teller } from './tell.ts';

export interface ResultRow {
  readonly en: string;
  readonly zh: string;
  readonly ok: boolean;
  readonly detail: Label;
}

export const row = (en: string, zh: string, ok: boolean | undefined, detail: string, detailZh: string): ResultRow => ({
  en,
  zh,
  ok: ok === true,
  detail: { en: detail, zh: detailZh },
});

export function numbersOf(tell: Teller, run: RunRow | undefined): void {
  if (!run) return;
  const count = (name: string): number => run.counts[name] ?? 0;
  const rows: [string, string, number][] = [
    ['people created', '新建人员', count('applied.create.person')],
    ['departments created', '新建部门', count('applied.create.department')],
    ['updated', '更新', count('applied.update') + count('applied.link') + count('applied.enable')],
    ['disabled', '停用', count('applied.disable')],
    ['deleted', '删除', count('applied.remove')],
    ['waiting for a person', '等待确认', count('held')],
    ['failed', '失败', count('failed')],
  ];
  tell.numbers(rows.filter(([, , value], index) => value > 0 || index === 6));
}

export function resultTable(tell: Teller, rows: readonly ResultRow[], ms: number): void {
  tell.heading('Result', '结果');
  tell.numbers(rows.map((item) => [`${item.ok ? '✓' : '✗'} ${item.en}`, `${item.ok ? '✓' : '✗'} ${item.zh}`, tell.label(item.detail)]));
  const bad = rows.filter((item) => !item.ok).length;
  tell.say(
    `\n${bad === 0 ? 'All as it should be' : `${bad} not as it should be`}, in ${Math.round(ms / 1000)} s.`,
    `\n${bad === 0 ? '全部符合预期' : `${bad} 项不符合预期`},用时 ${Math.round(ms / 1000)} 秒。`,
  );
}
