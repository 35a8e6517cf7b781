// A process was killed in the middle of a run: what was written by then, what the next one wrote, and that nobody is there twice or missing.
import { Alert } from 'antd';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCounted } from '../../ui/counted.ts';

export type Survived = WireOutput<'sandbox.kill'>;

export function SandboxSurvived({ survived: { before, unnoted, afterwards, people, again, isUnharmed } }: { readonly survived: Survived }) {
  const { t } = useWords();
  const counted = useCounted();
  const says = {
    before: counted('person', before),
    unnoted: counted('person', unnoted),
    afterwards: counted('person', afterwards),
    people: counted('person', people),
    again,
  };
  return (
    <Alert
      type={isUnharmed ? 'success' : 'warning'}
      showIcon
      title={t(isUnharmed ? 'first.kill.unharmed' : 'first.kill.harmed', says)}
      description={t('first.kill.copy')}
    />
  );
}
