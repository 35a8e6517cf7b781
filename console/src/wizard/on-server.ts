// What is entered in the wizard is kept on the server, too, as soon as it has a connection: another browser, or a colleague, can go on with it.
import { useEffect, useRef } from 'react';
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { ApiError } from '../api/client.ts';
import { useCommand } from '../api/hooks.ts';
import type { Values } from '../forms/setting.ts';
import { isPart } from '../parts/parts.ts';
import { useSettled } from '../ui/settled.ts';
import { newDraft, type Draft } from './draft.ts';

type OnServer = WireOutput<'draft.get'>;

export const partsOf = ({ connection, direction, description, settings }: Draft): Record<string, unknown> => ({
  ...settings,
  connection,
  direction,
  ...(description === '' ? {} : { description }),
});
/** The server is not asked for a draft that already is what it has. */
const contentOf = (draft: Draft): string => JSON.stringify([draft.name, partsOf(draft)]);

/** Only between the connection and the review: there the job is made, and what is chosen before has no system yet. */
const isKept = ({ connection, job, state, step, name }: Draft): boolean =>
  connection !== null && job === null && state === null && name !== '' && isPart(step);

/** @returns what went wrong with keeping it there; in this browser it is kept all the same */
export function useKeptOnServer(draft: Draft, change: (part: Partial<Draft>) => void): Error | null {
  const create = useCommand('draft.create');
  const save = useCommand('draft.save');
  const content = contentOf(draft);
  const settled = useSettled(content);
  const asked = useRef<string | null>(null);
  const kept = draft.onServer ?? null;
  const isDue = isKept(draft) && settled === content && kept?.as !== content && asked.current !== content;
  const { mutateAsync: begin } = create;
  const { mutateAsync: put } = save;
  useEffect(() => {
    if (!isDue) return;
    asked.current = content;
    const parts = partsOf(draft);
    const go = async (): Promise<void> => {
      const saved = kept
        ? await put({ draft: kept.number, name: draft.name, parts, revision: kept.revision })
        : await begin({ kind: 'job', name: draft.name, parts });
      change({ onServer: { number: saved.draft, revision: saved.revision, as: content } });
    };
    go().catch((error: unknown) => {
      // Somebody finished it or threw it away: here one goes on without.
      if (error instanceof ApiError && error.problem.status === 404) change({ onServer: null });
    });
  }, [isDue, content, draft, kept, begin, put, change]);
  return save.error ?? create.error;
}

/** As it is on the server, to go on with here. */
export function draftFrom(found: OnServer, connector: { readonly id: string; readonly name: string } | null, now: number): Draft {
  const { connection, direction, description, ...settings } = found.parts as Values;
  const begun = newDraft(direction === 'down' ? 'down' : 'up', now);
  const draft: Draft = {
    ...begun,
    way: 'custom',
    step: connector === null ? 'app' : 'scope',
    connector: connector?.id ?? null,
    connectorName: connector?.name ?? '',
    connection: connector === null ? null : String(connection),
    isExisting: connector !== null,
    isChecked: connector !== null,
    name: found.name,
    description: typeof description === 'string' ? description : '',
    settings,
  };
  return { ...draft, onServer: { number: found.draft, revision: found.revision, as: contentOf(draft) } };
}
