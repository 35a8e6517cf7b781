// One group: what it is for, and who is in it.
import { Empty } from 'antd';
import { Link, useParams } from 'react-router';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { addressOf } from './addresses.ts';
import { useSeenRows } from '../../ui/seen-rows.ts';
import styles from './person.module.css';
import { Timeline } from './timeline.tsx';

const ROW = 40;

export function Component() {
  const id = useParams().group ?? '';
  const group = useAnswer('group.get', { group: id });
  return (
    <Answered of={group} rows={8}>
      {(found) => <Group id={found.id} title={found.title} about={String(found.attributes.description ?? '')} members={found.relations} />}
    </Answered>
  );
}

interface GroupProps {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly members: readonly { readonly id: string; readonly type: string; readonly name: string }[];
}

function Group({ id, title, about, members }: GroupProps) {
  const { t } = useWords();
  const { box, first, end } = useSeenRows(members.length, ROW);
  return (
    <Page title={title} about={about} above={<Link to="/directory">{t('directory.title')}</Link>}>
      <Part title={t('directory.members', { count: members.length })}>
        {members.length === 0 && (
          <Empty style={{ padding: 28 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('directory.noMembers')} />
        )}
        <div ref={box} {...(members.length > 0 ? { role: 'list' } : {})} tabIndex={-1} style={{ maxHeight: 480, overflowY: 'auto' }}>
          <div role="presentation" style={{ height: first * ROW }} />
          {members.slice(first, end).map((member) => (
            <div key={member.id} role="listitem" className={styles.member}>
              <Link to={addressOf(member.type, member.id)}>{member.name}</Link>
            </div>
          ))}
          <div role="presentation" style={{ height: Math.max(0, members.length - end) * ROW }} />
        </div>
      </Part>
      <Part title={t('person.timeline')}>
        <Timeline object={id} />
      </Part>
    </Page>
  );
}
