// The address that a vendor calls with events: to copy, and whether the vendor has verified it and sent anything.
import { Alert } from 'antd';
import { useAnswer, useMe } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { Sign } from '../../ui/sign.tsx';
import { When } from '../../ui/when.tsx';
import { unreachable } from './reach.ts';
import styles from './connections.module.css';

/** So soon somebody who has just entered it at the vendor sees that it works. */
const LOOK_MS = 3_000;

interface CallbackProps {
  readonly connection: string;
  /** false: it is not saved yet, and this is the name that it will have. */
  readonly isSaved?: boolean;
}

export function Callback({ connection, isSaved = true }: CallbackProps) {
  const { t } = useWords();
  const address = useMe()?.publicUrl ?? globalThis.location.origin;
  const why = unreachable(address);
  const { data } = useAnswer('connection.get', { connection }, { everyMs: LOOK_MS, enabled: isSaved });
  return (
    <>
      <CopyText text={`${address}/events/${connection}`} />
      {why && (
        <Alert
          className={styles.unreached!}
          type="warning"
          showIcon
          title={t(`connections.reach.${why}`)}
          description={t('connections.reach.explain')}
        />
      )}
      {isSaved && data && <Calls {...data.events} />}
    </>
  );
}

interface CallsProps {
  readonly verifiedAt: number | null;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
}

function Calls({ verifiedAt, firstAt, lastAt }: CallsProps) {
  const { t } = useWords();
  const isKnown = verifiedAt !== null || firstAt !== null;
  return (
    <p className={styles.calls} aria-live="polite">
      <Sign tone={isKnown ? 'good' : 'still'}>
        {t(isKnown ? 'connections.verified' : 'connections.notVerified')} {verifiedAt !== null && <When at={verifiedAt} />}
      </Sign>
      <Sign tone={firstAt === null ? 'still' : 'good'}>
        {t(firstAt === null ? 'connections.noEvent' : 'connections.firstEvent')} {firstAt !== null && <When at={firstAt} />}
        {lastAt !== null && lastAt !== firstAt && (
          <>
            {' · '}
            {t('connections.lastEvent')} <When at={lastAt} />
          </>
        )}
      </Sign>
    </p>
  );
}
