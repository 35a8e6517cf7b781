// Follows a run while it goes on: stage, done and total, until it ends.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { RunView, WireProgress } from '../../../src/server/api/wire.ts';
import { API } from './client.ts';

/** `run`: null = nothing to follow. Answers what was told last. */
export function useProgress(run: number | null): WireProgress | null {
  const [progress, setProgress] = useState<WireProgress | null>(null);
  const client = useQueryClient();
  useEffect(() => {
    if (run === null) return undefined;
    const source = new EventSource(`${API}/runs/${run}/events`);
    source.addEventListener('progress', (event) => setProgress(JSON.parse((event as MessageEvent<string>).data) as WireProgress));
    source.addEventListener('state', (event) => {
      const view = JSON.parse((event as MessageEvent<string>).data) as RunView;
      setProgress((before) => before ?? { run, stage: view.stage, done: 0, total: null });
    });
    source.addEventListener('end', () => {
      source.close();
      setProgress(null);
      void client.invalidateQueries();
    });
    return () => source.close();
  }, [run, client]);
  return progress?.run === run ? progress : null;
}
