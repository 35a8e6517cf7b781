// Bringing a person, a group or a part of the tree back to what it was: the plan first, then the word.
import { Button, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Trouble } from '../../ui/trouble.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { When } from '../../ui/when.tsx';
import { BroughtBack, Do, Plan } from './bring-back.tsx';
import { localInput, MomentInput } from './moment.tsx';
import { momentsBefore, type Before } from './moments.ts';

const OTHER = 'other';
const LOOKED = 50;
const SHOWN = 5;

interface RestoreProps {
  readonly object: string;
  readonly title: string;
  /** ISO; null: it is asked. */
  readonly at: string | null;
  readonly onEnd: () => void;
}

export function RestoreDialog({ object, title, at: given, onEnd }: RestoreProps) {
  const { t, colon, language } = useWords();
  const [typed, setTyped] = useState(() => localInput(Date.now() - 86_400_000));
  const past = useAnswer('history.list', { object, limit: LOOKED }, { enabled: given === null });
  const moments = momentsBefore(past.data?.entries ?? []).slice(0, SHOWN);
  const [chosen, setChosen] = useState<string | null>(null);
  const choice = chosen ?? moments[0]?.at ?? OTHER;
  const own = typed === '' ? null : new Date(typed).toISOString();
  const at = given ?? (choice === OTHER ? own : choice);
  const look = useCommand('directory.restore');
  const restore = useCommand('directory.restore');
  const run = look.data?.run ?? null;
  const input = { object, at: at ?? '', below: true, made: 'disable' as const };
  const back = (): void => look.reset();
  return (
    <Modal
      open
      width={760}
      title={t('past.bringTitle', { title })}
      onCancel={onEnd}
      footer={
        restore.isSuccess ? (
          <Button type="primary" onClick={onEnd}>
            {t('edit.close')}
          </Button>
        ) : run === null ? (
          <Button type="primary" disabled={at === null} loading={look.isPending} onClick={() => look.mutate({ ...input, dryRun: true })}>
            {t('past.see')}
          </Button>
        ) : (
          <>
            <Button onClick={back}>{t('edit.back')}</Button>
            <Do run={run} isPending={restore.isPending} onDo={() => restore.mutate({ ...input, dryRun: false })} />
          </>
        )
      }
    >
      <div aria-live="polite">
        {look.error && <Trouble error={look.error} />}
        {restore.error && <Trouble error={restore.error} />}
        {restore.isSuccess ? (
          <BroughtBack run={restore.data.run} person={object} />
        ) : run === null ? (
          <>
            <p>{t('past.bringExplain')}</p>
            {given === null ? (
              <>
                <Radio.Group
                  vertical
                  value={choice}
                  onChange={(event) => setChosen(event.target.value as string)}
                  options={[
                    ...moments.map((one) => ({ value: one.at, label: <BeforeThat of={one} /> })),
                    ...(moments.length === 0 ? [] : [{ value: OTHER, label: t('past.otherMoment') }]),
                  ]}
                />
                {choice === OTHER && <MomentInput label={t('past.bringThis')} value={typed} onChange={setTyped} />}
              </>
            ) : (
              <p>
                {t('past.bringThis')}
                {colon}
                <b>{exactTime(Date.parse(given), language)}</b>
              </p>
            )}
          </>
        ) : (
          <Plan run={run} />
        )}
      </div>
    </Modal>
  );
}

function BeforeThat({ of: { run, by, what, changedAt } }: { readonly of: Before }) {
  const { t, say } = useWords();
  const fields = [...new Set(what.map(say))];
  return (
    <>
      {run === null ? t('past.before', { by }) : t('past.beforeRun', { run, by })}{' '}
      <span className="soft">
        <When at={changedAt} />
        {fields.length > 0 && ` · ${fields.slice(0, 4).join(t('settings.listComma'))}${fields.length > 4 ? ' …' : ''}`}
      </span>
    </>
  );
}
