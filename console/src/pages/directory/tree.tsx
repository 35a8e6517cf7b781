// The departments as a tree: levels come when they are opened, only rows that are seen are drawn, arrow keys go through it.
import { CaretRightOutlined } from '@ant-design/icons';
import { useQueries } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import { useState, type KeyboardEvent } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { call } from '../../api/client.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useSeenRows } from '../../ui/seen-rows.ts';
import { Trouble } from '../../ui/trouble.tsx';
import styles from './tree.module.css';

type Department = WireOutput<'directory.tree'>['departments'][number];

interface Row {
  readonly department: Department;
  readonly level: number;
  readonly parent: string | null;
  readonly place: number;
  readonly siblings: number;
}

const ROW = 34;
const FRESH_MS = 30_000;

interface TreeProps {
  readonly chosen: string | null;
  /** Opened at first: the way down to what is chosen. */
  readonly way: readonly string[];
  /** Of this one alone; null: of all trees. */
  readonly tree: string | null;
  readonly onChoose: (id: string | null) => void;
}

export function DepartmentTree({ chosen, way, tree, onChoose }: TreeProps) {
  const { t, language } = useWords();
  const within = tree === null ? {} : { tree };
  const top = useAnswer('directory.tree', within);
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [at, setAt] = useState<string | null>(null);
  const only = top.data?.departments.length === 1 ? top.data.departments[0]!.id : null;
  const isOpen = (id: string): boolean => toggled.get(id) ?? (id === only || way.slice(0, -1).includes(id));
  const open = [...new Set([...way.slice(0, -1), ...(only ? [only] : []), ...toggled.keys()])].filter(isOpen);
  const levels = useQueries({
    queries: open.map((under) => ({
      queryKey: ['directory.tree', { under, ...within }],
      queryFn: ({ signal }: { signal: AbortSignal }) => call('directory.tree', { under, ...within }, signal),
      staleTime: FRESH_MS,
    })),
  });
  const below = new Map(open.map((id, index) => [id, levels[index]?.data?.departments]));

  const rows: Row[] = [];
  const add = (departments: readonly Department[], level: number, parent: string | null): void =>
    departments.forEach((department, place) => {
      rows.push({ department, level, parent, place: place + 1, siblings: departments.length });
      if (isOpen(department.id)) add(below.get(department.id) ?? [], level + 1, department.id);
    });
  add(top.data?.departments ?? [], 1, null);

  const { box, first, end, show } = useSeenRows(rows.length, ROW);
  const here = Math.max(
    0,
    rows.findIndex((row) => row.department.id === (at ?? chosen)),
  );
  const go = (to: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, to))];
    if (!row) return;
    setAt(row.department.id);
    show(rows.indexOf(row));
  };
  const toggle = (id: string, wanted: boolean): void => setToggled((before) => new Map(before).set(id, wanted));

  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[here];
    if (!row) return;
    const { id, departments } = row.department;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(here + 1),
      ArrowUp: () => go(here - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => (departments > 0 && !isOpen(id) ? toggle(id, true) : go(here + 1)),
      ArrowLeft: () => (departments > 0 && isOpen(id) ? toggle(id, false) : go(rows.findIndex((one) => one.department.id === row.parent))),
      Enter: () => onChoose(id),
      ' ': () => onChoose(id),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  if (top.error) return <Trouble error={top.error} onRetry={() => void top.refetch()} />;
  return (
    <div className={styles.frame}>
      <Button
        type="text"
        className={`${styles.all} ${chosen === null ? styles.chosen : ''}`}
        aria-pressed={chosen === null}
        onClick={() => onChoose(null)}
      >
        {t(tree === null ? 'directory.everybody' : 'directory.tree.everybody')}
      </Button>
      {top.data === undefined && <Skeleton active title={false} paragraph={{ rows: 6 }} style={{ padding: 12 }} />}
      {top.data?.departments.length === 0 && <p className={styles.none}>{t('directory.noDepartments')}</p>}
      <div
        ref={box}
        hidden={top.data === undefined}
        role="tree"
        tabIndex={0}
        className={styles.tree}
        aria-label={t('directory.departments')}
        aria-activedescendant={rows[here] ? `department-${rows[here].department.id}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" style={{ height: first * ROW }} />
        {rows.slice(first, end).map(({ department, level, place, siblings }, index) => {
          const { id, name, departments, people } = department;
          return (
            <div
              key={id}
              id={`department-${id}`}
              role="treeitem"
              aria-level={level}
              aria-posinset={place}
              aria-setsize={siblings}
              aria-selected={id === chosen}
              {...(departments > 0 ? { 'aria-expanded': isOpen(id) } : {})}
              className={`${styles.row} ${id === chosen ? styles.chosen : ''} ${first + index === here ? styles.at : ''}`}
              style={{ paddingInlineStart: 6 + (level - 1) * 16 }}
              onClick={() => {
                setAt(id);
                onChoose(id);
              }}
            >
              <span
                aria-hidden
                className={`${styles.caret} ${isOpen(id) ? styles.open : ''}`}
                onClick={(event) => {
                  if (departments === 0) return;
                  event.stopPropagation();
                  setAt(id);
                  toggle(id, !isOpen(id));
                }}
              >
                {departments > 0 && <CaretRightOutlined />}
              </span>
              <span className={styles.name} title={name}>
                {name}
              </span>
              <span className={styles.count}>{people.toLocaleString(language)}</span>
            </div>
          );
        })}
        <div role="presentation" style={{ height: Math.max(0, rows.length - end) * ROW }} />
      </div>
    </div>
  );
}
