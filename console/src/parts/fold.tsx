// What is rarely needed in a part of a job's settings: folded until somebody asks for it, with a sentence each on what it does.
import { Button, InputNumber } from 'antd';
import { useState, type ReactNode } from 'react';
import { Field } from '../forms/settings-form.tsx';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import styles from './parts.module.css';

/** @param isUsed  something in it is not as it is by default: it is open from the beginning */
export function Fold({ isUsed = false, children }: { readonly isUsed?: boolean; readonly children: ReactNode }) {
  const { t } = useWords();
  const [isOpen, open] = useState(isUsed);
  return (
    <div className={styles.fold}>
      <Button type="link" className={styles.foldWay!} aria-expanded={isOpen} onClick={() => open(!isOpen)}>
        {t(isOpen ? 'more.close' : 'more.open')}
      </Button>
      {isOpen && <div className={styles.fields}>{children}</div>}
    </div>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly help: string;
  readonly min: number;
  readonly max?: number;
  readonly suffix?: string;
  /** null: may be empty. */
  readonly usual: number | null;
  readonly value: number | null | undefined;
  readonly onChange: (value: number | null) => void;
}

/** A number with its default, which stands there until somebody says another one. */
export function NumberField({ label, help, min, max, suffix, usual, value, onChange }: NumberFieldProps) {
  return (
    <Field label={label} help={help} required={usual !== null}>
      {(id, describedBy) => (
        <InputNumber
          id={id}
          aria-describedby={describedBy}
          min={min}
          precision={0}
          {...(max === undefined ? {} : { max })}
          {...(suffix === undefined ? {} : { suffix })}
          value={value ?? usual}
          onChange={(next) => onChange(next ?? usual)}
        />
      )}
    </Field>
  );
}
