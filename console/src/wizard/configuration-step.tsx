// The connection: one that is there or a new one, its settings, and the check that says level by level whether it works.
import { QuestionCircleOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { Alert, Button, Input, Radio, Select } from 'antd';
import { ApiError } from '../api/client.ts';
import { useAnswer, useCommand } from '../api/hooks.ts';
import { configOf, isAsked, isFor, isMissing, type ConnectorView } from '../forms/setting.ts';
import { Field, SettingsForm } from '../forms/settings-form.tsx';
import { openHelp } from '../help/open.ts';
import { useWords } from '../i18n/i18n.ts';
import { Callback } from '../pages/connections/callback.tsx';
import { ProbeWrite } from '../pages/connections/probe-write.tsx';
import { Answered } from '../ui/answered.tsx';
import { Findings } from '../ui/findings.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { ColumnsTable } from './columns-table.tsx';
import { Foot } from './foot.tsx';
import { freeId, freeName } from './free-name.ts';
import type { StepProps } from './wizard-page.tsx';
import styles from './wizard.module.css';

export function ConfigurationStep(props: StepProps) {
  const connectors = useAnswer('connector.list', {});
  const connections = useAnswer('connection.list', {});
  const jobs = useAnswer('job.list', {});
  return (
    <Answered of={connectors}>
      {(known) => (
        <Answered of={connections}>
          {({ connections: all }) => (
            <Answered of={jobs}>
              {({ jobs: others }) => (
                <Settings
                  {...props}
                  connector={known.connectors.find((one) => one.id === props.draft.connector)!}
                  connections={all}
                  taken={others.filter((job) => job.id !== props.draft.job).map((job) => job.name)}
                />
              )}
            </Answered>
          )}
        </Answered>
      )}
    </Answered>
  );
}

interface SettingsProps extends StepProps {
  readonly connector: ConnectorView;
  readonly connections: readonly {
    readonly id: string;
    readonly connector: string;
    readonly name: string;
    readonly secrets: readonly string[];
    readonly config: Readonly<Record<string, unknown>>;
  }[];
  /** Names of other jobs. */
  readonly taken: readonly string[];
}

/** Levels of a check without which nothing can be read or written; what else is missing is a loss that one may choose. */
const essential: ReadonlySet<string> = new Set(['reachable', 'signed-in']);

/** More connections than these are a list to search in. */
const FEW = 5;

function Settings({ draft, change, onNext, onBack, connector, connections, taken }: SettingsProps) {
  const { t, say } = useWords();
  const [secrets, setSecrets] = useState<Readonly<Record<string, unknown>>>({});
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});
  const [isBringing, setBringing] = useState(false);
  const [probeWrite, setProbeWrite] = useState(false);
  const create = useCommand('connection.create');
  const update = useCommand('connection.update');
  const check = useCommand('connection.check');
  const name = draft.name || freeName(say(connector.name), taken);
  const mine = connections.find((one) => one.id === draft.connection);
  const existing = connections.filter(
    (one) =>
      one.connector === connector.id && (draft.isExisting || one.id !== draft.connection) && isFor(one.config, connector, draft.direction),
  );
  const values = { ...draft.config, ...secrets };
  const isTaken = taken.includes(name);
  const newId = freeId(
    connector.id,
    connections.map((one) => one.id),
  );

  /** '' = a new one. */
  const choose = (id: string): void => {
    check.reset();
    change(id === '' ? { isExisting: false, connection: null, isChecked: false } : { isExisting: true, connection: id, isChecked: false });
  };

  const set = (field: string, value: unknown): void => {
    setWrong(({ [field]: _, ...rest }) => rest);
    if (connector.settings.find((one) => one.name === field)!.secret) {
      setSecrets({ ...secrets, [field]: value });
      change({ isChecked: false });
    } else change({ config: { ...draft.config, [field]: value }, isChecked: false });
  };

  /** Id of the saved connection; null: something is missing, or the server refused. */
  const save = async (): Promise<string | null> => {
    if (draft.isExisting) return draft.connection;
    const missing = connector.settings.filter(
      (one) =>
        isAsked(one, connector.settings, values, draft.direction) &&
        isMissing(one, values) &&
        !(one.secret && mine?.secrets.includes(one.name)),
    );
    if (missing.length > 0 || isTaken) {
      setWrong(Object.fromEntries(missing.map((one) => [one.name, t('forms.needed')])));
      return null;
    }
    const config = configOf(connector.settings, values, draft.direction, mine?.config);
    try {
      if (mine) await update.mutateAsync({ connection: mine.id, name, config });
      else {
        await create.mutateAsync({ id: newId, connector: connector.id, name, config });
        change({ connection: newId, name });
        return newId;
      }
      return mine.id;
    } catch (error) {
      if (error instanceof ApiError)
        setWrong(
          Object.fromEntries(
            (error.problem.errors ?? []).map((issue) => [issue.field.replace(/^config\./, '').split(/[.[]/)[0]!, issue.message]),
          ),
        );
      return null;
    }
  };

  const proceed = async (): Promise<void> => {
    if (draft.isChecked && draft.connection !== null) {
      change({ name });
      onNext();
      return;
    }
    const id = await save();
    if (id === null) return;
    const report = await check.mutateAsync({ connection: id, direction: draft.direction, probeWrite }).catch(() => null);
    if (report === null) return;
    const isFine = report.checks.every((one) => one.findings.every((finding) => finding.ok));
    change({ name, connection: id, isChecked: isFine });
  };

  const failed = create.error ?? update.error;
  const isUnplaced =
    failed !== null && !(failed instanceof ApiError && (failed.problem.errors ?? []).some((issue) => issue.field.startsWith('config.')));
  const readsTable = draft.direction === 'up' && connector.settings.some((one) => one.isFile);
  const busy = create.isPending || update.isPending || check.isPending;
  const findings = check.data?.checks.flatMap((one) => one.findings) ?? [];
  const lacks = findings.some((one) => !one.ok);
  const canGoOn = lacks && !draft.isChecked && findings.every((one) => one.ok || !essential.has(one.level));
  return (
    <>
      {existing.length > 0 && (
        <Field label={t('wizard.connection.which')} required {...(draft.job === null ? {} : { help: t('wizard.app.settled') })}>
          {(id) =>
            existing.length > FEW ? (
              <Select
                id={id}
                showSearch={{ optionFilterProp: 'label' }}
                style={{ width: '100%', maxWidth: 420 }}
                disabled={draft.job !== null}
                value={draft.isExisting ? draft.connection : ''}
                options={[{ value: '', label: t('wizard.connection.new') }, ...existing.map((one) => ({ value: one.id, label: one.name }))]}
                onChange={(wanted) => choose(wanted ?? '')}
              />
            ) : (
              <Radio.Group
                aria-label={t('wizard.connection.which')}
                disabled={draft.job !== null}
                value={draft.isExisting ? draft.connection : ''}
                onChange={(event) => choose(event.target.value as string)}
              >
                <Radio value="">{t('wizard.connection.new')}</Radio>
                {existing.map((one) => (
                  <Radio key={one.id} value={one.id}>
                    {one.name}
                  </Radio>
                ))}
              </Radio.Group>
            )
          }
        </Field>
      )}
      <Button type="link" icon={<QuestionCircleOutlined aria-hidden />} onClick={() => openHelp(`connectors/${connector.id}`)}>
        {t('help.setUp')}
      </Button>
      <div className={styles.naming}>
        <Field label={t('wizard.name')} required wrong={isTaken ? t('wizard.nameTaken') : null}>
          {(id, describedBy) => (
            <Input
              id={id}
              aria-describedby={describedBy}
              maxLength={200}
              value={name}
              status={isTaken ? 'error' : ''}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('wizard.description')} help={t('wizard.descriptionHelp')}>
          {(id, describedBy) => (
            <Input
              id={id}
              aria-describedby={describedBy}
              maxLength={2000}
              value={draft.description}
              onChange={(event) => change({ description: event.target.value })}
            />
          )}
        </Field>
      </div>
      {!draft.isExisting && (
        <SettingsForm
          settings={connector.settings}
          values={values}
          direction={draft.direction}
          kept={mine?.secrets ?? []}
          wrong={wrong}
          onChange={set}
          onBringing={setBringing}
        />
      )}
      {draft.direction === 'up' && connector.callback && (
        <Field
          label={t('wizard.callback.label')}
          help={t(draft.connection === null ? 'wizard.callback.helpBefore' : 'wizard.callback.help')}
          required
        >
          {() => <Callback connection={draft.connection ?? newId} isSaved={draft.connection !== null} />}
        </Field>
      )}
      {draft.direction === 'down' && (
        <ProbeWrite
          checked={probeWrite}
          onChange={(wanted) => {
            setProbeWrite(wanted);
            change({ isChecked: false });
          }}
        />
      )}
      <div aria-live="polite">
        {isUnplaced && <Trouble error={failed} />}
        {check.error && <Trouble error={check.error} />}
        {findings.length > 0 && (
          <Findings
            findings={findings}
            {...(draft.isExisting ? {} : { onTake: (settings) => change({ config: { ...draft.config, ...settings }, isChecked: false }) })}
          />
        )}
        {readsTable && draft.isChecked && draft.connection !== null && (
          <ColumnsTable
            connection={draft.connection}
            config={draft.config}
            onConfig={(config) => change({ config: { ...draft.config, ...config }, isChecked: false })}
            isFixed={draft.isExisting}
          />
        )}
        {check.data && !busy && lacks && (
          <Alert type="warning" showIcon title={t(canGoOn ? 'wizard.connection.mendOrNot' : 'wizard.connection.mend')} />
        )}
      </div>
      <Foot
        onBack={onBack}
        onNext={() => void proceed()}
        busy={busy}
        disabled={isBringing}
        next={draft.isChecked ? t('wizard.next') : t(busy ? 'wizard.connection.checking' : 'wizard.connection.check')}
      >
        {canGoOn && !busy && (
          <Button
            onClick={() => {
              change({ isChecked: true });
              onNext();
            }}
          >
            {t('wizard.connection.goOn')}
          </Button>
        )}
      </Foot>
    </>
  );
}
