// The secret of the client: a new one, the saved one as it is, or none any more. What is saved is never shown.
import { Button, Input } from 'antd';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import styles from './settings.module.css';

interface SecretProps {
  /** '': as it is saved; null: it is taken away. */
  readonly value: string | null;
  readonly hasSecret: boolean;
  /** The saved one is of the issuer that stands in the form. */
  readonly isKept: boolean;
  readonly wrong: string | null;
  readonly onChange: (value: string | null) => void;
}

export function ClientSecret({ value, hasSecret, isKept, wrong, onChange }: SecretProps) {
  const { t } = useWords();
  const help = !isKept && hasSecret ? 'secretAgain' : value === null ? 'secretGoes' : 'secretHelp';
  return (
    <Field label={t('settings.signOn.clientSecret')} help={t(`settings.signOn.${help}`)} wrong={wrong}>
      {(id, describedBy) => (
        <>
          <Input.Password
            id={id}
            aria-describedby={describedBy}
            autoComplete="new-password"
            placeholder={isKept && value !== null ? t('forms.secretKept') : ''}
            value={value ?? ''}
            onChange={(event) => onChange(event.target.value)}
          />
          {isKept && (value === '' || value === null) && (
            <Button className={styles.secretWay!} type="link" size="small" onClick={() => onChange(value === null ? '' : null)}>
              {t(value === null ? 'settings.signOn.keepSecret' : 'settings.signOn.removeSecret')}
            </Button>
          )}
        </>
      )}
    </Field>
  );
}
