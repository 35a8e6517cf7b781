// Who may sign in, with which roles: invited by a link, changed, disabled, given a new password.
import { Button, Dropdown, Empty, Modal } from 'antd';
import { useState } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useAnswer, useCommand, useMay, useMe } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { Sign } from '../../ui/sign.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { SavedMeanwhile } from '../../ui/saved-meanwhile.tsx';
import { useApp } from '../../ui/use-app.ts';
import { When } from '../../ui/when.tsx';
import { Invite } from './invite.tsx';
import { LinkShown } from './link-shown.tsx';
import { RolesChoice, type Role } from './roles-choice.tsx';
import styles from './settings.module.css';

type Member = WireOutput<'account.list'>['accounts'][number];

export function MembersSection() {
  const { t, say } = useWords();
  const may = useMay();
  const members = useAnswer('account.list', {});
  const [isInviting, invite] = useState(false);
  return (
    <>
      <Part
        title={t('settings.members.title')}
        extra={
          may('account.invite') && (
            <Button type="primary" onClick={() => invite(true)}>
              {t('settings.members.invite')}
            </Button>
          )
        }
      >
        <Answered of={members}>
          {({ accounts }) =>
            accounts.length === 0 ? (
              <Empty className={styles.empty!} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('settings.members.none')} />
            ) : (
              <ul className={styles.rows}>
                {accounts.map((member) => (
                  <MemberRow key={member.name} member={member} />
                ))}
              </ul>
            )
          }
        </Answered>
      </Part>
      {/* Below a list of which nobody knows yet how long it is: it would be pushed away. */}
      {!members.isPending && (
        <Part title={t('settings.members.roles')}>
          <dl className={styles.facts}>
            {(Object.keys(words.role) as Role[]).map((role) => (
              <RoleFacts key={role} name={say(words.role[role])} about={t(`settings.role.${role}`)} />
            ))}
          </dl>
        </Part>
      )}
      {isInviting && <Invite onEnd={() => invite(false)} />}
    </>
  );
}

function RoleFacts({ name, about }: { readonly name: string; readonly about: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{about}</dd>
    </>
  );
}

type Task = 'roles' | 'reset' | null;

interface Stopping {
  readonly stopsTokens: readonly string[];
}

/** Tokens that may do more than whoever made them end with the roles: said, because something outside uses them. */
function useStoppedTokens(): (done: Stopping) => void {
  const { t } = useWords();
  const { modal } = useApp();
  return ({ stopsTokens }) => {
    if (stopsTokens.length === 0) return;
    modal.warning({
      title: t('settings.tokens.title'),
      content: t('settings.tokens.stops', { names: stopsTokens.join(t('settings.listComma')) }),
    });
  };
}

function MemberRow({ member }: { readonly member: Member }) {
  const { t, say } = useWords();
  const { modal, message } = useApp();
  const may = useMay();
  const me = useMe();
  const [task, setTask] = useState<Task>(null);
  const change = useCommand('account.change');
  const remove = useCommand('account.remove');
  const isOwn = me?.name === member.name;
  const isActive = member.state === 'active';
  const tellStopped = useStoppedTokens();
  const told = { onError: (error: Error) => void message.error(error.message), onSuccess: tellStopped };
  const ask = (title: string, content: string, onOk: () => void): void =>
    void modal.confirm({ title, content, okText: title, okButtonProps: { danger: true }, cancelText: t('app.cancel'), onOk });
  const disable = (): void =>
    ask(t('settings.members.disable', { name: member.title }), t('settings.members.disableWhat'), () =>
      change.mutate({ account: member.name, state: 'disabled', revision: member.revision }, told),
    );
  const items = [
    ...(member.provider === 'local'
      ? [
          { key: 'roles', label: t('settings.members.changeRoles'), onClick: () => setTask('roles') },
          { key: 'reset', label: t('settings.members.reset'), onClick: () => setTask('reset') },
        ]
      : []),
    ...(isOwn
      ? []
      : [
          isActive
            ? { key: 'state', label: t('settings.members.disableIt'), onClick: disable }
            : {
                key: 'state',
                label: t('settings.members.enable'),
                onClick: () => change.mutate({ account: member.name, state: 'active', revision: member.revision }, told),
              },
          {
            key: 'remove',
            danger: true,
            label: t('settings.members.removeIt'),
            onClick: () =>
              ask(t('settings.members.remove', { name: member.title }), t('settings.members.removeWhat'), () =>
                remove.mutate({ account: member.name }, told),
              ),
          },
        ]),
  ];
  return (
    <li>
      <div className={styles.what}>
        <div className={styles.title}>
          <b>{member.title}</b>
          {member.title !== member.name && <span className="soft">{member.name}</span>}
          {isOwn && <span className="soft">{t('settings.members.you')}</span>}
          {!isActive && <Sign tone="still">{t('settings.members.disabled')}</Sign>}
        </div>
        <small>
          {member.roles.map((role) => say(words.role[role as Role])).join(' · ')}
          {' · '}
          {member.provider === 'local'
            ? t(member.hasCodes ? 'settings.members.withCodes' : 'settings.members.withoutCodes')
            : t('settings.members.outside', { provider: member.provider })}
          {' · '}
          {member.signedInAt === null ? (
            t('settings.members.never')
          ) : (
            <>
              {t('settings.members.seen')} <When at={member.signedInAt} />
            </>
          )}
        </small>
      </div>
      {may('account.change') && items.length > 0 && (
        <Dropdown menu={{ items }} trigger={['click']}>
          <Button loading={change.isPending || remove.isPending} aria-label={t('settings.members.manage', { name: member.title })}>
            {t('settings.members.change')}
          </Button>
        </Dropdown>
      )}
      {task === 'roles' && <ChangeRoles member={member} onEnd={() => setTask(null)} />}
      {task === 'reset' && <Reset member={member} onEnd={() => setTask(null)} />}
    </li>
  );
}

function ChangeRoles({ member, onEnd }: { readonly member: Member; readonly onEnd: () => void }) {
  const { t } = useWords();
  // As they were when this was opened.
  const [revision] = useState(member.revision);
  const [roles, setRoles] = useState<readonly Role[]>(member.roles as Role[]);
  const change = useCommand('account.change');
  const tellStopped = useStoppedTokens();
  const onSuccess = (done: Stopping): void => {
    onEnd();
    tellStopped(done);
  };
  return (
    <Modal
      open
      title={t('settings.members.rolesOf', { name: member.title })}
      onCancel={onEnd}
      okText={t('settings.save')}
      cancelText={t('app.cancel')}
      okButtonProps={{ loading: change.isPending, disabled: roles.length === 0 }}
      onOk={() => change.mutate({ account: member.name, roles: [...roles], revision }, { onSuccess })}
    >
      {change.error && <SavedMeanwhile error={change.error} onReload={onEnd} />}
      <RolesChoice value={roles} onChange={setRoles} />
    </Modal>
  );
}

function Reset({ member, onEnd }: { readonly member: Member; readonly onEnd: () => void }) {
  const { t } = useWords();
  const reset = useCommand('account.reset');
  return (
    <Modal
      open
      title={t('settings.members.resetOf', { name: member.title })}
      onCancel={onEnd}
      {...(reset.data ? { footer: <Button onClick={onEnd}>{t('settings.close')}</Button> } : {})}
      okText={t('settings.members.makeLink')}
      cancelText={t('app.cancel')}
      okButtonProps={{ loading: reset.isPending }}
      onOk={() => reset.mutate({ account: member.name })}
    >
      {reset.error && <Trouble error={reset.error} />}
      {reset.data ? <LinkShown link={reset.data} /> : <p>{t('settings.members.resetWhat')}</p>}
    </Modal>
  );
}
