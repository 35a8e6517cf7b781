// The button that releases the brake: what piled up because of it is looked at first.
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';

const ReleaseDialog = lazy(async () => ({ default: (await import('./release-dialog.tsx')).ReleaseDialog }));

export interface BrakeScope {
  readonly job?: number;
  readonly connection?: string;
}

export function ReleaseBrake({ scope, size = 'middle' }: { readonly scope: BrakeScope; readonly size?: 'small' | 'middle' }) {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button size={size} onClick={() => setAsking(true)}>
        {t('more.brake.release')}
      </Button>
      {isAsking && (
        <Suspense>
          <ReleaseDialog {...scope} onEnd={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}
