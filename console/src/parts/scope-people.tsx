// People of a source, found by name: taken in or left out one by one, whatever their departments say.
import { useState } from 'react';
import { Button, Input } from 'antd';
import { useAnswer } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { useSettled } from '../ui/settled.ts';
import { Trouble } from '../ui/trouble.tsx';
import type { PartProps } from './part.ts';
import type { Chosen, Mode } from './scope.ts';
import type { Along } from './scope-count.tsx';
import { Named } from './scope-named.tsx';
import styles from './scope-part.module.css';

interface PeopleProps extends Required<Pick<PartProps, 'connection' | 'direction' | 'names'>> {
  readonly mode: Mode;
  readonly chosen: Chosen;
  /** Who comes with the chosen departments; missing: nobody knows, or nobody does. */
  readonly along?: Along | undefined;
  readonly onChange: (chosen: Chosen) => void;
}

export function ScopePeople({ connection, direction, mode, chosen, names: saved, along, onChange }: PeopleProps) {
  const { t, language } = useWords();
  const [search, setSearch] = useState('');
  const wanted = useSettled(search.trim());
  const found = useAnswer('mapping.preview', { connection, direction, rows: [], search: wanted }, { enabled: wanted !== '' });
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const unnamed = [...chosen.include, ...chosen.exclude].filter((id) => !(id in names || id in saved)).slice(0, 5);
  const known = useAnswer('mapping.preview', { connection, direction, rows: [], records: unnamed }, { enabled: unnamed.length > 0 });
  const nameOf = (id: string): string => names[id] ?? saved[id] ?? known.data?.records.find((one) => one.id === id)?.title ?? id;
  const without = (id: string): Chosen => ({
    include: chosen.include.filter((one) => one !== id),
    exclude: chosen.exclude.filter((one) => one !== id),
  });
  const add = (id: string, name: string, how: 'include' | 'exclude'): void => {
    setNames({ ...names, [id]: name });
    const rest = without(id);
    onChange({ ...rest, [how]: [...rest[how], id] });
  };
  const remove = (id: string): void => onChange(without(id));
  return (
    <section className={styles.panel} aria-label={t('wizard.parts.scope.people')}>
      <h3>{t('wizard.parts.scope.people')}</h3>
      {along && along.count > 0 && (
        <p className="soft">
          {t(along.count > along.examples.length ? 'wizard.parts.scope.alongMore' : 'wizard.parts.scope.alongAll', {
            names: along.examples.map((one) => one.title).join(language === 'zh' ? '、' : ', '),
            more: along.count - along.examples.length,
          })}
        </p>
      )}
      <Input
        allowClear
        aria-label={t('wizard.parts.scope.searchPerson')}
        placeholder={t('wizard.parts.scope.searchPerson')}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      {search.trim() !== '' && (
        <ul className={styles.found}>
          {(found.data?.records ?? []).map((one) => (
            <li key={one.id}>
              <span>{one.title}</span>
              {/* Where everybody else belongs, naming one would make all others stay out. */}
              {mode === 'only' && (
                <Button size="small" onClick={() => add(one.id, one.title, 'include')}>
                  {t('wizard.parts.scope.add')}
                </Button>
              )}
              <Button size="small" type="text" onClick={() => add(one.id, one.title, 'exclude')}>
                {t('wizard.parts.scope.leaveOut')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {found.data?.records.length === 0 && search.trim() !== '' && (
        <p className="soft">
          {found.data.lookedThrough === null
            ? t('wizard.parts.scope.nobodyFound')
            : t('wizard.parts.scope.nobodyAmong', { count: found.data.lookedThrough })}
        </p>
      )}
      {found.error && <Trouble error={found.error} />}
      <Named ids={chosen.include} how="in" nameOf={nameOf} onRemove={remove} />
      {chosen.exclude.length > 0 && <h4>{t('wizard.parts.scope.excluded')}</h4>}
      <Named ids={chosen.exclude} how="out" nameOf={nameOf} onRemove={remove} />
    </section>
  );
}
