// Where one is on the way through several steps, what is done, and the way back to it.
import { CheckOutlined } from '@ant-design/icons';
import { useWords } from '../i18n/i18n.ts';
import styles from './wizard.module.css';

interface RailProps<Step extends string> {
  readonly steps: readonly { readonly id: Step; readonly name: string }[];
  readonly at: number;
  /** Which of the others may be gone to. */
  readonly isOpen: (index: number) => boolean;
  readonly onGo: (step: Step) => void;
}

export function Rail<Step extends string>({ steps, at, isOpen, onGo }: RailProps<Step>) {
  const { t } = useWords();
  return (
    <nav className={styles.rail} aria-label={t('wizard.steps')}>
      <p className={styles.progress}>{t('wizard.progress', { step: at + 1, of: steps.length })}</p>
      <ol>
        {steps.map(({ id, name }, index) => (
          <li key={id} className={index === at ? styles.now : index < at ? styles.done : styles.later}>
            <button
              type="button"
              disabled={index !== at && !isOpen(index)}
              aria-current={index === at ? 'step' : undefined}
              onClick={() => index !== at && onGo(id)}
            >
              <span className={styles.number} aria-hidden>
                {index < at ? <CheckOutlined /> : index + 1}
              </span>
              {name}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
