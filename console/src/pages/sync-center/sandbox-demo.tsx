// What the sandbox company cannot show, since a server does not kill itself: the demo does, with systems that can be told to refuse.
import { useWords } from '../../i18n/i18n.ts';
import { Copy } from '../../ui/copy.tsx';
import styles from './first-choice.module.css';

const commands = [
  ['refuse', 'npm run demo -- --hurt refuse'],
  ['kill', 'npm run demo -- --hurt kill'],
  ['all', 'npm run demo'],
] as const;

export function SandboxDemo() {
  const { t } = useWords();
  return (
    <details className={styles.demo}>
      <summary>{t('first.demo.title')}</summary>
      <p>{t('first.demo.about')}</p>
      <dl>
        {commands.map(([what, command]) => (
          <div key={what}>
            <dt>{t(`first.demo.${what}`)}</dt>
            <dd>
              <code>{command}</code> <Copy text={command} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
