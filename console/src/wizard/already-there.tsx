// The system has accounts already: how many were found for somebody, and the ways to look at them before anything is written.
import { Alert, App, Button } from 'antd';
import { useAnswer, useCommand } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { modeOf, nothing, type Chosen } from '../parts/scope.ts';
import { useLeftOut } from '../parts/scope-count.tsx';
import { useCounted } from '../ui/counted.ts';
import { accountsThere } from './accounts-there.ts';
import { comparedBy, type Draft } from './draft.ts';
import type { StepId } from './steps.ts';
import styles from './wizard.module.css';

/** Nobody looks for accounts of whom the scope leaves out: so many people that is, where it can be counted. */
function useOutside({ connection, settings }: Draft): string | null {
  const { t } = useWords();
  const counted = useCounted();
  const scope = (settings.scope ?? {}) as Parameters<typeof modeOf>[0] & { readonly rules?: { readonly person?: string } };
  const mode = modeOf(scope);
  const where = scope.rules?.person ?? null;
  const isSome = mode !== 'everything' || where !== null;
  const tree = useAnswer('scope.preview', { connection: connection!, direction: 'down' }, { enabled: isSome });
  const chosen = { ...nothing, ...scope.departments } as Chosen;
  const isAsked = isSome && tree.data !== undefined;
  const count = useLeftOut({ direction: isAsked ? 'down' : 'up', departments: tree.data?.departments ?? [], mode, chosen, where }, isAsked);
  const byName = (scope.people?.include?.length ?? 0) + (scope.people?.exclude?.length ?? 0) > 0;
  if (!isSome || tree.isPending || (count === 0 && !byName)) return null;
  if (byName || count === undefined) return t('wizard.there.outsideSome');
  return t('wizard.there.outside', { people: counted('person', count) });
}

export function AlreadyThere({
  draft,
  run,
  change,
}: {
  readonly draft: Draft;
  /** The dry run. */
  readonly run: number;
  readonly change: (part: Partial<Draft>) => void;
}) {
  const { t, language } = useWords();
  const outside = useOutside(draft);
  const { message } = App.useApp();
  const compare = useCommand('match.start');
  const matching = useAnswer('match.get', { job: draft.job! });
  const plan = useAnswer('run.plan', { run, examples: 5 });
  const there = matching.data?.types.find((one) => one.type === 'person');
  if (!there || there.accounts === 0 || !plan.data) return null;
  const { found, left } = accountsThere({ run: matching.data?.run ?? null, there }, { run, groups: plan.data.groups });
  const spelled = (count: number): string => count.toLocaleString(language);
  /** The whole wizard from here on: a step that the quick way leaves out. */
  const turnTo = (step: StepId): void => {
    change({ way: 'custom', step });
    globalThis.scrollTo({ top: 0 });
  };
  const by = comparedBy(draft);
  /** Whoever asks for the comparison wants it made; one that is there is looked at. */
  const begin = (): void => {
    const toComparison = (): void => {
      change({ compared: by });
      turnTo('matching');
    };
    if (draft.compared === by) toComparison();
    else compare.mutate({ job: draft.job! }, { onSuccess: toComparison, onError: (error) => void message.error(error.message, 8) });
  };
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginBottom: 16 }}
      title={t('wizard.there.title', { name: draft.name || draft.connectorName, count: there.accounts, n: spelled(there.accounts) })}
      description={
        <>
          <p className={styles.there}>
            {t('wizard.there.found', { count: found, n: spelled(found) })} {t('wizard.there.rest', { count: left, n: spelled(left) })}
          </p>
          {left > 0 && outside !== null && <p className={styles.there}>{outside}</p>}
          <p className={styles.ways}>
            <Button loading={compare.isPending} onClick={begin}>
              {t('wizard.there.compare')}
            </Button>
            <Button onClick={() => turnTo('matching')}>{t('wizard.there.rules')}</Button>
            <Button onClick={() => turnTo('protection')}>{t('wizard.there.protect')}</Button>
          </p>
        </>
      }
    />
  );
}
