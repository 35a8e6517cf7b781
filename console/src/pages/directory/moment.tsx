// A moment, entered in the time of whoever looks.
import { Input } from 'antd';
import { useId } from 'react';
import styles from './lists.module.css';

/** As a field of type datetime-local has it. */
export function localInput(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

interface MomentProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function MomentInput({ label, value, onChange }: MomentProps) {
  const id = useId();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <label htmlFor={id} className={styles.moment}>
      <span>
        {label} <span className="soft">{zone}</span>
      </span>
      <Input id={id} type="datetime-local" value={value} max={localInput(Date.now())} onChange={({ target }) => onChange(target.value)} />
    </label>
  );
}
