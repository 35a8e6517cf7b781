// Whom the job is about: everything, or departments and people picked from the source; and whether who comes later belongs.
import { useState } from 'react';
import { Button, Input, Radio, Switch, Tag, Tree } from 'antd';
import { useAnswer } from '../api/hooks.ts';
import type { WireInput, WireOutput } from '../../../src/server/api/wire.ts';
import { SettingsForm } from '../forms/settings-form.tsx';
import type { Values } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import { Answered } from '../ui/answered.tsx';
import type { PartProps } from './part.ts';
import { toggled, type Chosen } from './scope.ts';
import styles from './scope-part.module.css';

type Scope = NonNullable<WireInput<'scope.preview'>['scope']>;
type Department = WireOutput<'scope.preview'>['departments'][number];

const nothing: Chosen = { include: [], exclude: [] };

export function ScopePart({ connector, connection, direction, settings, onChange }: PartProps) {
  const { t } = useWords();
  const scope = (settings.scope ?? {}) as Scope;
  const part = (settings.part ?? {}) as Values;
  const [isChosen, choose] = useState(scope.departments !== undefined || scope.people !== undefined);
  const set = (change: Partial<Scope>): void => onChange({ scope: { ...scope, ...change } });
  const answer = useAnswer('scope.preview', {
    connection,
    direction,
    scope,
    ...(settings.part === undefined ? {} : { part: settings.part }),
  });
  return (
    <div className={styles.scope}>
      {direction === 'up' || connector.part.length > 0 ? (
        <SettingsForm
          settings={connector.part}
          values={part}
          direction={direction}
          onChange={(name, value) => onChange({ part: { ...part, [name]: value === '' ? undefined : value } })}
        />
      ) : null}
      <Radio.Group
        aria-label={t('wizard.parts.scope.label')}
        value={isChosen}
        onChange={(event) => {
          const next = event.target.value as boolean;
          choose(next);
          if (!next) {
            const { departments: _d, people: _p, ...rest } = scope;
            onChange({ scope: rest });
          }
        }}
      >
        <Radio value={false}>{t('wizard.parts.scope.everything')}</Radio>
        <Radio value>{t('wizard.parts.scope.chosen')}</Radio>
      </Radio.Group>
      {isChosen && (
        <Answered of={answer}>
          {({ departments }) => (
            <div className={styles.panels}>
              <Departments
                departments={departments}
                chosen={(scope.departments ?? nothing) as Chosen}
                onChange={(next) => set({ departments: { ...scope.departments, ...next } as Scope['departments'] })}
              />
              <People
                connection={connection}
                direction={direction}
                chosen={(scope.people ?? nothing) as Chosen}
                onChange={(next) => set({ people: next as Scope['people'] })}
              />
            </div>
          )}
        </Answered>
      )}
      {(['newMembers', 'newDepartments'] as const).map((name) => (
        <label key={name} className={styles.switch}>
          <Switch
            checked={scope[name] !== false}
            onChange={(is) => set({ [name]: is ? undefined : false })}
            aria-label={t(`wizard.parts.scope.${name}`)}
          />
          <span>{t(`wizard.parts.scope.${name}`)}</span>
        </label>
      ))}
    </div>
  );
}

interface Node {
  readonly key: string;
  readonly title: string;
  readonly children: Node[];
}

function treeOf(departments: readonly Department[]): Node[] {
  const nodes = new Map(departments.map((one) => [one.id, { key: one.id, title: one.name, children: [] as Node[] }]));
  const roots: Node[] = [];
  for (const one of departments) ((one.parent === null ? undefined : nodes.get(one.parent))?.children ?? roots).push(nodes.get(one.id)!);
  return roots;
}

function Departments({
  departments,
  chosen,
  onChange,
}: {
  readonly departments: readonly Department[];
  readonly chosen: Chosen;
  readonly onChange: (chosen: Chosen) => void;
}) {
  const { t } = useWords();
  const [search, setSearch] = useState('');
  const nameOf = (id: string): string => departments.find((one) => one.id === id)?.name ?? t('wizard.parts.scope.goneDepartment');
  const words = search.trim().toLowerCase();
  const tree =
    words === ''
      ? treeOf(departments)
      : departments.filter((one) => one.name.toLowerCase().includes(words)).map((one) => ({ key: one.id, title: one.name, children: [] }));
  const of = (state: Department['ticked']): string[] => departments.filter((one) => one.ticked === state).map((one) => one.id);
  const all = of('all');
  return (
    <>
      <section className={styles.panel} aria-label={t('wizard.parts.scope.tree')}>
        <h3>{t('wizard.parts.scope.tree')}</h3>
        <Input
          allowClear
          aria-label={t('wizard.parts.scope.searchDepartment')}
          placeholder={t('wizard.parts.scope.searchDepartment')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Tree
          checkable
          checkStrictly
          selectable={false}
          height={320}
          defaultExpandAll={departments.length < 60}
          treeData={tree}
          checkedKeys={{ checked: all, halfChecked: of('half') }}
          onCheck={(_keys, { node }) => onChange(toggled(departments, chosen, node.key))}
        />
        <p className="soft">{t('wizard.parts.scope.count', { chosen: all.length, of: departments.length })}</p>
      </section>
      <section className={styles.panel} aria-label={t('wizard.parts.scope.departments')}>
        <h3>{t('wizard.parts.scope.departments')}</h3>
        {chosen.include.length + chosen.exclude.length === 0 && <p className="soft">{t('wizard.parts.scope.noneChosen')}</p>}
        <ChosenTags chosen={chosen} nameOf={nameOf} onChange={onChange} />
      </section>
    </>
  );
}

function People({
  connection,
  direction,
  chosen,
  onChange,
}: Pick<PartProps, 'connection' | 'direction'> & { readonly chosen: Chosen; readonly onChange: (chosen: Chosen) => void }) {
  const { t } = useWords();
  const [search, setSearch] = useState('');
  const found = useAnswer('mapping.preview', { connection, direction, rows: [], search }, { enabled: search.trim().length > 0 });
  const known = useAnswer(
    'mapping.preview',
    { connection, direction, rows: [], records: [...chosen.include, ...chosen.exclude].slice(0, 5) },
    { enabled: chosen.include.length + chosen.exclude.length > 0 },
  );
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const nameOf = (id: string): string => names[id] ?? known.data?.records.find((one) => one.id === id)?.title ?? id;
  const add = (id: string, name: string, how: 'include' | 'exclude'): void => {
    setNames({ ...names, [id]: name });
    const rest = { include: chosen.include.filter((one) => one !== id), exclude: chosen.exclude.filter((one) => one !== id) };
    onChange({ ...rest, [how]: [...rest[how], id] });
  };
  return (
    <section className={styles.panel} aria-label={t('wizard.parts.scope.people')}>
      <h3>{t('wizard.parts.scope.people')}</h3>
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
              <Button size="small" onClick={() => add(one.id, one.title, 'include')}>
                {t('wizard.parts.scope.add')}
              </Button>
              <Button size="small" type="text" onClick={() => add(one.id, one.title, 'exclude')}>
                {t('wizard.parts.scope.leaveOut')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <ChosenTags chosen={chosen} nameOf={nameOf} onChange={onChange} />
    </section>
  );
}

interface ChosenTagsProps {
  readonly chosen: Chosen;
  readonly nameOf: (id: string) => string;
  readonly onChange: (chosen: Chosen) => void;
}

/** What was chosen, each to be taken out again. */
function ChosenTags({ chosen, nameOf, onChange }: ChosenTagsProps) {
  const { t } = useWords();
  const without = (side: 'include' | 'exclude', id: string): void =>
    onChange({ ...chosen, [side]: chosen[side].filter((one) => one !== id) });
  return (
    <div className={styles.tags}>
      {chosen.include.map((id) => (
        <Tag key={id} closable color="success" onClose={() => without('include', id)}>
          {nameOf(id)}
        </Tag>
      ))}
      {chosen.exclude.map((id) => (
        <Tag key={id} closable color="error" onClose={() => without('exclude', id)}>
          {t('wizard.parts.scope.without', { name: nameOf(id) })}
        </Tag>
      ))}
    </div>
  );
}
