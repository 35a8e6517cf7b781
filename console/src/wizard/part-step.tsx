// A part of the job as a step of the wizard.
import { useState } from 'react';
import { Button } from 'antd';
import { useAnswer } from '../api/hooks.ts';
import { parts } from '../parts/parts.ts';
import type { PartId } from '../parts/part.ts';
import { useWords } from '../i18n/i18n.ts';
import { Answered } from '../ui/answered.tsx';
import { CompareThere } from './compare-there.tsx';
import { Foot } from './foot.tsx';
import type { StepProps } from './wizard-page.tsx';

export function PartStep({ part, draft, change, onNext, onBack }: StepProps & { readonly part: PartId }) {
  const { t } = useWords();
  const connectors = useAnswer('connector.list', {});
  // Asked here, so that a part stands as a whole at once.
  const schema = useAnswer('schema.get', {});
  const [isWhole, setWhole] = useState(true);
  const Part = parts[part];
  const toPlan = (): void => {
    change({ step: 'review' });
    globalThis.scrollTo({ top: 0 });
  };
  return (
    <>
      <Answered of={schema.isPending ? { ...connectors, data: undefined } : connectors} rows={8}>
        {({ connectors: known }) => (
          <Part
            connector={known.find((one) => one.id === draft.connector)!}
            connection={draft.connection!}
            direction={draft.direction}
            settings={draft.settings}
            onChange={(settings, whole = true) => {
              setWhole(whole);
              change({ settings: { ...draft.settings, ...settings } });
            }}
          />
        )}
      </Answered>
      {part === 'matching' && draft.direction === 'down' && schema.data && <CompareThere draft={draft} change={change} />}
      <Foot onBack={onBack} onNext={onNext} disabled={!isWhole}>
        {/* Whoever came from the plan to change one thing. */}
        {draft.planned !== null && (
          <Button disabled={!isWhole} onClick={toPlan}>
            {t('wizard.there.toPlan')}
          </Button>
        )}
      </Foot>
    </>
  );
}
