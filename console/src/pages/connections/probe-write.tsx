// The choice to let a check write as well: one object of its own, taken away again at once. Only where somebody asks for it.
import { Checkbox } from 'antd';
import { useWords } from '../../i18n/i18n.ts';
import styles from './connections.module.css';

export function ProbeWrite({ checked, onChange }: { readonly checked: boolean; readonly onChange: (checked: boolean) => void }) {
  const { t } = useWords();
  return (
    <Checkbox className={styles.probe!} checked={checked} onChange={(event) => onChange(event.target.checked)}>
      {t('connections.probe')}
      <span className="soft">{t('connections.probeExplain')}</span>
    </Checkbox>
  );
}
