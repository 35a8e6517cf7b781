// Merging two people: side by side, whose account stays where both have one, what follows everywhere, then the word.
import { Alert, App, Button, Segmented, Skeleton } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { AnsweredPage, NotThere } from '../../ui/answered-page.tsx';
import { ForRole } from '../../ui/for-role.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import edits from './edit.module.css';
import styles from './lists.module.css';
import type { Explained } from './person-page.tsx';
import { ObjectPicker } from './pickers.tsx';
import { Consequences, useConnectionName } from './regroup.tsx';

type Preview = WireOutput<'person.merge-preview'>;
type Choices = Readonly<Record<string, 'kept' | 'merged'>>;

export function Component() {
  return (
    <ForRole needs="person.merge">
      <Merge />
    </ForRole>
  );
}

function Merge() {
  const { t } = useWords();
  const { person = '', other } = useParams();
  const go = useNavigate();
  const one = useAnswer('explain', { person, history: 0 });
  const two = useAnswer('explain', { person: other ?? '-', history: 0 }, { enabled: other !== undefined });
  if (other === undefined)
    return (
      <Page
        title={t('merge.title')}
        about={t('merge.about')}
        above={<Link to={`/people/${person}`}>{one.data?.object?.title ?? t('erase.toPerson')}</Link>}
      >
        <Part>
          <div className={`${edits.form} ${edits.padded}`}>
            <div className={edits.field}>
              <span>{t('merge.who')}</span>
              <ObjectPicker type="person" label={t('merge.who')} onPick={(id) => id && void go(`/people/${person}/merge/${id}`)} />
            </div>
          </div>
        </Part>
      </Page>
    );
  return (
    <AnsweredPage of={one} kind="person">
      {({ object: first }) => (
        <AnsweredPage of={two} kind="person">
          {({ object: second }) =>
            first?.type === 'person' && second?.type === 'person' ? (
              <Both key={`${first.id} ${second.id}`} keep={first} gone={second} />
            ) : (
              <NotThere kind="person" />
            )
          }
        </AnsweredPage>
      )}
    </AnsweredPage>
  );
}

interface BothProps {
  readonly keep: Explained;
  readonly gone: Explained;
}

function Both({ keep, gone }: BothProps) {
  const { t } = useWords();
  const go = useNavigate();
  const { message } = App.useApp();
  const preview = useCommand('person.merge-preview');
  const merge = useCommand('person.merge');
  const apart = useCommand('person.apart');
  const [choices, setChoices] = useState<Choices>({});
  const look = (accounts: Choices): void => preview.mutate({ person: gone.id, into: keep.id, accounts });
  const choose = (connection: string, whose: 'kept' | 'merged'): void => {
    const next = { ...choices, [connection]: whose };
    setChoices(next);
    look(next);
  };
  const isDone = merge.isSuccess;
  return (
    <Page
      title={t('merge.title')}
      about={t('merge.about')}
      above={<Link to={`/people/${keep.id}`}>{keep.title}</Link>}
      actions={
        !isDone && (
          <>
            <Button onClick={() => void go(`/people/${gone.id}/merge/${keep.id}`, { replace: true })}>{t('merge.swap')}</Button>
            <Button
              loading={apart.isPending}
              onClick={() =>
                apart.mutate({ one: keep.id, other: gone.id, apart: true }, { onSuccess: () => void message.success(t('merge.apartDone')) })
              }
            >
              {t('merge.apart')}
            </Button>
          </>
        )
      }
    >
      {isDone ? (
        <Alert
          type="success"
          showIcon
          title={t('merge.done')}
          description={<Link to={`/runs/${merge.data.run}`}>{t('person.run', { run: merge.data.run })}</Link>}
        />
      ) : (
        <>
          <SideBySide keep={keep} gone={gone} />
          {preview.data && <Whose preview={preview.data} choices={choices} onChoose={choose} />}
          {preview.isPending && (
            <>
              <p className="soft">{t('merge.looking')}</p>
              <Skeleton active title={false} paragraph={{ rows: 5 }} />
            </>
          )}
          {preview.error && <Trouble error={preview.error} onRetry={() => look(choices)} />}
          {preview.data && !preview.isPending && <Consequences of={preview.data} />}
          {merge.error && <Trouble error={merge.error} onRetry={() => look(choices)} />}
          <div className={edits.end}>
            {preview.data && !preview.isPending ? (
              <Button
                type="primary"
                loading={merge.isPending}
                onClick={() => merge.mutate({ person: gone.id, into: keep.id, token: preview.data.token })}
              >
                {t('merge.do')}
              </Button>
            ) : (
              <Button type="primary" loading={preview.isPending} onClick={() => look(choices)}>
                {t('merge.see')}
              </Button>
            )}
          </div>
        </>
      )}
    </Page>
  );
}

const shown = (value: unknown): string =>
  value === null || value === undefined || value === '' ? '–' : Array.isArray(value) ? value.map(String).join(', ') : String(value);

function SideBySide({ keep, gone }: BothProps) {
  const { t, say } = useWords();
  const theirs = new Map(gone.attributes.map((attribute) => [attribute.name, attribute]));
  const own = keep.attributes.map((attribute) => ({ ...attribute, other: theirs.get(attribute.name)?.value ?? null }));
  const told = own.filter((one) => shown(one.value) !== '–' || shown(one.other) !== '–');
  return (
    <Part>
      <div className={styles.two}>
        <div>
          <span>{t('merge.value')}</span>
          <b>
            <small>{t('merge.kept')}</small> <Link to={`/people/${keep.id}`}>{keep.title}</Link>
          </b>
          <b>
            <small>{t('merge.merged')}</small> <Link to={`/people/${gone.id}`}>{gone.title}</Link>
          </b>
        </div>
        {told.map((one) => {
          const isSame = shown(one.value) === shown(one.other);
          return (
            <div key={one.name}>
              <span className="soft">
                {say(one.label)} {!isSame && <small>{t('merge.differs')}</small>}
              </span>
              <span className={isSame ? '' : styles.differs}>{shown(one.value)}</span>
              <span className={isSame ? '' : styles.differs}>{shown(one.other)}</span>
            </div>
          );
        })}
      </div>
    </Part>
  );
}

interface WhoseProps {
  readonly preview: Preview;
  readonly choices: Choices;
  readonly onChoose: (connection: string, whose: 'kept' | 'merged') => void;
}

/** Where both have an account. */
function Whose({ preview, choices, onChoose }: WhoseProps) {
  const { t } = useWords();
  const nameOf = useConnectionName();
  const doubled = [...new Set(preview.accounts.filter((account) => account.becomes === 'surplus').map((account) => account.connection))];
  return doubled.map((connection) => (
    <div key={connection} className={edits.chosen}>
      <span>{t('merge.both', { system: nameOf(connection) })}</span>
      <Segmented<'kept' | 'merged'>
        value={choices[connection] ?? 'kept'}
        onChange={(whose) => onChoose(connection, whose)}
        options={[
          { value: 'kept', label: t('merge.ofKept') },
          { value: 'merged', label: t('merge.ofMerged') },
        ]}
      />
    </div>
  ));
}
