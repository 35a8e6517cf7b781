// A list of any length: only the rows on and around the screen exist, and the next page is fetched long before its rows are seen.
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import styles from './endless.module.css';

interface EndlessProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  /** Of every row, px. */
  readonly height: number;
  readonly keyOf: (row: T) => string | number;
  readonly head?: ReactNode;
  /** How many there are at the server; unknown = null. */
  readonly total?: number | null;
  readonly more?: { readonly has: boolean; readonly isLoading: boolean; readonly load: () => void };
  readonly loading?: ReactNode;
  readonly children: (row: T, index: number) => ReactNode;
}

/** Rows kept before and after those that are seen. */
const SPARE = 40;
/** Fewer rows than this below the screen: the next page is asked for. */
const AHEAD = 800;

export function Endless<T>({ label, rows, height, keyOf, head, total = null, more, loading, children }: EndlessProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState<readonly [first: number, last: number]>([0, SPARE * 2]);
  useLayoutEffect(() => {
    const look = (): void => {
      if (!box.current) return;
      const { top } = box.current.getBoundingClientRect();
      const first = Math.max(0, Math.floor(-top / height) - SPARE);
      const last = Math.max(0, Math.ceil((innerHeight - top) / height)) + SPARE;
      // A row more or less is not worth drawing anew.
      setSeen((before) => (Math.abs(before[0] - first) < SPARE / 4 && Math.abs(before[1] - last) < SPARE / 4 ? before : [first, last]));
    };
    look();
    // Whatever scrolls, the list moves with it.
    document.addEventListener('scroll', look, { capture: true, passive: true });
    addEventListener('resize', look);
    return () => {
      document.removeEventListener('scroll', look, { capture: true });
      removeEventListener('resize', look);
    };
  }, [height]);
  const last = Math.min(rows.length, seen[1]);
  const first = Math.min(seen[0], last);
  const wanted = more !== undefined && more.has && !more.isLoading && seen[1] + AHEAD > rows.length;
  const load = more?.load;
  useEffect(() => {
    if (wanted) load?.();
  }, [wanted, load]);
  return (
    <div role="table" aria-label={label} aria-rowcount={total ?? (more?.has ? -1 : rows.length)} className={styles.list}>
      {head && (
        <div role="rowgroup" className={styles.head}>
          {head}
        </div>
      )}
      <div role="rowgroup" ref={box} className={styles.body} style={{ height: rows.length * height }}>
        {rows.slice(first, last).map((row, index) => (
          <div
            key={keyOf(row)}
            role="row"
            aria-rowindex={first + index + 1}
            className={styles.row}
            style={{ height, transform: `translateY(${(first + index) * height}px)` }}
          >
            {children(row, first + index)}
          </div>
        ))}
      </div>
      {more?.has && <div className={styles.more}>{loading}</div>}
    </div>
  );
}
