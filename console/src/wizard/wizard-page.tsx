// #/new: the wizard from a system to a first safe sync. The frame: where one is, what is done, back and on.
import { useEffect } from 'react';
import { Segmented } from 'antd';
import { Navigate, useNavigate, useParams, useSearchParams } from 'react-router';
import { useWords } from '../i18n/i18n.ts';
import { ForRole } from '../ui/for-role.tsx';
import { Page } from '../ui/page.tsx';
import { AppStep } from './app-step.tsx';
import { ConfigurationStep } from './configuration-step.tsx';
import { keepDraft, newDraft, useDraft, type Draft } from './draft.ts';
import { ReviewStep } from './review-step.tsx';
import { StartStep } from './start-step.tsx';
import { isPart } from '../parts/parts.ts';
import type { PartId } from '../parts/part.ts';
import { PartStep } from './part-step.tsx';
import { Rail } from './rail.tsx';
import { stepsOf, type StepId, type Way } from './steps.ts';
import styles from './wizard.module.css';

export interface StepProps {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  /** Moves to the step behind or before this one. */
  readonly onNext: () => void;
  readonly onBack: () => void;
}

const pages: Readonly<Record<Exclude<StepId, PartId>, (props: StepProps) => React.ReactNode>> = {
  app: AppStep,
  configuration: ConfigurationStep,
  review: ReviewStep,
  start: StartStep,
};

/** #/new: a fresh draft, then its own address, so that leaving and coming back loses nothing. */
export function NewJob() {
  return (
    <ForRole needs="job.create">
      <Begin />
    </ForRole>
  );
}

function Begin() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  useEffect(() => {
    const draft = newDraft(search.get('direction') === 'down' ? 'down' : 'up', Date.now());
    keepDraft(draft);
    void navigate(`/new/${draft.id}`, { replace: true });
  }, [navigate, search]);
  return null;
}

export function WizardPage() {
  return (
    <ForRole needs="job.create">
      <Wizard />
    </ForRole>
  );
}

function Wizard() {
  const { draft: id = '' } = useParams();
  const { t } = useWords();
  const [draft, change] = useDraft(id);
  if (!draft) return <Navigate to="/new" replace />;
  const steps = stepsOf(draft.way);
  const at = Math.max(0, steps.indexOf(draft.step));
  const go = (step: StepId): void => {
    change({ step });
    globalThis.scrollTo({ top: 0 });
  };
  const here = steps[at]!;
  const step: StepProps = {
    draft,
    change,
    onNext: () => go(steps[Math.min(at + 1, steps.length - 1)]!),
    onBack: () => go(steps[Math.max(at - 1, 0)]!),
  };
  const Step = isPart(here) ? null : pages[here];
  return (
    <Page
      title={t('wizard.title')}
      about={
        <>
          {t(draft.direction === 'up' ? 'wizard.aboutUp' : 'wizard.aboutDown')} {draft.state === null && t(`wizard.wayAbout.${draft.way}`)}
        </>
      }
      actions={
        draft.state === null && (
          <Segmented
            aria-label={t('wizard.way.label')}
            value={draft.way}
            options={(['quick', 'custom'] as const).map((way) => ({ value: way, label: t(`wizard.way.${way}`) }))}
            onChange={(way: Way) => change({ way })}
          />
        )
      }
    >
      <div className={styles.wizard}>
        <Rail
          steps={steps.map((id) => ({ id, name: t(`wizard.step.${id}`) }))}
          at={at}
          // Once the job is in force, what was chosen is changed on its own page.
          isOpen={(index) => index < at && draft.state === null}
          onGo={go}
        />
        <section className={styles.step} aria-labelledby="wizard-step">
          <h2 id="wizard-step" className={styles.stepTitle} tabIndex={-1}>
            {t(`wizard.step.${steps[at]!}`)}
          </h2>
          {isPart(here) ? <PartStep key={here} part={here} {...step} /> : Step && <Step key={here} {...step} />}
        </section>
      </div>
    </Page>
  );
}
