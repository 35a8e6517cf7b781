// The departments of a source to tick, and beside the tree what that takes in and leaves out.
import { useState } from 'react';
import { Button, Input, Switch, Tree } from 'antd';
import type { Direction } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import { allTicked, belowTurned, nothing, ticksOf, toggled, unnamed, type Chosen, type Department, type Mode } from './scope.ts';
import { Named } from './scope-named.tsx';
import styles from './scope-part.module.css';

/** More than these are opened one by one. */
const OPENED = 60;

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

interface DepartmentsProps {
  readonly departments: readonly Department[];
  readonly mode: Mode;
  readonly chosen: Chosen;
  readonly onChange: (picked: { readonly mode: Mode; readonly chosen: Chosen }) => void;
}

export function ScopeDepartments({ direction, departments, mode, chosen, onChange }: DepartmentsProps & { readonly direction: Direction }) {
  const { t } = useWords();
  const [search, setSearch] = useState('');
  const words = search.trim().toLowerCase();
  const tree =
    words === ''
      ? treeOf(departments)
      : departments.filter((one) => one.name.toLowerCase().includes(words)).map((one) => ({ key: one.id, title: one.name, children: [] }));
  const ticks = ticksOf(departments, chosen, mode);
  const of = (state: 'half' | 'all'): string[] => departments.filter((one) => ticks.get(one.id) === state).map((one) => one.id);
  const all = of('all');
  const half = of('half');
  const out = departments.length - all.length - half.length;
  const title = t('wizard.parts.scope.tree', { source: t(`wizard.parts.scope.source.${direction}`) });
  const holding = new Set(departments.map((one) => one.parent));
  /** Of a list: what is named and has something below it can be meant without itself. */
  const canTurn = (id: string): boolean =>
    mode === 'only' && holding.has(id) && (chosen.include.includes(id) || (chosen.onlyBelow?.includes(id) ?? false));
  return (
    <section className={`${styles.panel} ${styles.tree}`} aria-label={title}>
      <h3>
        {title}
        <span className={styles.ways}>
          <Button
            size="small"
            disabled={all.length === departments.length}
            onClick={() => onChange({ mode, chosen: allTicked(departments, mode) })}
          >
            {t('wizard.parts.scope.all')}
          </Button>
          <Button size="small" disabled={all.length === 0} onClick={() => onChange({ mode: 'only', chosen: nothing })}>
            {t('wizard.parts.scope.clear')}
          </Button>
        </span>
      </h3>
      <Input
        allowClear
        aria-label={t('wizard.parts.scope.searchDepartment')}
        placeholder={t('wizard.parts.scope.searchDepartment')}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <Tree
        aria-label={title}
        checkable
        checkStrictly
        selectable={false}
        height={320}
        defaultExpandAll={departments.length < OPENED}
        treeData={tree}
        checkedKeys={{ checked: all, halfChecked: half }}
        titleRender={({ key, title }) => (
          <>
            {title}
            {canTurn(key) && (
              <Button
                size="small"
                type={chosen.onlyBelow?.includes(key) ? 'primary' : 'default'}
                className={styles.below!}
                aria-pressed={chosen.onlyBelow?.includes(key) ?? false}
                aria-label={t('wizard.parts.scope.onlyBelowOf', { name: title })}
                // The keys of the tree are for its rows.
                onKeyDown={(event) => event.stopPropagation()}
                onClick={(event) => {
                  event.stopPropagation();
                  onChange(belowTurned(departments, { mode, chosen }, key));
                }}
              >
                {t('wizard.parts.scope.withoutItself')}
              </Button>
            )}
          </>
        )}
        onCheck={(_keys, { node }) => onChange(toggled(departments, { mode, chosen }, node.key))}
      />
      <p className="soft">
        {[
          t('wizard.parts.scope.count', { chosen: all.length, of: departments.length }),
          ...(half.length > 0 ? [t('wizard.parts.scope.countHalf', { count: half.length })] : []),
          ...(out > 0 ? [t('wizard.parts.scope.countOut', { count: out })] : []),
        ].join(t('wizard.parts.scope.countComma'))}
      </p>
    </section>
  );
}

/** What the ticks mean in words: what is in, and below it what is out. */
export function ChosenDepartments({
  departments,
  mode,
  chosen,
  hasPeople,
  onChange,
}: DepartmentsProps & {
  /** People were chosen one by one. */
  readonly hasPeople: boolean;
}) {
  const { t } = useWords();
  const nameOf = (id: string): string => departments.find((one) => one.id === id)?.name ?? t('wizard.parts.scope.goneDepartment');
  const remove = (id: string): void => onChange(unnamed(departments, { mode, chosen }, id));
  const below = chosen.onlyBelow ?? [];
  const isEmpty = chosen.include.length + below.length === 0;
  return (
    <section className={styles.panel} aria-label={t('wizard.parts.scope.departments')}>
      <h3>{t('wizard.parts.scope.departments')}</h3>
      <h4>{t('wizard.parts.scope.included')}</h4>
      {mode === 'except' ? (
        <p>{t('wizard.parts.scope.allButThese')}</p>
      ) : isEmpty ? (
        <p className="soft">{t(hasPeople ? 'wizard.parts.scope.peopleOnly' : 'wizard.parts.scope.noneChosen')}</p>
      ) : (
        <>
          <Named ids={chosen.include} how="in" nameOf={nameOf} onRemove={remove} />
          <Named ids={below} how="in" nameOf={(id) => t('wizard.parts.scope.onlyBelow', { name: nameOf(id) })} onRemove={remove} />
          {chosen.include.length > 0 && (
            <label className={styles.switch}>
              <Switch
                size="small"
                checked={chosen.below !== false}
                onChange={(is) => {
                  const { below: _, ...rest } = chosen;
                  onChange({ mode, chosen: is ? rest : { ...rest, below: false } });
                }}
                aria-label={t('wizard.parts.scope.withBelow')}
              />
              <span className="soft">{t(chosen.below === false ? 'wizard.parts.scope.withoutBelow' : 'wizard.parts.scope.withBelow')}</span>
            </label>
          )}
        </>
      )}
      {chosen.exclude.length > 0 && (
        <>
          <h4>{t('wizard.parts.scope.excluded')}</h4>
          <Named ids={chosen.exclude} how="out" nameOf={nameOf} onRemove={remove} />
        </>
      )}
    </section>
  );
}
