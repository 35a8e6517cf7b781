// Each value with the system it comes from; opened, who says what, by which rule, and why that one counts.
import { LockOutlined } from '@ant-design/icons';
import { Button, Empty } from 'antd';
import { useState } from 'react';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { mappingValue } from '../job/setting-words.ts';
import { CONSOLE } from './console-source.ts';
import type { Explained } from './person-page.tsx';
import styles from './person.module.css';

type Attribute = Explained['attributes'][number];
const isEmpty = (attribute: Attribute): boolean => attribute.value === null || attribute.value === undefined || attribute.value === '';

export function Attributes({ person }: { readonly person: Explained }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const empty = person.attributes.filter(isEmpty).length;
  const seen = person.attributes.filter((attribute) => all || !isEmpty(attribute));
  const byHand = new Set(person.sources.filter((source) => source.connection === CONSOLE).map((source) => source.job));
  return (
    <>
      {seen.length === 0 && <Empty style={{ padding: 28 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('person.noValues')} />}
      <ul className={styles.values}>
        {seen.map((attribute) => (
          <li key={attribute.name}>
            <OneValue attribute={attribute} byHand={byHand} />
          </li>
        ))}
      </ul>
      {empty > 0 && (
        <Button type="link" size="small" className={styles.more} onClick={() => setAll(!all)}>
          {all ? t('person.hideEmpty') : t('person.showEmpty', { count: empty })}
        </Button>
      )}
    </>
  );
}

function OneValue({ attribute, byHand }: { readonly attribute: Attribute; readonly byHand: ReadonlySet<number> }) {
  const { t, say } = useWords();
  const [open, setOpen] = useState(false);
  const winner = attribute.said.find((one) => one.wins);
  const isLocked = winner !== undefined && !byHand.has(winner.job);
  const wayOut = winner && t(winner.made ? 'more.made' : 'person.locked', { job: winner.jobName });
  return (
    <>
      <div className={styles.value}>
        <span className={styles.label}>{say(attribute.label)}</span>
        <span className={styles.is}>{shown(attribute.value)}</span>
        <span className={styles.from}>
          {winner && (
            <span title={isLocked ? wayOut : t('person.yours')}>
              {isLocked && <LockOutlined aria-label={t('person.lockedShort')} />} {winner.jobName}
            </span>
          )}
          {attribute.said.length > 0 && (
            <Button type="link" size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
              {t('person.why')}
            </Button>
          )}
        </span>
      </div>
      {open && (
        <ul className={styles.said}>
          {attribute.said.map((one) => (
            <li key={`${one.job} ${one.key}`} className={one.wins ? styles.wins : ''}>
              <div>
                <b>{one.jobName}</b> {t('person.says')} <b>{shown(one.value)}</b>
              </div>
              <div className="soft">
                {t('person.rule')}{' '}
                {one.rule.split(' · ').map((row) => (
                  <code key={row} className={styles.rule}>
                    {mappingValue(row.replace(/ \((\w+)\)$/, ', when $1'), t)}
                  </code>
                ))}
                {one.source.length > 0 && ` · ${one.source.map((field) => `${field.name} = ${shown(field.value)}`).join(', ')}`}
              </div>
              <div className={one.wins ? styles.good : 'soft'}>{say(one.why)}</div>
            </li>
          ))}
          {isLocked && <li className="soft">{wayOut}</li>}
        </ul>
      )}
    </>
  );
}

const shown = (value: unknown): string =>
  value === null || value === undefined || value === '' ? '–' : Array.isArray(value) ? value.map(String).join(', ') : String(value);
