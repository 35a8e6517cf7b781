// A question of the inbox with what it is about, loaded with it, so that the consequence can be said.
import { usePages } from '../../api/hooks.ts';
import { Answered } from '../../ui/answered.tsx';
import { useNarrow } from '../../ui/narrow.ts';
import { HeldQuestion } from '../runs/held-question.tsx';

const PAGE = 500;

export function HeldEntry({ job, question }: { readonly job: number; readonly question: string }) {
  const narrow = useNarrow();
  const list = usePages('held.list', { job, question, limit: PAGE });
  return (
    <Answered of={list} rows={narrow ? 8 : 5}>
      {({ pages }) => (
        <HeldQuestion
          rows={pages.flatMap((page) => page.held)}
          reads={pages[0]?.reads ?? []}
          totals={pages[0]?.totals ?? []}
          state="open"
          whole={{ job, question }}
          more={{ has: list.hasNextPage, isLoading: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
    </Answered>
  );
}
