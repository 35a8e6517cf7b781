// The configuration as one file: taken away, and brought in with its plan shown before anything is applied.
import { Alert, App, Button, Checkbox, Input, Upload } from 'antd';
import { useState } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { ApiError, call } from '../../api/client.ts';
import { useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Copy } from '../../ui/copy.tsx';
import { Part } from '../../ui/page.tsx';
import { SavedMeanwhile } from '../../ui/saved-meanwhile.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { ConfigPlan } from './config-plan.tsx';
import styles from './settings.module.css';

export function ConfigurationSection() {
  const { t } = useWords();
  const may = useMay();
  return (
    <>
      <p className={styles.intro}>{t('settings.config.about')}</p>
      <TakeAway />
      {may('config.apply') && <BringIn />}
    </>
  );
}

function TakeAway() {
  const { t } = useWords();
  const [yaml, setYaml] = useState<string | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const show = (): void => {
    call('config.export', {}).then(
      (answer) => setYaml(answer.yaml),
      (reason: Error) => setError(reason),
    );
  };
  const save = (text: string): void => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
    link.download = 'tributary.yaml';
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <Part title={t('settings.config.export')}>
      {error && <Trouble error={error} />}
      {yaml === null ? (
        <div className={styles.text}>
          <p>{t('settings.config.exportWhat')}</p>
          <Button onClick={show}>{t('settings.config.show')}</Button>
        </div>
      ) : (
        <>
          {/* It scrolls by itself, so the keyboard has to reach it. */}
          <pre className={styles.yaml} tabIndex={0} aria-label={t('settings.config.export')}>
            {yaml}
          </pre>
          <div className={styles.more}>
            <div className={styles.ways}>
              <Button type="primary" onClick={() => save(yaml)}>
                {t('settings.config.download')}
              </Button>
              <Copy text={yaml} />
            </div>
          </div>
        </>
      )}
    </Part>
  );
}

type Plan = WireOutput<'config.plan'>;

function BringIn() {
  const { t } = useWords();
  const { message } = App.useApp();
  const [text, setText] = useState('');
  const [prune, setPrune] = useState(false);
  const [plan, setPlan] = useState<Plan | null>(null);
  const [done, setDone] = useState<WireOutput<'config.apply'> | null>(null);
  const look = useCommand('config.plan');
  const apply = useCommand('config.apply');
  const change = (next: string): void => {
    setText(next);
    setPlan(null);
    setDone(null);
    apply.reset();
  };
  const show = (): void => look.mutate({ document: text, prune }, { onSuccess: setPlan });
  const carryOut = (withoutForecast: boolean): void =>
    apply.mutate(
      {
        document: text,
        prune,
        withoutForecast,
        forecasts: forecastsOf(apply.error),
        ...(plan ? { revision: plan.revision } : {}),
      },
      {
        onSuccess: (answer) => {
          setDone(answer);
          setPlan(null);
          void message.success(t('settings.config.applied'));
        },
      },
    );
  const changes = plan?.entries.filter((entry) => entry.action !== 'same') ?? [];
  const isLate = apply.error instanceof ApiError && apply.error.problem.saved !== undefined;
  const refused = apply.error instanceof ApiError && forecastsOf(apply.error).length > 0;
  return (
    <Part title={t('settings.config.import')}>
      <div className={styles.wideForm}>
        <p className="soft">{t('settings.config.importWhat')}</p>
        <Input.TextArea
          aria-label={t('settings.config.text')}
          placeholder={t('settings.config.paste')}
          autoSize={{ minRows: 6, maxRows: 20 }}
          className={styles.mono!}
          value={text}
          onChange={(event) => change(event.target.value)}
        />
        <div className={styles.ways}>
          <Upload
            accept=".yaml,.yml,.json"
            showUploadList={false}
            beforeUpload={(file) => {
              void file.text().then(change);
              return false;
            }}
          >
            <Button>{t('settings.config.choose')}</Button>
          </Upload>
          <Button type={plan ? 'default' : 'primary'} disabled={text.trim() === ''} loading={look.isPending} onClick={show}>
            {t('settings.config.plan')}
          </Button>
        </div>
        <Checkbox
          checked={prune}
          onChange={(event) => {
            setPrune(event.target.checked);
            setPlan(null);
          }}
        >
          {t('settings.config.prune')}
        </Checkbox>
        <div aria-live="polite">
          {look.error && <Trouble error={look.error} />}
          {plan && <ConfigPlan plan={plan} />}
          {isLate && apply.error && (
            <SavedMeanwhile
              error={apply.error}
              onReload={() => {
                apply.reset();
                show();
              }}
            />
          )}
          {apply.error && !isLate && (
            <Alert
              type="warning"
              showIcon
              title={t('settings.config.consequence')}
              description={apply.error.message}
              action={
                <Button danger onClick={() => carryOut(!refused)}>
                  {t('settings.config.anyway')}
                </Button>
              }
            />
          )}
          {done && done.unseen.length > 0 && (
            <Alert
              type="info"
              showIcon
              title={t('settings.config.unseen', { jobs: done.unseen.map((job) => job.jobName).join(t('settings.listComma')) })}
            />
          )}
        </div>
        {plan && plan.problems.length === 0 && changes.length > 0 && !apply.error && (
          <Button style={{ justifySelf: 'start' }} type="primary" loading={apply.isPending} onClick={() => carryOut(false)}>
            {t('settings.config.apply', { count: changes.length })}
          </Button>
        )}
      </div>
    </Part>
  );
}

/** The runs that showed what the file would do: named in the refusal, and named back when somebody has read it. */
const forecastsOf = (error: Error | null): number[] =>
  error instanceof ApiError
    ? (error.problem.errors ?? [])
        .filter((issue) => issue.field.startsWith('forecast'))
        .flatMap((issue) => [...issue.message.matchAll(/\d+/g)].map(([run]) => Number(run)))
    : [];
