// Follows runs while they go on: stage, done and total, until they end. All that a page follows travels on one connection, as a
// browser keeps only six to a server: with a stream for each, seven jobs that run would leave none for anything else.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { RunView, WireProgress } from '../../../src/server/api/wire.ts';
import { API } from './client.ts';

/** null: it has ended. */
type Listener = (progress: WireProgress | null) => void;

/** As the server takes them; whoever comes later waits for a place. */
const MOST_RUNS = 100;
const listeners = new Map<number, Set<Listener>>();
const last = new Map<number, WireProgress>();
let source: EventSource | null = null;
let followed = '';
let isDue = false;

/** `run`: null = nothing to follow. Answers what was told last. */
export function useProgress(run: number | null): WireProgress | null {
  const [progress, setProgress] = useState<WireProgress | null>(null);
  const client = useQueryClient();
  useEffect(() => {
    if (run === null) return undefined;
    return listen(run, (told) => {
      setProgress(told);
      if (told === null) void client.invalidateQueries();
    });
  }, [run, client]);
  return progress?.run === run ? progress : null;
}

function listen(run: number, listener: Listener): () => void {
  const known = listeners.get(run) ?? new Set();
  listeners.set(run, known.add(listener));
  const before = last.get(run);
  if (before) listener(before);
  reopenSoon();
  return () => {
    known.delete(listener);
    if (known.size === 0) listeners.delete(run);
    reopenSoon();
  };
}

/** Once for all that mount and unmount together. */
function reopenSoon(): void {
  if (isDue) return;
  isDue = true;
  setTimeout(() => {
    isDue = false;
    reopen();
  });
}

function reopen(): void {
  const runs = [...listeners.keys()].slice(0, MOST_RUNS).join(',');
  if (runs === followed) return;
  source?.close();
  source = null;
  for (const run of last.keys()) if (!listeners.has(run)) last.delete(run);
  followed = runs;
  if (runs === '') return;
  source = new EventSource(`${API}/runs/events?runs=${runs}`);
  source.addEventListener('progress', (event) => {
    const progress = JSON.parse((event as MessageEvent<string>).data) as WireProgress;
    tell(progress.run, progress);
  });
  source.addEventListener('state', (event) => {
    const { id, stage } = JSON.parse((event as MessageEvent<string>).data) as RunView;
    if (!last.has(id)) tell(id, { run: id, stage, done: 0, total: null });
  });
  source.addEventListener('end', (event) => ended((JSON.parse((event as MessageEvent<string>).data) as RunView).id));
}

function tell(run: number, progress: WireProgress): void {
  last.set(run, progress);
  for (const listener of listeners.get(run) ?? []) listener(progress);
}

function ended(run: number): void {
  last.delete(run);
  const waiting = listeners.get(run) ?? [];
  listeners.delete(run);
  for (const listener of waiting) listener(null);
  reopenSoon();
}
