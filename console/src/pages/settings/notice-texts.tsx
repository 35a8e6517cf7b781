// What each notice says, in both languages, with made-up facts; own words instead of ours, looked at before they are saved.
import { App, Button, Input, Select } from 'antd';
import { useState } from 'react';
import type { WireInput, WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords, type Language } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { languages } from '../../ui/languages.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { Part } from '../../ui/page.tsx';
import { SavedMeanwhile } from '../../ui/saved-meanwhile.tsx';
import styles from './settings.module.css';

type Kind = WireInput<'notice.preview'>['kind'];
type All = WireOutput<'notice.rules.get'>['rules'];

const kinds = [
  'run-succeeded',
  'run-warnings',
  'run-partly-failed',
  'run-failed',
  'run-recovered',
  'held-opened',
  'job-paused',
  'job-quarantined',
  'job-resumed',
  'connection-away',
  'connection-back',
  'read-overdue',
  'events-silent',
  'credential-expiring',
  'account-created',
] as const satisfies readonly Kind[];

export function Texts() {
  const { t } = useWords();
  const [kind, setKind] = useState<(typeof kinds)[number]>('held-opened');
  const saved = useAnswer('notice.rules.get', {});
  return (
    <>
      <NeedsRole deed="notice.rules.put" />
      <div className={styles.filters}>
        <Select
          aria-label={t('notices.texts.kind')}
          value={kind}
          options={kinds.map((one) => ({ value: one, label: t(`notices.kind.${one}`) }))}
          onChange={setKind}
        />
      </div>
      <Answered of={saved}>
        {({ rules, revision }) =>
          (['en', 'zh'] as const).map((language) => (
            <Text key={`${kind} ${language}`} kind={kind} language={language} all={rules} revision={revision} />
          ))
        }
      </Answered>
    </>
  );
}

interface TextProps {
  readonly kind: Kind;
  readonly language: Language;
  readonly all: All;
  readonly revision: number;
}

function Text({ kind, language, all, revision: now }: TextProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const may = useMay();
  const own = all.texts[kind]?.[language];
  const [wanted, setWanted] = useState(own ?? null);
  // What others wrote elsewhere is kept; what they wrote here since this was begun is not overwritten.
  const [begun, setBegun] = useState({ own, revision: now });
  const revision = JSON.stringify(begun.own) === JSON.stringify(own) ? now : begun.revision;
  const isWhole = wanted !== null && wanted.subject.trim() !== '' && wanted.body.trim() !== '';
  const preview = useAnswer('notice.preview', { kind, language, ...(isWhole ? wanted : {}) });
  const put = useCommand('notice.rules.put');
  const save = (text: typeof wanted): void => {
    const { [language]: _, ...others } = all.texts[kind] ?? {};
    const texts = { ...all.texts, [kind]: text ? { ...others, [language]: text } : others };
    put.mutate(
      { rules: { ...all, texts }, revision },
      {
        onSuccess: (saved) => {
          setBegun({ own: saved.rules.texts[kind]?.[language], revision: saved.revision });
          setWanted(text);
          void message.success(t('settings.saved'));
        },
      },
    );
  };
  return (
    <Part
      title={languages[language]}
      extra={
        may('notice.rules.put') &&
        (wanted === null ? (
          <Button disabled={!preview.data} onClick={() => setWanted({ subject: '', body: '' })}>
            {t('notices.texts.own')}
          </Button>
        ) : (
          <Button onClick={() => (own ? save(null) : setWanted(null))}>{t('notices.texts.ours')}</Button>
        ))
      }
    >
      <div className={styles.wideForm}>
        {put.error && (
          <SavedMeanwhile
            error={put.error}
            onReload={() => {
              put.reset();
              setBegun({ own, revision: now });
              setWanted(own ?? null);
            }}
          />
        )}
        {wanted && (
          <>
            <Field label={t('notices.texts.subject')} required>
              {(id) => (
                <Input
                  id={id}
                  lang={language}
                  value={wanted.subject}
                  onChange={(event) => setWanted({ ...wanted, subject: event.target.value })}
                />
              )}
            </Field>
            <Field
              label={t('notices.texts.body')}
              required
              help={t('notices.texts.placeholders', { names: (preview.data?.placeholders ?? []).map((name) => `{${name}}`).join(' ') })}
            >
              {(id, help) => (
                <Input.TextArea
                  id={id}
                  aria-describedby={help}
                  lang={language}
                  autoSize={{ minRows: 4, maxRows: 14 }}
                  value={wanted.body}
                  onChange={(event) => setWanted({ ...wanted, body: event.target.value })}
                />
              )}
            </Field>
            <div className={styles.ways}>
              <Button type="primary" disabled={!isWhole} loading={put.isPending} onClick={() => save(wanted)}>
                {t('settings.save')}
              </Button>
            </div>
          </>
        )}
        <Answered of={preview} rows={8}>
          {(shown) => (
            <div className={styles.letter} lang={language}>
              <b>{shown.subject}</b>
              <p>{shown.text}</p>
            </div>
          )}
        </Answered>
      </div>
    </Part>
  );
}
