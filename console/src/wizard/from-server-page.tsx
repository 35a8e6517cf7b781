// #/new/from/:number: a draft of the server is gone on with in this browser, as whoever saved it last left it.
import { useEffect } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { useAnswer } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { AnsweredPage } from '../ui/answered-page.tsx';
import { ForRole } from '../ui/for-role.tsx';
import { forgetDraft, keepDraft, unfinishedDrafts } from './draft.ts';
import { draftFrom } from './on-server.ts';

export function FromServerPage() {
  return (
    <ForRole needs="job.create">
      <Found />
    </ForRole>
  );
}

function Found() {
  const found = useAnswer('draft.get', { draft: Number(useParams().number) }, { anew: true });
  const connections = useAnswer('connection.list', {});
  const connectors = useAnswer('connector.list', {});
  const isWhole = !found.isFetching && connections.data && connectors.data;
  return (
    <AnsweredPage of={isWhole ? found : { ...found, data: undefined }} kind="draft">
      {(draft) => {
        const connection = connections.data!.connections.find((one) => one.id === draft.parts.connection);
        const connector = connectors.data!.connectors.find((one) => one.id === connection?.connector);
        return <Taken draft={draft} connector={connector} />;
      }}
    </AnsweredPage>
  );
}

interface TakenProps {
  readonly draft: WireOutput<'draft.get'>;
  readonly connector: WireOutput<'connector.list'>['connectors'][number] | undefined;
}

function Taken({ draft, connector }: TakenProps) {
  const navigate = useNavigate();
  const { say } = useWords();
  useEffect(() => {
    // What this browser had of it is older than, or the same as, what the server has.
    for (const old of unfinishedDrafts()) if (old.onServer?.number === draft.draft) forgetDraft(old.id);
    const own = draftFrom(draft, connector ? { id: connector.id, name: say(connector.name) } : null, Date.now());
    keepDraft(own);
    void navigate(`/new/${own.id}`, { replace: true });
  }, [draft, connector, navigate, say]);
  return null;
}
