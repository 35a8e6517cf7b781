// An edit by hand that somebody proposed: what it would change here and everywhere, carried out or thrown away.
import { Button } from 'antd';
import { Link, useParams } from 'react-router';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { AnsweredPage } from '../../ui/answered-page.tsx';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { When } from '../../ui/when.tsx';
import { Plan } from './edit-dialog.tsx';
import styles from './edit.module.css';

export function Component() {
  const { t } = useWords();
  const may = useMay();
  const id = Number(useParams().edit);
  const found = useAnswer('edit.get', { edit: id });
  const apply = useCommand('edit.apply');
  const discard = useCommand('edit.discard');
  return (
    <AnsweredPage of={found} kind="edit">
      {(edit) => (
        <Page
          title={t('bulk.editTitle', { n: edit.id })}
          above={<Link to="/waiting">{t('waiting.title')}</Link>}
          about={
            <>
              {t('bulk.editBy', { who: edit.by })} · <When at={edit.at} /> · {t(`bulk.editState.${edit.state}`)}
              {edit.run !== null && (
                <>
                  {' · '}
                  <Link to={`/runs/${edit.run}`}>{t('person.run', { run: edit.run })}</Link>
                </>
              )}
            </>
          }
          actions={
            edit.state !== 'proposed' ? undefined : !may('edit.apply') ? (
              <NeedsRole deed="edit.apply" />
            ) : (
              <>
                <Button loading={discard.isPending} onClick={() => discard.mutate({ edit: id })}>
                  {t('edit.discard')}
                </Button>
                <Button type="primary" loading={apply.isPending} onClick={() => apply.mutate({ edit: id })}>
                  {t('edit.apply')}
                </Button>
              </>
            )
          }
        >
          {apply.error && <Trouble error={apply.error} />}
          {discard.error && <Trouble error={discard.error} />}
          <Part>
            <div className={styles.padded}>
              <Plan edit={edit} />
            </div>
          </Part>
        </Page>
      )}
    </AnsweredPage>
  );
}
