// #/jobs/:job/edit/:part: one part of a job that is there, changed by itself. What the change would do is said before it is saved.
import { useState } from 'react';
import { Alert, Button } from 'antd';
import { Link, useNavigate, useParams } from 'react-router';
import { ApiError } from '../api/client.ts';
import { useAnswer, useCommand } from '../api/hooks.ts';
import type { WireOutput } from '../../../src/server/api/wire.ts';
import type { ConnectorView, Values } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import { parts, isPart } from '../parts/parts.ts';
import type { PartId } from '../parts/part.ts';
import { NotFound } from '../app/not-found.tsx';
import { Answered } from '../ui/answered.tsx';
import { Page, Part } from '../ui/page.tsx';
import { PlanGroups } from '../ui/plan-groups.tsx';
import { Trouble } from '../ui/trouble.tsx';
import styles from './wizard.module.css';

type Job = WireOutput<'job.get'>;

export function EditPart() {
  const { job = '', part = '' } = useParams();
  const details = useAnswer('job.get', { job });
  const connection = useAnswer('connection.get', { connection: details.data?.connection ?? '' }, { enabled: details.data !== undefined });
  const connectors = useAnswer('connector.list', {});
  if (!isPart(part)) return <NotFound />;
  return (
    <Answered of={details}>
      {(own) => (
        <Answered of={connection}>
          {({ connector }) => (
            <Answered of={connectors}>
              {({ connectors: known }) => (
                // Somebody else's saving does not throw away what is being typed: it is told when one saves.
                <Edit key={own.id} job={own} part={part} connector={known.find((one) => one.id === connector)!} />
              )}
            </Answered>
          )}
        </Answered>
      )}
    </Answered>
  );
}

function Edit({ job: now, part, connector }: { readonly job: Job; readonly part: PartId; readonly connector: ConnectorView }) {
  const { t, say } = useWords();
  const navigate = useNavigate();
  const [job, setJob] = useState(now);
  const [change, setChange] = useState<Values>({});
  const forecast = useCommand('job.forecast');
  const update = useCommand('job.update');
  const Own = parts[part];
  const isChanged = Object.keys(change).length > 0;
  const back = `/jobs/${job.id}`;
  const seen = forecast.data;
  const settings = Object.fromEntries(Object.entries(change).map(([name, value]) => [name, value === undefined ? null : value]));
  const save = async (how: { readonly forecast?: number; readonly withoutForecast?: boolean }): Promise<void> => {
    await update.mutateAsync({ job: job.id, settings, revision: job.revision, ...how });
    void navigate(back);
  };
  const look = (): void => {
    update.reset();
    forecast.mutate({ job: job.id, settings, revision: job.revision });
  };
  const wasSaved = [forecast.error, update.error].find((error) => error instanceof ApiError && error.problem.code === 'changed');
  return (
    <Page title={t(`wizard.step.${part}`)} above={<Link to={back}>{job.name}</Link>}>
      <div className={styles.step}>
        <Own
          connector={connector}
          connection={job.connection}
          direction={job.direction}
          settings={{ ...job.settings, ...change }}
          onChange={(next) => {
            forecast.reset();
            setChange({ ...change, ...next });
          }}
        />
        <div className={styles.foot}>
          <Button onClick={() => void navigate(back)}>{t('app.cancel')}</Button>
          <span className={styles.push} />
          <Button type="primary" disabled={!isChanged} loading={forecast.isPending} onClick={look}>
            {t('wizard.edit.look')}
          </Button>
        </div>
      </div>
      <div aria-live="polite">
        {wasSaved && (
          <Alert
            type="warning"
            showIcon
            title={wasSaved.message}
            action={
              <Button
                onClick={() => {
                  setJob(now);
                  forecast.reset();
                  update.reset();
                }}
              >
                {t('wizard.edit.onTop')}
              </Button>
            }
          />
        )}
        {forecast.error && forecast.error !== wasSaved && (
          <>
            <Trouble error={forecast.error} />
          </>
        )}
        {update.error && update.error !== wasSaved && <Trouble error={update.error} />}
        {seen && (
          <Part title={t('wizard.edit.consequence')}>
            <div className={styles.consequence}>
              {seen.says ? (
                <Alert type="warning" showIcon title={say(seen.says)} />
              ) : (
                <Alert type="success" showIcon title={t('wizard.edit.harmless')} />
              )}
              {seen.plan.run.problem && <Alert type="error" showIcon title={say(seen.plan.run.problem)} />}
              <PlanGroups plan={seen.plan} />
              {seen.downstream.map((plan) => (
                <div key={plan.run.id}>
                  <h3>{plan.run.jobName}</h3>
                  <PlanGroups plan={plan} />
                </div>
              ))}
              <Button
                type="primary"
                danger={seen.says !== null}
                loading={update.isPending}
                onClick={() =>
                  void save(seen.plan.run.state === 'succeeded' ? { forecast: seen.forecast } : { withoutForecast: true }).catch(
                    () => undefined,
                  )
                }
              >
                {t(seen.says ? 'wizard.edit.saveAnyway' : 'wizard.edit.save')}
              </Button>
            </div>
          </Part>
        )}
      </div>
    </Page>
  );
}
