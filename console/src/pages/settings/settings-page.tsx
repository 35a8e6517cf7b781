// The frame of the settings: what there is at the side, the sub-page beside it; what a role may not see is not listed.
import { Suspense, useEffect, useRef } from 'react';
import { Skeleton } from 'antd';
import { NavLink, Outlet, useLocation } from 'react-router';
import { useMay, useMe } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Page } from '../../ui/page.tsx';
import { NoRole } from '../../ui/no-role.tsx';
import { sections } from './sections.ts';
import styles from './settings.module.css';

export function SettingsPage() {
  const { t } = useWords();
  const may = useMay();
  const me = useMe();
  const { pathname } = useLocation();
  const side = useRef<HTMLElement>(null);
  const isKnown = me !== undefined;
  // On a phone the sections are a row that scrolls: where one is must be in sight.
  useEffect(() => {
    if (isKnown) side.current?.querySelector(`[href$="${pathname}"]`)?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname, isKnown]);
  if (!me) return <Skeleton active style={{ padding: 32 }} />;
  const isSeen = ({ name, needs }: (typeof sections)[number]): boolean =>
    needs === null ? name !== 'account' || me.kind === 'person' : may(needs);
  const groups = Map.groupBy(sections.filter(isSeen), ({ group }) => group);
  const here = sections.find(({ name }) => pathname === `/settings/${name}`);
  return (
    <Page title={t('settings.title')} wide>
      <div className={styles.columns}>
        <nav ref={side} className={styles.side} aria-label={t('settings.title')}>
          {[...groups].map(([group, own]) => (
            <div key={group} className={styles.group}>
              <h2>{t(`settings.group.${group}`)}</h2>
              {own.map(({ name }) => (
                <NavLink key={name} to={`/settings/${name}`} className={({ isActive }) => `${styles.link} ${isActive ? styles.here : ''}`}>
                  {t(`settings.section.${name}`)}
                </NavLink>
              ))}
            </div>
          ))}
        </nav>
        <div className={styles.body}>
          <Suspense fallback={<Skeleton active />}>
            {here?.needs && !may(here.needs) ? <NoRole needs={here.needs} heading="h2" /> : <Outlet />}
          </Suspense>
        </div>
      </div>
    </Page>
  );
}
