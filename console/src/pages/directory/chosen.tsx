// People, departments or groups beside one another by name, each of which can be taken off; two of one name have their numbers beside it.
import { Tag } from 'antd';
import { useWords } from '../../i18n/i18n.ts';
import { sharedAmong, useNumber } from '../../ui/told-apart.ts';
import styles from './edit.module.css';
import type { Named } from './pickers.tsx';

const asNamed = ({ id, name, type = 'person' }: Named) => ({ type, title: name, key: id, targetKey: null, attributes: [] });

interface TagsProps {
  readonly of: readonly Named[];
  /** Who else is in sight and may have the same name. */
  readonly among?: readonly Named[];
  /** What taking one off does. */
  readonly says: string;
  readonly onRemove: (one: Named) => void;
}

export function Tags({ of, among = of, says, onRemove }: TagsProps) {
  const isShared = sharedAmong(among.map(asNamed));
  return of.map((one) => <OneTag key={one.id} one={one} isShared={isShared(asNamed(one))} says={says} onRemove={onRemove} />);
}

interface OneProps extends Pick<TagsProps, 'says' | 'onRemove'> {
  readonly one: Named;
  readonly isShared: boolean;
}

function OneTag({ one, isShared, says, onRemove }: OneProps) {
  const { colon } = useWords();
  const number = useNumber(asNamed(one), isShared);
  const called = isShared && number !== null ? `${one.name} ${number}` : one.name;
  return (
    <Tag closable={{ 'aria-label': says + colon + called }} onClose={() => onRemove(one)}>
      {called}
    </Tag>
  );
}

/** Nothing stands there while nobody is chosen. */
export function Chosen({ label, ...tags }: TagsProps & { readonly label: string }) {
  if (tags.of.length === 0) return null;
  return (
    <div className={styles.field}>
      <span>{label}</span>
      <div className={styles.tags}>
        <Tags {...tags} />
      </div>
    </div>
  );
}
