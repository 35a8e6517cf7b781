// One person who is two: which records and accounts are somebody else's, what follows everywhere, then the word.
import { Alert, Button, Checkbox, Empty, Skeleton } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Answered } from '../../ui/answered.tsx';
import { AnsweredPage, NotThere } from '../../ui/answered-page.tsx';
import { ForRole } from '../../ui/for-role.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import edits from './edit.module.css';
import type { Explained } from './person-page.tsx';
import { Consequences, useConnectionName } from './regroup.tsx';

interface Piece {
  readonly connection: string;
  readonly externalId: string;
}

export function Component() {
  return (
    <ForRole needs="person.split">
      <SplitOne />
    </ForRole>
  );
}

function SplitOne() {
  const id = useParams().person ?? '';
  const explained = useAnswer('explain', { person: id, history: 0 });
  return (
    <AnsweredPage of={explained} kind="person">
      {({ object }) => (object?.type === 'person' ? <Split person={object} /> : <NotThere kind="person" />)}
    </AnsweredPage>
  );
}

function Split({ person }: { readonly person: Explained }) {
  const { t } = useWords();
  const found = useAnswer('person.records', { person: person.id });
  const preview = useCommand('person.split-preview');
  const split = useCommand('person.split');
  const [records, setRecords] = useState<readonly Piece[]>([]);
  const [accounts, setAccounts] = useState<readonly Piece[]>([]);
  const theirs = person.accounts.flatMap((account) =>
    account.key === null ? [] : [{ connection: account.connection, externalId: account.key }],
  );
  const change = (set: (pieces: readonly Piece[]) => void) => (pieces: readonly Piece[]) => {
    set(pieces);
    preview.reset();
  };
  const look = (): void => preview.mutate({ person: person.id, records: [...records], accounts: [...accounts] });
  if (split.isSuccess)
    return (
      <Page title={t('merge.splitTitle', { name: person.title })} above={<Link to={`/people/${person.id}`}>{person.title}</Link>}>
        <Alert
          type="success"
          showIcon
          title={t('merge.splitDone')}
          description={
            <>
              <Link to={`/runs/${split.data.run}`}>{t('person.run', { run: split.data.run })}</Link> ·{' '}
              <Link to={`/people/${split.data.person}`}>{t('merge.toNew')}</Link>
            </>
          }
        />
      </Page>
    );
  return (
    <Page
      title={t('merge.splitTitle', { name: person.title })}
      about={t('merge.splitAbout')}
      above={<Link to={`/people/${person.id}`}>{person.title}</Link>}
    >
      <Answered of={found}>
        {({ records: all }) =>
          all.length < 2 ? (
            <Part>
              <Empty style={{ padding: 40 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('merge.splitOnlyOne')} />
            </Part>
          ) : (
            <>
              <Pieces title={t('merge.splitRecords')} all={all} chosen={records} onChange={change(setRecords)} />
              {theirs.length > 0 && (
                <Pieces title={t('merge.splitAccounts')} all={theirs} chosen={accounts} onChange={change(setAccounts)} />
              )}
              {preview.isPending && (
                <>
                  <p className="soft">{t('merge.looking')}</p>
                  <Skeleton active title={false} paragraph={{ rows: 5 }} />
                </>
              )}
              {preview.error && <Trouble error={preview.error} onRetry={look} />}
              {preview.data && <Consequences of={preview.data} />}
              {split.error && <Trouble error={split.error} onRetry={look} />}
              <div className={edits.end}>
                {preview.data ? (
                  <Button
                    type="primary"
                    loading={split.isPending}
                    onClick={() => split.mutate({ person: person.id, token: preview.data.token })}
                  >
                    {t('merge.splitDo')}
                  </Button>
                ) : (
                  <Button
                    type="primary"
                    loading={preview.isPending}
                    disabled={records.length === 0 || records.length === all.length}
                    onClick={look}
                  >
                    {t('merge.see')}
                  </Button>
                )}
              </div>
            </>
          )
        }
      </Answered>
    </Page>
  );
}

interface PiecesProps {
  readonly title: string;
  readonly all: readonly Piece[];
  readonly chosen: readonly Piece[];
  readonly onChange: (chosen: readonly Piece[]) => void;
}

const same = (one: Piece, other: Piece): boolean => one.connection === other.connection && one.externalId === other.externalId;

function Pieces({ title, all, chosen, onChange }: PiecesProps) {
  const nameOf = useConnectionName();
  return (
    <Part title={title}>
      <ul className={edits.pieces}>
        {all.map((piece) => (
          <li key={`${piece.connection} ${piece.externalId}`}>
            <Checkbox
              checked={chosen.some((one) => same(one, piece))}
              onChange={({ target }) => onChange(target.checked ? [...chosen, piece] : chosen.filter((one) => !same(one, piece)))}
            >
              <b>{nameOf(piece.connection)}</b> <span className="soft">{piece.externalId}</span>
            </Checkbox>
          </li>
        ))}
      </ul>
    </Part>
  );
}
