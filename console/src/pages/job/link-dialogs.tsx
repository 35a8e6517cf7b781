// A link that is cut, moved or protected by hand: what follows is read first, and the consent is for exactly that.
import { App, Input, Modal } from 'antd';
import { useState } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Answered, type Asked } from '../../ui/answered.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { ObjectPicker } from '../directory/pickers.tsx';
import styles from './links.module.css';

export type LinkRow = WireOutput<'link.list'>['links'][number];

export interface LinkDialogProps {
  readonly row: LinkRow;
  readonly onEnd: () => void;
}

type Type = 'person' | 'department' | 'group';
/** Of other types nobody can be chosen. */
export const canMove = (type: string): type is Type => ['person', 'department', 'group'].includes(type);
export const accountName = (row: LinkRow): string => row.accountTitle ?? row.externalId;
const namedBy = ({ connection, type, externalId }: LinkRow) => ({ connection, type, externalId });

/**
 * @param to  whose it shall be; null: nobody's; undefined: not chosen yet
 * @param isDone  it is being carried out: of a link that is gone by then nothing follows any more
 */
const useConsequence = (row: LinkRow, to: string | null | undefined, isDone: boolean) =>
  useAnswer('link.consequence', { ...namedBy(row), ...(to == null ? {} : { to }) }, { anew: true, enabled: to !== undefined && !isDone });

function Follows({ of }: { readonly of: Asked<WireOutput<'link.consequence'>> }) {
  const { t, say } = useWords();
  return (
    <div aria-live="polite" className={styles.follows}>
      <Answered of={of} rows={3}>
        {({ says }) => (
          <>
            <p className="soft">{t('links.follows')}</p>
            <ul>
              {says.map((one) => (
                <li key={one.en}>{say(one)}</li>
              ))}
            </ul>
          </>
        )}
      </Answered>
    </div>
  );
}

export function CutLink({ row, onEnd }: LinkDialogProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const cut = useCommand('link.cut');
  const asked = useConsequence(row, null, cut.isPending || cut.isSuccess);
  const seen = asked.data?.seen;
  const doIt = (): void =>
    cut.mutate(
      { ...namedBy(row), ...(seen === undefined ? {} : { seen }) },
      {
        onSuccess: () => {
          void message.success(t('links.cutDone'));
          onEnd();
        },
        // What follows is something else by now: it is read again before anybody agrees.
        onError: () => void asked.refetch(),
      },
    );
  return (
    <Modal
      open
      title={t('links.cutAsk', { object: row.title, account: accountName(row) })}
      onCancel={onEnd}
      okText={t('links.cutIt')}
      cancelText={t('app.cancel')}
      okButtonProps={{ danger: true, disabled: seen === undefined || asked.isFetching, loading: cut.isPending }}
      onOk={doIt}
    >
      <Follows of={asked} />
      {cut.error && <Trouble error={cut.error} />}
    </Modal>
  );
}

export function MoveLink({ row, type, onEnd }: LinkDialogProps & { readonly type: Type }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const [to, setTo] = useState<string | null>(null);
  const move = useCommand('link.move');
  const asked = useConsequence(row, to ?? undefined, move.isPending || move.isSuccess);
  const seen = to === null ? undefined : asked.data?.seen;
  const doIt = (): void =>
    move.mutate(
      { ...namedBy(row), to: to!, ...(seen === undefined ? {} : { seen }) },
      {
        onSuccess: () => {
          void message.success(t('links.moveDone'));
          onEnd();
        },
        onError: () => void asked.refetch(),
      },
    );
  return (
    <Modal
      open
      title={t('links.moveAsk', { account: accountName(row) })}
      onCancel={onEnd}
      okText={t('links.moveIt')}
      cancelText={t('app.cancel')}
      okButtonProps={{ disabled: seen === undefined || asked.isFetching, loading: move.isPending }}
      onOk={doIt}
    >
      <p>{t('links.moveNow', { object: row.title })}</p>
      <div className={styles.pick}>
        <ObjectPicker type={type} label={t('links.moveWhom')} onPick={setTo} />
      </div>
      {to === null ? <p className={`soft ${styles.follows}`}>{t('links.moveFirst')}</p> : <Follows of={asked} />}
      {move.error && <Trouble error={move.error} />}
    </Modal>
  );
}

export function ProtectAccount({ row, onEnd }: LinkDialogProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const [reason, setReason] = useState('');
  const protect = useCommand('protected.add');
  const doIt = (): void =>
    protect.mutate(
      { connection: row.connection, accounts: [{ type: row.type, externalId: row.externalId }], reason: reason.trim() },
      {
        onSuccess: () => {
          void message.success(t('links.protectDone'));
          onEnd();
        },
      },
    );
  return (
    <Modal
      open
      title={t('links.protectAsk', { account: accountName(row) })}
      onCancel={onEnd}
      okText={t('links.protectIt')}
      cancelText={t('app.cancel')}
      okButtonProps={{ disabled: reason.trim() === '', loading: protect.isPending }}
      onOk={doIt}
    >
      <p>{t('links.protectMeans')}</p>
      <label className={styles.field}>
        {t('links.protectWhy')}
        <Input value={reason} maxLength={500} placeholder={t('links.protectExample')} onChange={({ target }) => setReason(target.value)} />
      </label>
      {protect.error && <Trouble error={protect.error} />}
    </Modal>
  );
}
