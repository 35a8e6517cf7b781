// Which rows of a long list are seen: only those are drawn, however many there are.
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

/** Rows drawn above and below those that are seen. */
const SPARE = 8;

interface Seen {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly first: number;
  /** Behind the last row to draw. */
  readonly end: number;
  /** Scrolls so that this row is seen. */
  readonly show: (row: number) => void;
}

/** Of rows of one height in px, in a box that scrolls. */
export function useSeenRows(count: number, height: number): Seen {
  const box = useRef<HTMLDivElement>(null);
  const [window, setWindow] = useState({ top: 0, height: 900 });
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look = (): void => setWindow({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  const show = useCallback(
    (row: number) => {
      const element = box.current;
      if (!element) return;
      const top = row * height;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + height > element.scrollTop + element.clientHeight) element.scrollTop = top + height - element.clientHeight;
    },
    [height],
  );
  return {
    box,
    first: Math.max(0, Math.floor(window.top / height) - SPARE),
    end: Math.min(count, Math.ceil((window.top + window.height) / height) + SPARE),
    show,
  };
}
