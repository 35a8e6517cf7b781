// Choosing a department or a person by typing what one knows of them.
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';

interface PickerProps {
  readonly type: 'person' | 'department';
  readonly label: string;
  /** What is chosen now, as people call it. */
  readonly now?: string;
  readonly onPick: (id: string | null) => void;
}

export function ObjectPicker({ type, label, now, onPick }: PickerProps) {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const text = useDeferredValue(typed.trim());
  const found = useAnswer('directory.search', { text: text || '-', type, limit: 20 }, { enabled: text !== '' });
  const options = (text === '' ? [] : (found.data?.hits ?? [])).map((hit) => ({
    value: hit.id,
    label: [hit.title, hit.number, hit.path.map((step) => step.name).join(' / ')].filter(Boolean).join(' · '),
  }));
  return (
    <Select
      showSearch
      allowClear
      aria-label={label}
      placeholder={now ?? t('edit.typeToFind')}
      filterOption={false}
      onSearch={setTyped}
      options={options}
      notFoundContent={text === '' ? t('edit.typeToFind') : found.isFetching ? t('edit.searching') : t('edit.nothing')}
      onChange={(id?: string) => onPick(id ?? null)}
    />
  );
}
