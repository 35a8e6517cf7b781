// Who is signed in, with appearance, own account and the way out.
import { UserOutlined } from '@ant-design/icons';
import { Button, Dropdown, type MenuProps } from 'antd';
import { Link } from 'react-router';
import { words } from '../api/generated.ts';
import { useMe } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { signOut } from './sign-out.ts';
import { chooseShade, chosenShade, type Choice } from './shade.ts';
import styles from './account-menu.module.css';

const choices: readonly Choice[] = ['light', 'dark', 'system'];

export function AccountMenu() {
  const { t, say } = useWords();
  const me = useMe();
  if (!me) return null;
  const items: MenuProps['items'] = [
    {
      key: 'who',
      disabled: true,
      label: (
        <div className={styles.who}>
          <b>{me.name}</b>
          <small>{me.isDemo ? t('app.account.demo') : me.roles.map((role) => say(words.role[role])).join(' · ')}</small>
        </div>
      ),
    },
    { type: 'divider' },
    {
      key: 'shade',
      type: 'group',
      label: t('app.theme.label'),
      children: choices.map((choice) => ({ key: choice, label: t(`app.theme.${choice}`), onClick: () => chooseShade(choice) })),
    },
    ...(me.isDemo
      ? []
      : ([
          { type: 'divider' },
          { key: 'own', label: <Link to="/settings/account">{t('app.account.own')}</Link> },
          { key: 'out', label: t('app.account.signOut'), onClick: signOut },
        ] as const)),
  ];
  return (
    <Dropdown menu={{ items, selectable: true, selectedKeys: [chosenShade()] }} trigger={['click']} placement="bottomRight">
      <Button type="text" icon={<UserOutlined />} aria-label={t('app.account.menu')} className={styles.button} />
    </Dropdown>
  );
}
