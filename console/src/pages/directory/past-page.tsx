// The directory at any moment, and what is different between two.
import { Button, Empty, Segmented, Tag } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { types, type Type } from './gone-page.tsx';
import styles from './lists.module.css';
import { localInput, MomentInput } from './moment.tsx';
import { RestoreDialog } from './restore.tsx';

type Then = WireOutput<'directory.at'>['objects'][number];
type Difference = WireOutput<'directory.difference'>['differences'][number];
interface Back {
  readonly id: string;
  readonly title: string;
}

const PAGE = 100;
const DAY_MS = 86_400_000;

export function Component() {
  const { t } = useWords();
  const [query, setQuery] = useSearchParams();
  const [at, setAt] = useState(query.get('at') ?? localInput(Date.now() - DAY_MS));
  const [to, setTo] = useState(query.get('to') ?? '');
  const type = types.find((one) => one === query.get('type')) ?? 'person';
  const [back, setBack] = useState<Back | null>(null);
  const [seenAt, seenTo] = [query.get('at'), query.get('to')];
  const look = (more: Readonly<Record<string, string>> = {}): void =>
    setQuery({ at, type, ...(to === '' ? {} : { to }), ...more }, { replace: seenAt === null });
  return (
    <Page title={t('past.title')} about={t('past.about')} above={<Link to="/directory">{t('directory.title')}</Link>}>
      <form
        className={styles.bar}
        onSubmit={(event) => {
          event.preventDefault();
          look();
        }}
      >
        <MomentInput label={t('past.at')} value={at} onChange={setAt} />
        <MomentInput label={t('past.compare')} value={to} onChange={setTo} />
        <Segmented<Type>
          aria-label={t('past.type')}
          value={type}
          onChange={(value) => look({ type: value })}
          options={types.map((value) => ({ value, label: t(`directory.found.${value}`) }))}
        />
        <Button type="primary" htmlType="submit" disabled={at === ''}>
          {t('past.look')}
        </Button>
      </form>
      {seenAt === null && (
        <Part>
          <Empty style={{ padding: 40 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('past.hint')} />
        </Part>
      )}
      {seenAt !== null &&
        (seenTo === null || seenTo === '' ? (
          <AtThatTime at={seenAt} type={type} onBack={setBack} />
        ) : (
          <Differences from={seenAt} to={seenTo} type={type} onBack={setBack} />
        ))}
      {back && seenAt !== null && (
        <RestoreDialog object={back.id} title={back.title} at={new Date(seenAt).toISOString()} onEnd={() => setBack(null)} />
      )}
    </Page>
  );
}

interface AtProps {
  readonly at: string;
  readonly type: Type;
  readonly onBack: (back: Back) => void;
}

function AtThatTime({ at, type, onBack }: AtProps) {
  const { t } = useWords();
  const list = usePages('directory.at', { at: new Date(at).toISOString(), type, limit: PAGE });
  return (
    <>
      <Part title={t('past.everybody')}>
        <Answered of={list}>
          {({ pages }) => {
            const found = pages.flatMap((page) => page.objects);
            if (found.length === 0 && !list.hasNextPage)
              return <Empty style={{ padding: 40 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('past.none')} />;
            return (
              <ul className={styles.list}>
                {found.map((one) => (
                  <li key={one.id} className={styles.row}>
                    <WasThen one={one} />
                    <Bring onBack={() => onBack(one)} title={one.title} />
                  </li>
                ))}
              </ul>
            );
          }}
        </Answered>
      </Part>
      {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t('past.more')}</Button>}
    </>
  );
}

const text = (value: unknown): string =>
  value === null || value === undefined || value === '' ? '–' : Array.isArray(value) ? value.map(String).join(', ') : String(value);

function WasThen({ one }: { readonly one: Then }) {
  const { t } = useWords();
  const departments = one.relations.filter((edge) => edge.relation === 'membership').map((edge) => edge.name);
  const { employeeNumber, code, title } = one.attributes;
  return (
    <>
      <span className={styles.who}>
        <b>{one.title}</b>
        <span className="soft number">{[employeeNumber ?? code, title].filter(Boolean).map(String).join(' · ')}</span>
      </span>
      <span className={styles.when}>{departments.join(t('settings.listComma'))}</span>
      <span>{one.type === 'person' && <State kind="lifecycle" code={one.lifecycle} quiet />}</span>
    </>
  );
}

function Bring({ onBack, title }: { readonly onBack: () => void; readonly title: string }) {
  const { t } = useWords();
  const may = useMay();
  if (!may('directory.restore')) return <span />;
  return (
    <Button size="small" aria-label={t('past.bringTitle', { title })} onClick={onBack}>
      {t('past.bring')}
    </Button>
  );
}

const colours: Readonly<Record<Difference['what'], string>> = { made: 'success', removed: 'error', changed: 'default' };

function Differences({ from, to, type, onBack }: Omit<AtProps, 'at'> & { readonly from: string; readonly to: string }) {
  const { t, say } = useWords();
  const [first, last] = [new Date(from), new Date(to)].toSorted((a, b) => a.getTime() - b.getTime());
  const list = usePages('directory.difference', { from: first!.toISOString(), to: last!.toISOString(), type, limit: PAGE });
  return (
    <>
      <Part title={t('past.differences')}>
        <Answered of={list}>
          {({ pages }) => {
            const found = pages.flatMap((page) => page.differences);
            if (found.length === 0 && !list.hasNextPage)
              return <Empty style={{ padding: 40 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('past.same')} />;
            return (
              <ul className={styles.list}>
                {found.map((one) => (
                  <li key={one.id} className={styles.row}>
                    <b>{one.title}</b>
                    <span>
                      <Tag color={colours[one.what]}>{t(`past.${one.what}`)}</Tag>
                    </span>
                    <span />
                    {one.what === 'made' ? <span /> : <Bring onBack={() => onBack(one)} title={one.title} />}
                    {one.what === 'changed' && (
                      <span className={`${styles.changes} ${styles.wide}`}>
                        {one.values.map((value) => (
                          <span key={value.name}>
                            {say(value.label)} <del>{text(value.before)}</del> → <ins>{text(value.after)}</ins>
                          </span>
                        ))}
                        {one.relations.map((edge) => (
                          <span key={`${edge.relation} ${edge.id}`}>
                            {say(edge.label)} {edge.op === 'remove' ? <del>{edge.name}</del> : <ins>{edge.name}</ins>}
                          </span>
                        ))}
                      </span>
                    )}
                  </li>
                ))}
              </ul>
            );
          }}
        </Answered>
      </Part>
      {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t('past.more')}</Button>}
    </>
  );
}
