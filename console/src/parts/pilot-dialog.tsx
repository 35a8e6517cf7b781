// Whom a job is tried with: chosen, explained, and begun; or changed while it goes on.
import { App, Alert, Modal } from 'antd';
import { useState } from 'react';
import type { WireInput, WireOutput } from '../../../src/server/api/wire.ts';
import { useAnswer, useCommand } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { Answered } from '../ui/answered.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { departmentsOf, isEnough, nothing, type Chosen } from './scope.ts';
import { ScopePeopleCount } from './scope-count.tsx';
import { ChosenDepartments, ScopeDepartments } from './scope-departments.tsx';
import { ScopePeople } from './scope-people.tsx';
import styles from './scope-part.module.css';

type Details = WireOutput<'job.get'>;
type Pilot = Pick<NonNullable<WireInput<'scope.preview'>['scope']>, 'departments' | 'people'>;

interface PilotProps {
  readonly job: number;
  readonly onEnd: () => void;
  /** It has been begun or changed. */
  readonly onBegun?: () => void;
}

/** Opens with what is saved. */
export function PilotDialog(props: PilotProps) {
  const { t } = useWords();
  const details = useAnswer('job.get', { job: props.job });
  if (details.data) return <Choice {...props} details={details.data} />;
  return (
    <Modal open width={860} title={t('pilot.deed')} footer={null} onCancel={props.onEnd}>
      <Answered of={details}>{() => null}</Answered>
    </Modal>
  );
}

function Choice({ details, onEnd, onBegun }: PilotProps & { readonly details: Details }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const { id: job, name, connection, direction, settings } = details;
  // What was there when it opened: what comes in meanwhile does not throw away what is ticked.
  const [pilot, setPilot] = useState<Pilot>((settings.pilot ?? {}) as Pilot);
  const update = useCommand('job.update');
  const state = useCommand('job.state');
  const tree = useAnswer('scope.preview', { connection, direction, part: settings.part });
  const departments = { ...nothing, ...pilot.departments } as Chosen;
  const people = { ...nothing, ...pilot.people } as Chosen;
  const isOn = details.state === 'pilot';
  const begin = async (): Promise<void> => {
    await update.mutateAsync({ job, settings: { pilot }, revision: details.revision });
    if (!isOn) await state.mutateAsync({ job, state: 'pilot' });
    void message.success(t(isOn ? 'pilot.saved' : 'pilot.begun', { name }));
    onEnd();
    onBegun?.();
  };
  const enough = isEnough('only', pilot as Parameters<typeof isEnough>[1]);
  const pick = (chosen: Chosen): void => {
    setPilot({ ...pilot, departments: departmentsOf(chosen).departments ?? { include: [], exclude: [] } });
  };
  const error = update.error ?? state.error;
  return (
    <Modal
      open
      width={860}
      className={styles.dialog!}
      title={t('pilot.title', { name })}
      okText={t(isOn ? 'pilot.save' : 'pilot.begin')}
      cancelText={t('app.cancel')}
      okButtonProps={{ disabled: !enough, loading: update.isPending || state.isPending }}
      onCancel={onEnd}
      // What went wrong is shown from the commands.
      onOk={() => void begin().catch(() => undefined)}
    >
      <div className={styles.scope}>
        <p>{t('pilot.what')}</p>
        <Answered of={tree}>
          {({ departments: all }) => (
            <>
              <div className={styles.panels}>
                <ScopeDepartments
                  direction={direction}
                  departments={all}
                  mode="only"
                  chosen={departments}
                  onChange={({ chosen }) => pick(chosen)}
                />
                <ChosenDepartments
                  departments={all}
                  mode="only"
                  chosen={departments}
                  hasPeople={false}
                  onChange={({ chosen }) => pick(chosen)}
                />
                <ScopePeople
                  connection={connection}
                  direction={direction}
                  mode="only"
                  chosen={people}
                  names={details.scopeNames}
                  onChange={({ include, exclude }) => setPilot({ ...pilot, people: { include: [...include], exclude: [...exclude] } })}
                />
              </div>
              <ScopePeopleCount
                direction={direction}
                departments={all}
                mode="only"
                chosen={departments}
                named={people.include.length}
                leftOut={people.exclude.length}
              />
            </>
          )}
        </Answered>
        {!enough && <Alert type="info" showIcon title={t('pilot.choose')} />}
        <p className="soft">{t('pilot.later')}</p>
        {error && <Trouble error={error} />}
      </div>
    </Modal>
  );
}
