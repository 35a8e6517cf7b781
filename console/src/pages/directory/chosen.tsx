// People, departments or groups beside one another by name, each of which can be taken off.
import { Tag } from 'antd';
import { useWords } from '../../i18n/i18n.ts';
import styles from './edit.module.css';
import type { Named } from './pickers.tsx';

/** @param says  what taking one off does */
export function Tags({
  of,
  says,
  onRemove,
}: {
  readonly of: readonly Named[];
  readonly says: string;
  readonly onRemove: (one: Named) => void;
}) {
  const { colon } = useWords();
  return of.map((one) => (
    <Tag key={one.id} closable={{ 'aria-label': says + colon + one.name }} onClose={() => onRemove(one)}>
      {one.name}
    </Tag>
  ));
}

interface ChosenProps {
  readonly of: readonly Named[];
  readonly label: string;
  readonly says: string;
  readonly onRemove: (one: Named) => void;
}

/** Nothing stands there while nobody is chosen. */
export function Chosen({ of, label, says, onRemove }: ChosenProps) {
  if (of.length === 0) return null;
  return (
    <div className={styles.field}>
      <span>{label}</span>
      <div className={styles.tags}>
        <Tags of={of} says={says} onRemove={onRemove} />
      </div>
    </div>
  );
}
