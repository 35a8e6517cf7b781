// The frame around every page: where one can go, the brake, language, appearance, account.
import { Suspense, useEffect } from 'react';
import { Modal, Skeleton } from 'antd';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { meQuery, useAnswer } from '../api/hooks.ts';
import { speak, useWords } from '../i18n/i18n.ts';
import { Help } from '../help/help.tsx';
import { shortCount, useWaitingCount } from '../ui/waiting-count.ts';
import { AccountMenu } from './account-menu.tsx';
import { Brake, BrakesOn } from './brake.tsx';
import { belongs, places } from './places.tsx';
import styles from './shell.module.css';

export function Shell() {
  const { t, language } = useWords();
  const { data: me, error: unknown } = useQuery(meQuery);
  const { pathname } = useLocation();
  // A question belongs to the page that asked it.
  useEffect(() => () => Modal.destroyAll(), [pathname]);
  const status = useAnswer('status', {}, { everyMs: 5_000, enabled: me !== undefined });
  const waiting = useWaitingCount(me !== undefined);
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content" onClick={(event) => toContent(event)}>
        {t('app.skip')}
      </a>
      <header className={styles.bar}>
        <NavLink to="/" className={styles.mark} aria-label={t('app.name')}>
          <Mark />
          <span>{t('app.name')}</span>
        </NavLink>
        <nav className={styles.nav} aria-label={t('app.nav.label')}>
          {places.map((place) => {
            const { to, name, Icon } = place;
            const isHere = belongs(place, pathname);
            return (
              <Link
                key={to}
                to={to}
                {...(isHere ? { 'aria-current': 'page' } : {})}
                className={`${styles.place} ${isHere ? styles.here : ''}`}
              >
                <span aria-hidden className={styles.icon}>
                  <Icon />
                </span>
                <span>{t(`app.nav.${name}`)}</span>
                {name === 'waiting' && waiting !== 0 && (
                  // Its place is kept until it is known: nothing moves aside.
                  <b className={`${styles.count} ${waiting === undefined ? styles.unknown : ''}`}>{shortCount(waiting ?? 0)}</b>
                )}
              </Link>
            );
          })}
        </nav>
        <div className={styles.tools}>
          <Brake brakes={status.data?.brakes ?? []} />
          <button
            type="button"
            className={styles.tool}
            onClick={() => void speak(language === 'zh' ? 'en' : 'zh')}
            lang={language === 'zh' ? 'en' : 'zh-CN'}
          >
            {t('app.otherLanguage')}
          </button>
          <Help />
          <AccountMenu />
        </div>
      </header>
      <BrakesOn brakes={status.data?.brakes ?? []} />
      <main id="content" className={styles.main} tabIndex={-1}>
        {/* What one may do is known before anything is shown: no button pushes the others aside. */}
        {me === undefined && unknown === null ? (
          <Skeleton active style={{ padding: 32 }} />
        ) : (
          <Suspense fallback={<Skeleton active style={{ padding: 32 }} />}>
            <Outlet />
          </Suspense>
        )}
      </main>
    </div>
  );
}

/** The address behind `#` is the page's: the link must not change it. */
function toContent(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#content')?.focus();
}

/** Three streams that become one. */
function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden>
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path d="M6 9c7 0 7 7 12 7h8M6 16h20M6 23c7 0 7-7 12-7" fill="none" stroke="var(--paper)" strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  );
}
