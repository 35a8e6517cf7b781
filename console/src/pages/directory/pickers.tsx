// Choosing a department or a person by typing what one knows of them.
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';

type Type = 'person' | 'department' | 'group';

interface PickerProps {
  readonly type: Type;
  readonly label: string;
  /** What is chosen now, as people call it. */
  readonly now?: string;
  /** What was chosen cannot be; beside the field it is said why. */
  readonly isWrong?: boolean;
  readonly onPick: (id: string | null) => void;
}

export interface Named {
  readonly id: string;
  readonly name: string;
  /** Left out: a person. */
  readonly type?: string;
}

function useFound(type: Type) {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const text = useDeferredValue(typed.trim());
  const found = useAnswer('directory.search', { text: text || '-', type, limit: 20 }, { enabled: text !== '' });
  const hits = text === '' ? [] : (found.data?.hits ?? []);
  return {
    hits,
    setTyped,
    options: hits.map((hit) => ({
      value: hit.id,
      label: [hit.title, hit.number, hit.path.map((step) => step.name).join(' / ')].filter(Boolean).join(' · '),
    })),
    nothing: text === '' ? t('edit.typeToFind') : found.isFetching ? t('edit.searching') : t('edit.nothing'),
  };
}

export function ObjectPicker({ type, label, now, isWrong = false, onPick }: PickerProps) {
  const { t } = useWords();
  const { options, nothing, setTyped } = useFound(type);
  return (
    <Select
      showSearch
      allowClear={{ label: t('app.clear') }}
      status={isWrong ? 'error' : ''}
      aria-label={label}
      placeholder={now ?? t('edit.typeToFind')}
      filterOption={false}
      onSearch={setTyped}
      options={options}
      notFoundContent={nothing}
      onChange={(id?: string) => onPick(id ?? null)}
    />
  );
}

/** Several, one after the other: what was picked is handed on with its name, and the field is empty again. */
export function NamedPicker({
  type,
  label,
  onPick,
}: {
  readonly type: Type;
  readonly label: string;
  readonly onPick: (one: Named) => void;
}) {
  const { t } = useWords();
  const { hits, options, nothing, setTyped } = useFound(type);
  return (
    <Select<string | null>
      showSearch
      value={null}
      aria-label={label}
      placeholder={t('edit.typeToFind')}
      filterOption={false}
      onSearch={setTyped}
      options={options}
      notFoundContent={nothing}
      onChange={(id) => {
        const hit = hits.find((one) => one.id === id);
        if (hit) onPick({ id: hit.id, name: hit.title });
      }}
    />
  );
}
