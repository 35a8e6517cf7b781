// A place where a file can be dropped, or chosen by keyboard; it is brought to the server at once.
import { useId, useState, type DragEvent } from 'react';
import { InboxOutlined } from '@ant-design/icons';
import { Spin } from 'antd';
import { upload } from '../api/client.ts';
import { useWords } from '../i18n/i18n.ts';
import { Trouble } from '../ui/trouble.tsx';
import styles from './drop-file.module.css';

const BRINGING_MS = 600_000;

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'bringing' | 'brought'; readonly name: string }
  | { readonly kind: 'failed'; readonly error: Error };

interface DropProps {
  readonly onBrought: (path: string) => void;
  /** Until it is there (or failed) nothing can be done with it. */
  readonly onBringing?: (isUnderWay: boolean) => void;
  /** No field for a path stands below it. */
  readonly isAlone?: boolean;
}

export function DropFile({ onBrought, onBringing, isAlone = false }: DropProps) {
  const { t } = useWords();
  const id = useId();
  const [state, setState] = useState<State>({ kind: 'idle' });
  const [isOver, setOver] = useState(false);
  const bring = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setState({ kind: 'bringing', name: file.name });
    onBringing?.(true);
    try {
      const { path } = await upload(file, AbortSignal.timeout(BRINGING_MS));
      setState({ kind: 'brought', name: file.name });
      onBrought(path);
    } catch (error) {
      setState({ kind: 'failed', error: error as Error });
    } finally {
      onBringing?.(false);
    }
  };
  const over = (event: DragEvent, is: boolean): void => {
    event.preventDefault();
    setOver(is);
  };
  return (
    <div className={styles.place}>
      <label
        htmlFor={id}
        className={`${styles.drop} ${isOver ? styles.over : ''}`}
        onDragOver={(event) => over(event, true)}
        onDragLeave={(event) => over(event, false)}
        onDrop={(event) => {
          over(event, false);
          void bring(event.dataTransfer.files[0]);
        }}
      >
        <InboxOutlined aria-hidden className={styles.sign!} />
        <span>
          {t('forms.drop.here')} <span className={styles.choose}>{t('forms.drop.choose')}</span>
        </span>
        <input
          id={id}
          type="file"
          accept=".csv,.tsv,.txt,.xlsx"
          className={styles.input}
          onChange={(event) => void bring(event.target.files?.[0])}
        />
      </label>
      <div aria-live="polite" className={styles.said}>
        {state.kind === 'bringing' && (
          <>
            <Spin size="small" /> {t('forms.drop.bringing', { name: state.name })}
          </>
        )}
        {state.kind === 'brought' && t('forms.drop.brought', { name: state.name })}
        {state.kind === 'failed' && <Trouble error={state.error} />}
        {state.kind === 'idle' && !isAlone && <span className="soft">{t('forms.drop.otherwise')}</span>}
      </div>
    </div>
  );
}
