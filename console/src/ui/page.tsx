// The head of a page and its body: a title, what it is about, and what one can do here.
import { useEffect, type ReactNode } from 'react';
import { useNavigationType } from 'react-router';
import { shortCount, useKnownWaitingCount } from './waiting-count.ts';
import styles from './page.module.css';

interface PageProps {
  readonly title: string;
  /** Above the title: where this page belongs. */
  readonly above?: ReactNode;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  /** Tables and pictures use the whole width; text does not. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Page({ title, above, about, actions, wide = false, children }: PageProps) {
  // Whoever works in another tab sees there that something waits.
  const waiting = useKnownWaitingCount();
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${shortCount(waiting)}) ` : ''}${title} · Tributary`;
  }, [title, waiting]);
  const way = useNavigationType();
  // What is opened is read from its top; going back leads to where one was.
  useEffect(() => {
    if (way !== 'POP') globalThis.scrollTo(0, 0);
  }, [title, way]);
  return (
    <div className={`${styles.page} ${wide ? styles.wide : ''}`}>
      <header className={styles.head}>
        <div className={styles.titles}>
          {above && <div className={styles.above}>{above}</div>}
          <h1>{title}</h1>
          {about && <div className={styles.about}>{about}</div>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page: a heading and a card below it. */
export function Part({ title, extra, children }: { readonly title?: ReactNode; readonly extra?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className={styles.part}>
      {(title ?? extra) && (
        <div className={styles.partHead}>
          <h2>{title}</h2>
          {extra}
        </div>
      )}
      <div className={styles.card}>{children}</div>
    </section>
  );
}
