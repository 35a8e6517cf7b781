// The help beside the work: what belongs to the page that is open comes first; search finds symptoms, systems and the words of other products.
import { SearchOutlined } from '@ant-design/icons';
import { Drawer, Input } from 'antd';
import { useState } from 'react';
import { useLocation } from 'react-router';
import { useAnswer } from '../api/hooks.ts';
import type { ConnectorView } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import { Markdown } from './markdown.tsx';
import { oldNamesFor, topicsAt, topicsFor } from './topics.ts';
import type { Topic } from './topic.ts';
import styles from './help.module.css';

export function HelpDrawer({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t, language } = useWords();
  const { pathname } = useLocation();
  const [text, search] = useState('');
  const connectors = useAnswer('connector.list', {}, { enabled: open });
  const isSearching = text.trim() !== '';
  const topics = isSearching ? topicsFor(language, text) : topicsAt(language, pathname);
  const names = isSearching ? oldNamesFor(text) : [];
  const systems = (connectors.data?.connectors ?? []).filter(({ name, id }) =>
    isSearching ? `${id} ${name.en} ${name.zh}`.toLowerCase().includes(text.trim().toLowerCase()) : true,
  );
  return (
    <Drawer open={open} onClose={onClose} title={t('help.title')} size={460} mask={false}>
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
      <Topics title={t('help.guide')} topics={topics.filter(({ kind }) => kind === 'guide')} />
      <Topics title={t('help.faq')} topics={topics.filter(({ kind }) => kind === 'faq')} />
      {systems.length > 0 && (
        <section>
          <h3 className={styles.head}>{t('help.systems')}</h3>
          {systems.map((connector) => (
            <System key={connector.id} connector={connector} />
          ))}
        </section>
      )}
      {isSearching && names.length + topics.length + systems.length === 0 && <p className="soft">{t('help.nothing', { text })}</p>}
    </Drawer>
  );
}

function Topics({ title, topics }: { readonly title: string; readonly topics: readonly Topic[] }) {
  if (topics.length === 0) return null;
  return (
    <section>
      <h3 className={styles.head}>{title}</h3>
      {topics.map((topic) => (
        <details key={topic.title} className={styles.topic}>
          <summary>{topic.title}</summary>
          <Markdown text={topic.text} />
        </details>
      ))}
    </section>
  );
}

/** Made from what the connector declares: what it is for, and where each thing of its form is found. */
function System({ connector }: { readonly connector: ConnectorView }) {
  const { t, say } = useWords();
  return (
    <details className={styles.topic}>
      <summary>{say(connector.name)}</summary>
      <p>{say(connector.summary)}</p>
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
