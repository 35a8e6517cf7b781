// Says on every page that the brake is on, by whom and why, and lets it be released.
import { StopOutlined } from '@ant-design/icons';
import { useMay } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import { ReleaseBrake, type BrakeScope } from '../ui/release-brake.tsx';
import { When } from '../ui/when.tsx';
import styles from './brake.module.css';
import type { BrakeView } from './brake.tsx';

/** `all`, `job:3` or `connection:hr` as the API takes it. */
function scopeInput(scope: string): BrakeScope {
  const [kind, ...rest] = scope.split(':');
  if (kind === 'job') return { job: Number(rest[0]) };
  return kind === 'connection' ? { connection: rest.join(':') } : {};
}

export function BrakeBanner({ brakes }: { readonly brakes: readonly BrakeView[] }) {
  const { t, say } = useWords();
  const may = useMay();
  return brakes.map((brake) => (
    <div key={brake.scope} className={styles.banner} role="status">
      <StopOutlined aria-hidden />
      <div>
        <b>{t('more.brake.banner', { scope: say(brake.scopeName) })}</b>{' '}
        <span>
          {brake.by}, <When at={brake.since} />: {brake.reason}
        </span>
      </div>
      {may('brake.release') && <ReleaseBrake scope={scopeInput(brake.scope)} size="small" />}
    </div>
  ));
}
