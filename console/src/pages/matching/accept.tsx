// The word that decides about a pair: it is this one, or it is not; and why something was left as it was.
import { App, Button } from 'antd';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import styles from './matching.module.css';

type Accepted = WireOutput<'match.accept'>;
const reasons = ['linked', 'gone', 'protected'] as const;

/** What was linked, and of the rest why not and what to do. */
export function useAccepted(): (answer: Accepted) => string {
  const { t, language } = useWords();
  return ({ linked, left }) =>
    [
      t('matching.accepted', { n: linked.toLocaleString(language) }),
      ...reasons
        .filter((reason) => left[reason] > 0)
        .map((reason) => t(`matching.left.${reason}`, { n: left[reason].toLocaleString(language) })),
    ].join(language === 'zh' ? '' : ' ');
}

interface PairProps {
  readonly job: number;
  readonly type: string;
  readonly object: string;
  readonly account: string;
}

/** Links the pair; `says`: how the button calls it. */
export function Accept({ job, type, object, account, says }: PairProps & { readonly says: string }) {
  const { message } = App.useApp();
  const may = useMay();
  const accept = useCommand('match.accept');
  const told = useAccepted();
  if (!may('match.accept')) return null;
  return (
    <Button
      size="small"
      type="primary"
      ghost
      loading={accept.isPending}
      onClick={() =>
        accept.mutate(
          { job, type, pairs: [{ object, account }] },
          {
            onSuccess: (answer) => void message[answer.linked > 0 ? 'info' : 'warning'](told(answer), 6),
            onError: (error) => void message.error(error.message, 8),
          },
        )
      }
    >
      {says}
    </Button>
  );
}

/** `isProposal`, which is refused for good; what a rule finds it goes on finding. */
export function Deeds({ isProposal = false, ...pair }: PairProps & { readonly isProposal?: boolean }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const may = useMay();
  const reject = useCommand('match.reject');
  const { job, type, object, account } = pair;
  if (!may('match.accept')) return null;
  return (
    <span className={styles.deeds}>
      <Accept {...pair} says={t('matching.accept')} />
      {isProposal && (
        <Button
          size="small"
          loading={reject.isPending}
          onClick={() =>
            reject.mutate(
              { job, type, pairs: [{ object, account }] },
              {
                onSuccess: () => void message.info(t('matching.rejectedDone')),
                onError: (error) => void message.error(error.message, 8),
              },
            )
          }
        >
          {t('matching.reject')}
        </Button>
      )}
    </span>
  );
}
