// Where somebody stands: departments, managers up to the top, who reports to them, what they lead, groups.
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Part } from '../../ui/page.tsx';
import { USUAL_TREE } from './usual-tree.ts';
import styles from './person.module.css';

type Place = WireOutput<'directory.place'>;
const FEW = 8;

export function Standing({ of }: { readonly of: Place }) {
  const { t } = useWords();
  const several = new Set(of.departments.map((one) => one.tree)).size > 1;
  return (
    <>
      <Part title={t('person.departments')}>
        {of.departments.length === 0 ? (
          <p className={styles.none}>{t('person.noDepartment')}</p>
        ) : (
          <ul className={styles.plain}>
            {of.departments.map((one) => (
              <li key={one.path.at(-1)?.id}>
                <Way path={one.path} />
                <div className={styles.small}>
                  {[
                    one.primary && of.departments.length > 1 ? t('person.primary') : null,
                    several && one.tree !== null ? (one.tree === USUAL_TREE ? t('directory.tree.usual') : one.tree) : null,
                    one.title,
                    one.from && t('person.from', { day: one.from }),
                    one.until && t('person.until', { day: one.until }),
                    one.jobName,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Part>
      <Part title={t('person.managers')}>
        {of.managers.length === 0 ? (
          <p className={styles.none}>{t('person.noManager')}</p>
        ) : (
          <ol className={styles.chain}>
            {of.managers.map((one) => (
              <li key={one.id}>
                <Link to={`/people/${one.id}`}>{one.title}</Link> <span className={styles.small}>{one.jobTitle}</span>
              </li>
            ))}
          </ol>
        )}
      </Part>
      {of.reports.count > 0 && (
        <Part title={t('person.reports', { count: of.reports.count })}>
          <Several>
            {of.reports.people.map((one) => (
              <li key={one.id}>
                <Link to={`/people/${one.id}`}>{one.title}</Link> <span className={styles.small}>{one.jobTitle}</span>
              </li>
            ))}
          </Several>
        </Part>
      )}
      {of.leads.length > 0 && (
        <Part title={t('person.leads')}>
          <Several>
            {of.leads.map((one) => (
              <li key={one.id}>
                <Link to={`/directory/departments/${one.id}`}>{one.name}</Link>
              </li>
            ))}
          </Several>
        </Part>
      )}
      {of.groups.length > 0 && (
        <Part title={t('person.groups')}>
          <Several>
            {of.groups.map((one) => (
              <li key={one.id}>
                <Link to={`/groups/${one.id}`}>{one.name}</Link>
              </li>
            ))}
          </Several>
        </Part>
      )}
    </>
  );
}

function Way({ path }: { readonly path: Place['departments'][number]['path'] }) {
  return (
    <span>
      {path.slice(0, -1).map((step) => (
        <span key={step.id} className={styles.small}>
          {step.name} /{' '}
        </span>
      ))}
      {path.slice(-1).map((step) => (
        <Link key={step.id} to={`/directory/departments/${step.id}`}>
          {step.name}
        </Link>
      ))}
    </span>
  );
}

/** The first few, and all of them when asked. */
function Several({ children }: { readonly children: readonly ReactNode[] }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  return (
    <ul className={styles.plain}>
      {all ? children : children.slice(0, FEW)}
      {children.length > FEW && (
        <li>
          <Button type="link" size="small" style={{ padding: 0 }} onClick={() => setAll(!all)}>
            {all ? t('person.fewer') : t('person.more', { count: children.length - FEW })}
          </Button>
        </li>
      )}
    </ul>
  );
}
