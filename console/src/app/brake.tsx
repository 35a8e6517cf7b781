// The brake in the header: puts it on with a reason. That it is on, and how it is released, is fetched when it is on.
import { StopOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../api/hooks.ts';
import { useWords, type Label } from '../i18n/i18n.ts';
import styles from './brake.module.css';

const BrakeDialog = lazy(async () => ({ default: (await import('./brake-dialog.tsx')).BrakeDialog }));

export interface BrakeView {
  readonly scope: string;
  readonly scopeName: Label;
  readonly since: number;
  readonly by: string;
  readonly reason: string;
}

export function Brake({ brakes }: { readonly brakes: readonly BrakeView[] }) {
  const may = useMay();
  return brakes.some((brake) => brake.scope === 'all') || !may('brake.hold') ? null : <HoldBrake />;
}

/** Goes when the brake is on, and its dialog with it: else that would stand there again once the brake is released. */
function HoldBrake() {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button className={styles.button} icon={<StopOutlined />} aria-label={t('app.brake.button')} onClick={() => setAsking(true)}>
        <span className={styles.word}>{t('app.brake.button')}</span>
      </Button>
      {isAsking && (
        <Suspense>
          <BrakeDialog onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}

const BrakeBanner = lazy(async () => ({ default: (await import('./brake-banner.tsx')).BrakeBanner }));

export function BrakesOn({ brakes }: { readonly brakes: readonly BrakeView[] }) {
  return (
    brakes.length > 0 && (
      <Suspense>
        <BrakeBanner brakes={brakes} />
      </Suspense>
    )
  );
}
