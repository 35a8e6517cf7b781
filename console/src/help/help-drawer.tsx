// The help beside the work: what belongs to the page that is open comes first; search finds symptoms, systems, guides and the words of other products.
import { ArrowLeftOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Drawer, Input, Skeleton } from 'antd';
import { useLayoutEffect, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'react-router';
import { useAnswer } from '../api/hooks.ts';
import type { ConnectorView } from '../forms/setting.ts';
import { useWords, type Language } from '../i18n/i18n.ts';
import { Markdown, type Opener } from './markdown.tsx';
import { linked, type HelpPage, type PageName } from './page.ts';
import { oldNamesFor, topicsAt, topicsFor } from './topics.ts';
import type { Topic } from './topic.ts';
import styles from './help.module.css';

/** Both are large; whoever reads in one language waits for no other. */
const fetched: Readonly<Record<Language, () => Promise<readonly HelpPage[]>>> = {
  en: async () => (await import('./pages-en.ts')).pages,
  zh: async () => (await import('./pages-zh.ts')).pages,
};

interface DrawerProps {
  readonly open: boolean;
  /** The page that is read; null: the list of what there is. */
  readonly page: PageName | null;
  readonly onPage: (page: PageName | null) => void;
  readonly onClose: () => void;
}

export function HelpDrawer({ open, page, onPage, onClose }: DrawerProps) {
  const { t, language } = useWords();
  const pages = useQuery({ queryKey: ['help', language], queryFn: fetched[language], staleTime: Number.POSITIVE_INFINITY, enabled: open });
  const own = pages.data?.find(({ name }) => name === page);
  // What was written in one language only is read in that, rather than not at all.
  const isLacking = open && page !== null && pages.isSuccess && own === undefined;
  const english = useQuery({ queryKey: ['help', 'en'], queryFn: fetched.en, staleTime: Number.POSITIVE_INFINITY, enabled: isLacking });
  const read = own ?? english.data?.find(({ name }) => name === page);
  const opener =
    (from: PageName): Opener =>
    (to) => {
      const name = linked(from, to);
      return name !== null && pages.data?.some((one) => one.name === name) ? () => onPage(name) : null;
    };
  // Whoever opened it far down in the list begins to read at its top.
  const article = useRef<HTMLElement>(null);
  useLayoutEffect(() => void article.current?.closest('.ant-drawer-body')?.scrollTo({ top: 0 }), [page]);
  return (
    <Drawer open={open} onClose={onClose} title={t('help.title')} size={page === null ? 460 : 620} mask={false}>
      {page === null ? (
        <Contents pages={pages.data ?? []} isOpen={open} onPage={onPage} open={opener('help/faq')} />
      ) : (
        <article ref={article} aria-live="polite">
          <Button type="link" className={styles.link!} icon={<ArrowLeftOutlined aria-hidden />} onClick={() => onPage(null)}>
            {t('help.all')}
          </Button>
          {(pages.isPending || (isLacking && english.isPending)) && <Skeleton active />}
          {isLacking && english.isSuccess && !read && <p className="soft">{t('help.noPage')}</p>}
          {read && (
            <>
              <h3 className={styles.page}>{read.title}</h3>
              <Markdown key={read.name} text={read.text} open={opener(read.name)} />
            </>
          )}
        </article>
      )}
    </Drawer>
  );
}

interface ContentsProps {
  readonly pages: readonly HelpPage[];
  readonly isOpen: boolean;
  readonly onPage: (page: PageName) => void;
  readonly open: Opener;
}

function Contents({ pages, isOpen, onPage, open }: ContentsProps) {
  const { t, language } = useWords();
  const { pathname } = useLocation();
  const [text, search] = useState('');
  const connectors = useAnswer('connector.list', {}, { enabled: isOpen });
  const wanted = text.trim().toLowerCase();
  const isSearching = wanted !== '';
  const topics = isSearching ? topicsFor(language, text) : topicsAt(language, pathname);
  const names = isSearching ? oldNamesFor(text) : [];
  const systems = (connectors.data?.connectors ?? []).filter(({ name, id }) =>
    `${id} ${name.en} ${name.zh}`.toLowerCase().includes(wanted),
  );
  const words = wanted.split(/\s+/);
  const guides = pages.filter(
    ({ name, title, text: said }) =>
      !name.startsWith('connectors/') && words.every((word) => `${title}\n${isSearching ? said : ''}`.toLowerCase().includes(word)),
  );
  return (
    <>
      <Input
        allowClear
        prefix={<SearchOutlined />}
        aria-label={t('help.search')}
        placeholder={t('help.search')}
        value={text}
        onChange={(event) => search(event.target.value)}
      />
      {names.map(({ there, en, zh }) => (
        <p key={there.join()} className={styles.name}>
          {there.join(' / ')} → <b>{language === 'zh' ? zh : en}</b>
        </p>
      ))}
      <Topics title={t('help.guide')} topics={topics.filter(({ kind }) => kind === 'guide')} open={open} />
      <Topics title={t('help.faq')} topics={topics.filter(({ kind }) => kind === 'faq')} open={open} />
      {systems.length > 0 && (
        <section>
          <h3 className={styles.head}>{t('help.systems')}</h3>
          {systems.map((connector) => (
            <System key={connector.id} connector={connector} onGuide={() => onPage(`connectors/${connector.id}`)} />
          ))}
        </section>
      )}
      {guides.length > 0 && (
        <section>
          <h3 className={styles.head}>{t('help.admin')}</h3>
          <ul className={styles.pages}>
            {guides.map(({ name, title }) => (
              <li key={name}>
                <Button type="link" className={styles.link!} onClick={() => onPage(name)}>
                  {title}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {isSearching && names.length + topics.length + systems.length + guides.length === 0 && (
        <p className="soft">{t('help.nothing', { text })}</p>
      )}
    </>
  );
}

function Topics({ title, topics, open }: { readonly title: string; readonly topics: readonly Topic[]; readonly open: Opener }) {
  if (topics.length === 0) return null;
  return (
    <section>
      <h3 className={styles.head}>{title}</h3>
      {topics.map((topic) => (
        <details key={topic.title} className={styles.topic}>
          <summary>{topic.title}</summary>
          <Markdown text={topic.text} open={open} />
        </details>
      ))}
    </section>
  );
}

/** Made from what the connector declares: what it is for, and where each thing of its form is found; and the way to its guide. */
function System({ connector, onGuide }: { readonly connector: ConnectorView; readonly onGuide: () => void }) {
  const { t, say } = useWords();
  return (
    <details className={styles.topic}>
      <summary>{say(connector.name)}</summary>
      <p>{say(connector.summary)}</p>
      <p>
        <Button type="link" className={styles.link!} onClick={onGuide}>
          {t('help.setUp')}
        </Button>
      </p>
      <dl>
        {connector.settings
          .filter(({ help }) => help)
          .map(({ name, label, help, secret }) => (
            <div key={name}>
              <dt>
                {say(label)} {secret && <span className="soft">{t('help.secret')}</span>}
              </dt>
              <dd>{say(help!)}</dd>
            </div>
          ))}
      </dl>
    </details>
  );
}
