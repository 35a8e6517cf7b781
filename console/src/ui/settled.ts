// The value once nobody has changed it for a moment: the server is not asked for each letter.
import { useEffect, useState } from 'react';

const SETTLED_MS = 350;

export function useSettled<T>(value: T): T {
  const [settled, settle] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), SETTLED_MS);
    return () => clearTimeout(timer);
    // Compared by content: a new object with the same content is no change.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);
  return settled;
}
