// Who something held is about: a way to their page, and what tells them from others of the same name.
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { words } from '../../api/generated.ts';
import { useWords } from '../../i18n/i18n.ts';
import type { Held } from './held-question.tsx';
import styles from './held.module.css';
import { wordOf } from './run-kind.ts';

type Who = Pick<Held, 'title' | 'type' | 'number' | 'department' | 'object'>;

/** `more`: said after it, on a line of its own below the name. */
export function HeldWho({ held: { title, type, number, department, object }, more }: { readonly held: Who; readonly more?: ReactNode }) {
  const { say } = useWords();
  return (
    <>
      {type === 'person' && object !== null ? (
        <Link className={styles.who} to={`/people/${object}`}>
          {title}
        </Link>
      ) : (
        <b>{title}</b>
      )}{' '}
      {more !== undefined && <br />}
      <span className="soft">
        {[number, department ?? say(wordOf(words.type, type))].filter((one) => one !== null).join(' · ')}
        {more !== undefined && <> · {more}</>}
      </span>
    </>
  );
}
