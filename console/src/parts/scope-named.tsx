// What was named one by one, each to be taken off again.
import { Tag } from 'antd';
import styles from './scope-part.module.css';

interface NamedProps {
  readonly ids: readonly string[];
  readonly how: 'in' | 'out';
  readonly nameOf: (id: string) => string;
  readonly onRemove: (id: string) => void;
}

export function Named({ ids, how, nameOf, onRemove }: NamedProps) {
  if (ids.length === 0) return null;
  return (
    <div className={styles.tags}>
      {ids.map((id) => (
        <Tag key={id} closable color={how === 'in' ? 'success' : 'error'} onClose={() => onRemove(id)}>
          {nameOf(id)}
        </Tag>
      ))}
    </div>
  );
}
