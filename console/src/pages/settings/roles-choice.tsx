// Which roles somebody gets, each with what it lets them do.
import { Checkbox } from 'antd';
import type { WireInput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useWords } from '../../i18n/i18n.ts';
import styles from './settings.module.css';

export type Role = WireInput<'account.invite'>['roles'][number];

export function RolesChoice({ value, onChange }: { readonly value: readonly Role[]; readonly onChange: (roles: readonly Role[]) => void }) {
  const { t, say } = useWords();
  return (
    <fieldset className={styles.choices}>
      <legend>{t('settings.account.roles')}</legend>
      {(Object.keys(words.role) as Role[]).map((role) => (
        <Checkbox
          key={role}
          checked={value.includes(role)}
          onChange={(event) => onChange(event.target.checked ? [...value, role] : value.filter((one) => one !== role))}
        >
          {say(words.role[role])}
          <small className={styles.small}>{t(`settings.role.${role}`)}</small>
        </Checkbox>
      ))}
    </fieldset>
  );
}
