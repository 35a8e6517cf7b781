// The word that decides about a pair: it is this one, or it is not; and why something was left as it was.
import { Button } from 'antd';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useApp } from '../../ui/use-app.ts';
import styles from './matching.module.css';
import { RefuseProposal } from './not-the-same.tsx';
import { useCompared, useOffWhileOlder } from './older.ts';

type Accepted = WireOutput<'match.accept'>;
const reasons = ['linked', 'gone', 'protected', 'changed'] as const;

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

/** Links the pair; `says`: how the button calls it, `asks`: what is confirmed before. */
export function Accept({ job, type, object, account, says, asks }: PairProps & { readonly says: string; readonly asks?: string }) {
  const { t } = useWords();
  const { modal, message } = useApp();
  const off = useOffWhileOlder();
  const may = useMay();
  const accept = useCommand('match.accept');
  const run = useCompared();
  const told = useAccepted();
  if (!may('match.accept')) return null;
  const link = (): Promise<void> =>
    accept.mutateAsync({ job, type, run, pairs: [{ object, account }] }).then(
      (answer) => void message[answer.linked > 0 ? 'info' : 'warning'](told(answer), 6),
      (error: Error) => void message.error(error.message, 8),
    );
  const ask = (title: string): void =>
    void modal.confirm({ title, content: t('matching.acceptBody'), okText: says, cancelText: t('app.cancel'), onOk: link });
  return (
    <Button
      size="small"
      type="primary"
      ghost
      {...off}
      loading={accept.isPending}
      onClick={() => (asks === undefined ? void link() : ask(asks))}
    >
      {says}
    </Button>
  );
}

/** Of a proposal: it is this one, or it is not. */
export function Deeds(pair: PairProps) {
  const { t } = useWords();
  return (
    <span className={styles.deeds}>
      <Accept {...pair} says={t('matching.accept')} />
      <RefuseProposal {...pair} />
    </span>
  );
}
