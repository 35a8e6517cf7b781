// The word that a person and an account are two: no rule brings them together again. Of what a rule found, what follows is read before.
import { Button } from 'antd';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useApp } from '../../ui/use-app.ts';
import { useCompared, useOffWhileOlder } from './older.ts';

type Rejected = WireOutput<'match.reject'>;
const reasons = ['linked', 'gone'] as const;

interface PairProps {
  readonly job: number;
  readonly type: string;
  readonly object: string;
  readonly account: string;
}

/** Decides about the pair. Returns whether it was done: who is linked with it, or is not there, is left as it was, which is told. */
function usePart({ job, type, object, account }: PairProps) {
  const { t } = useWords();
  const { message } = useApp();
  const reject = useCommand('match.reject');
  const run = useCompared();
  const why = ({ left }: Rejected): string =>
    reasons
      .filter((reason) => left[reason] > 0)
      .map((reason) => t(`matching.apart.left.${reason}`))
      .join(' ');
  const part = async (done: string): Promise<boolean> => {
    try {
      const answer = await reject.mutateAsync({ job, type, run, pairs: [{ object, account }] });
      void (answer.rejected > 0 ? message.success(done, 6) : message.warning(why(answer), 8));
      return answer.rejected > 0;
    } catch (error) {
      void message.error((error as Error).message, 8);
      return false;
    }
  };
  return { part, isPending: reject.isPending };
}

/** Of a proposal, which is a guess: nothing else changes by it. */
export function RefuseProposal(pair: PairProps) {
  const { t } = useWords();
  const off = useOffWhileOlder();
  const may = useMay();
  const { part, isPending } = usePart(pair);
  if (!may('match.reject')) return null;
  return (
    <Button size="small" {...off} loading={isPending} onClick={() => void part(t('matching.rejectedDone'))}>
      {t('matching.reject')}
    </Button>
  );
}

interface FoundProps extends PairProps {
  readonly says: string;
  /** As both are told apart. */
  readonly who: string;
  readonly what: string;
  /** Others whom the rules lead to it. */
  readonly others?: boolean;
}

/** Of what a rule found: they get an account of their own instead, where the job makes one. It is compared anew. */
export function KeepApart({ says, who, what, others = false, ...pair }: FoundProps) {
  const { t } = useWords();
  const { modal, message } = useApp();
  const off = useOffWhileOlder();
  const may = useMay();
  const { part, isPending } = usePart(pair);
  const compare = useCommand('match.start');
  if (!may('match.reject')) return null;
  const decide = async (): Promise<void> => {
    if ((await part(t('matching.apart.done'))) && may('match.start'))
      compare.mutate({ job: pair.job }, { onError: (error) => void message.error(error.message, 8) });
  };
  const ask = (): void =>
    void modal.confirm({
      title: t('matching.apart.ask', { who, account: what }),
      content: (
        <>
          <p>{t('matching.apart.means')}</p>
          {others && <p>{t('matching.apart.others')}</p>}
          <p>{t('matching.apart.unique')}</p>
        </>
      ),
      okText: t('matching.reject'),
      cancelText: t('app.cancel'),
      onOk: decide,
    });
  return (
    <Button size="small" {...off} loading={isPending} onClick={ask}>
      {says}
    </Button>
  );
}
