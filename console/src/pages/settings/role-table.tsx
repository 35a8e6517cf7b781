// Which value of the provider's claim gives which role, line by line; that nobody becomes administrator this way is said, not refused.
import { Alert, Button, Input, Select } from 'antd';
import { words } from '../../api/generated.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import type { Role } from './roles-choice.tsx';
import styles from './settings.module.css';

export interface RoleRow {
  readonly value: string;
  readonly role: Role;
}

interface TableProps {
  readonly rows: readonly RoleRow[];
  readonly wrong: string | null;
  readonly onChange: (rows: readonly RoleRow[]) => void;
}

export function RoleTable({ rows, wrong, onChange }: TableProps) {
  const { t, say } = useWords();
  const roles = (Object.keys(words.role) as Role[]).map((role) => ({ value: role, label: say(words.role[role]) }));
  const put = (at: number, row: RoleRow | null): void =>
    onChange(rows.flatMap((one, index) => (index === at ? (row ? [row] : []) : [one])));
  const givesNoAdmin = rows.length > 0 && !rows.some(({ role }) => role === 'admin');
  return (
    <Field label={t('settings.signOn.values')} required wrong={wrong}>
      {(id, help) => (
        <div id={id} role="group" aria-label={t('settings.signOn.values')} aria-describedby={help} className={styles.pairs}>
          {rows.map(({ value, role }, at) => (
            // A line is known by its place: its value is what is being typed.
            // oxlint-disable-next-line react/no-array-index-key
            <div key={at} className={styles.pair}>
              <Input
                aria-label={t('settings.signOn.value', { n: at + 1 })}
                autoComplete="off"
                spellCheck={false}
                placeholder={t('settings.signOn.valueHint')}
                value={value}
                onChange={(event) => put(at, { value: event.target.value, role })}
              />
              <Select
                aria-label={t('settings.signOn.roleOf', { n: at + 1 })}
                value={role}
                options={roles}
                onChange={(next) => put(at, { value, role: next })}
              />
              <Button type="text" aria-label={t('settings.signOn.removeValue', { n: at + 1 })} onClick={() => put(at, null)}>
                {t('settings.signOn.remove')}
              </Button>
            </div>
          ))}
          <Button onClick={() => onChange([...rows, { value: '', role: 'viewer' }])}>{t('settings.signOn.addValue')}</Button>
          {givesNoAdmin && <Alert type="warning" showIcon title={t('settings.signOn.noAdmin')} />}
        </div>
      )}
    </Field>
  );
}
