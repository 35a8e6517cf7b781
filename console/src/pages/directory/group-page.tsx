// One group: what it is for, the rule that it follows, who is in it, and what can be done with it.
import { Button, Empty } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { AnsweredPage } from '../../ui/answered-page.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { EditDialog } from './edit-dialog.tsx';
import styles from './edit.module.css';
import { GroupForm } from './group-form.tsx';
import { Members } from './members.tsx';
import { SeePlan } from './person-edits.tsx';
import { Timeline } from './timeline.tsx';

export function Component() {
  const id = useParams().group ?? '';
  const group = useAnswer('group.get', { group: id });
  return (
    <AnsweredPage of={group} kind="group">
      {(found) => <Group group={found} />}
    </AnsweredPage>
  );
}

type Found = WireOutput<'group.get'>;

function Group({ group }: { readonly group: Found }) {
  const { t, colon } = useWords();
  const may = useMay();
  const [deed, setDeed] = useState<'edit' | 'remove' | null>(null);
  return (
    <Page
      title={group.title}
      about={String(group.attributes.description ?? '')}
      above={<Link to="/groups">{t('group.title')}</Link>}
      actions={
        may('edit.propose') && (
          <>
            <Button onClick={() => setDeed('edit')}>{t('group.edit')}</Button>
            <Button danger onClick={() => setDeed('remove')}>
              {t('group.remove')}
            </Button>
          </>
        )
      }
    >
      {group.rule && <Rule rule={group.rule} />}
      <Part title={t('directory.members', { count: group.members })}>
        {group.members === 0 ? (
          <Empty style={{ padding: 28 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('directory.noMembers')} />
        ) : (
          <Members group={group.id} count={group.members} />
        )}
      </Part>
      <Part title={t('person.timeline')}>
        <Timeline object={group.id} />
      </Part>
      {deed && (
        <EditDialog title={t(`group.${deed}`) + colon + group.title} onEnd={() => setDeed(null)}>
          {(propose) =>
            deed === 'edit' ? (
              <GroupForm group={group} propose={propose} />
            ) : (
              <div className={styles.form}>
                <p>{t('group.removeExplain')}</p>
                <SeePlan onClick={() => propose([{ do: 'group.delete', group: group.id }])} />
              </div>
            )
          }
        </EditDialog>
      )}
    </Page>
  );
}

function Rule({ rule }: { readonly rule: NonNullable<Found['rule']> }) {
  const { t, language } = useWords();
  const departments = rule.departments.map((one) => `${one.name}${one.below ? ` (${t('group.rule.andBelow')})` : ''}`);
  return (
    <Part title={t('group.follows')}>
      <dl className={styles.rule}>
        <div>
          <dt>{t('group.rule.departments')}</dt>
          <dd>{departments.length === 0 ? t('group.rule.everybody') : departments.join(language === 'zh' ? '、' : ', ')}</dd>
        </div>
        {rule.where && (
          <div>
            <dt>{t('group.rule.where')}</dt>
            <dd>
              <code>{rule.where}</code>
            </dd>
          </div>
        )}
      </dl>
    </Part>
  );
}
