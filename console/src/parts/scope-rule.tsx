// Besides departments: only people of whom an expression holds. What is wrong with it is said as it is typed, and nothing wrong is taken.
import { Input } from 'antd';
import { useEffect, useState } from 'react';
import { useAnswer } from '../api/hooks.ts';
import { Field } from '../forms/settings-form.tsx';
import { useWords } from '../i18n/i18n.ts';
import { useSettled } from '../ui/settled.ts';
import { Trouble } from '../ui/trouble.tsx';
import type { PartProps } from './part.ts';

interface RuleProps extends Pick<PartProps, 'connection' | 'direction'> {
  /** As it is taken; null: none. */
  readonly rule: string | null;
  readonly onChange: (rule: string | null) => void;
  /** What is typed is not judged yet, or wrong. */
  readonly onDoubt: () => void;
}

const MOST = 2000;

export function ScopeRule({ connection, direction, rule, onChange, onDoubt }: RuleProps) {
  const { t, say } = useWords();
  const [typed, setTyped] = useState(rule ?? '');
  const wanted = typed.trim();
  const settled = useSettled(wanted);
  const isOpen = wanted !== (rule ?? '');
  const answer = useAnswer(
    'scope.preview',
    { connection, direction, scope: { rules: { person: settled } } },
    { enabled: settled !== '' && settled === wanted },
  );
  const problem = settled === wanted && wanted !== '' ? (answer.data?.problems[0]?.problem ?? null) : null;
  const isJudged = settled === wanted && answer.data !== undefined && problem === null;
  useEffect(() => {
    if (isOpen && isJudged) onChange(wanted);
    // What it calls is a new function each time; what it says is not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isOpen, isJudged, wanted]);
  const type = (text: string): void => {
    setTyped(text);
    const next = text.trim();
    if (next === '') onChange(null);
    else if (next !== (rule ?? '')) onDoubt();
  };
  return (
    <>
      <Field
        label={t('wizard.parts.scope.where')}
        help={t('wizard.parts.scope.whereHelp', { source: t(`wizard.parts.scope.source.${direction}`) })}
        wrong={problem && say(problem)}
      >
        {(id, describedBy) => (
          <Input.TextArea
            id={id}
            aria-describedby={describedBy}
            autoSize={{ minRows: 1, maxRows: 6 }}
            maxLength={MOST}
            spellCheck={false}
            status={problem ? 'error' : ''}
            placeholder={t('wizard.parts.scope.whereExample')}
            value={typed}
            onChange={(event) => type(event.target.value)}
          />
        )}
      </Field>
      {answer.error && <Trouble error={answer.error} />}
    </>
  );
}
