// What a run has left for a person to confirm: one card for each question, whole or record by record.
import { Skeleton } from 'antd';
import { usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Part } from '../../ui/page.tsx';
import { HeldQuestion, type Held } from './held-question.tsx';

const PAGE = 500;

const byQuestion = (rows: readonly Held[]): readonly (readonly [question: string, rows: readonly Held[]])[] => [
  ...Map.groupBy(rows, (row) => row.question),
];

/** `expected`: the run has left something, which has its place while it is asked for. */
export function HeldPart({ run, expected }: { readonly run: number; readonly expected: boolean }) {
  const { t } = useWords();
  const open = usePages('held.list', { run, states: ['open'], limit: PAGE });
  const cancelled = usePages('held.list', { run, states: ['cancelled'], limit: PAGE });
  const lists = [
    { list: open, state: 'open', title: t('runs.held.title'), about: t('runs.held.about') },
    { list: cancelled, state: 'cancelled', title: t('runs.held.titleCancelled'), about: t('runs.held.aboutCancelled') },
  ] as const;
  return lists.map(({ list, state, title, about }) => {
    const rows = list.data?.pages.flatMap((page) => page.held) ?? [];
    if (expected && state === 'open' && list.data === undefined && !list.error)
      return (
        <Part key={state} title={title} extra={<span className="soft">{about}</span>}>
          <Skeleton active title={false} paragraph={{ rows: 5 }} style={{ padding: 16, minHeight: 170 }} />
        </Part>
      );
    if (rows.length === 0) return null;
    return (
      <Part key={state} title={title} extra={<span className="soft">{about}</span>}>
        {byQuestion(rows).map(([question, own]) => (
          <HeldQuestion
            key={question}
            rows={own}
            reads={list.data?.pages[0]?.reads ?? []}
            totals={(list.data?.pages[0]?.totals ?? []).filter((total) => total.question === question)}
            state={state}
            whole={{ run, question }}
            more={{ has: list.hasNextPage, isLoading: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
          />
        ))}
      </Part>
    );
  });
}
