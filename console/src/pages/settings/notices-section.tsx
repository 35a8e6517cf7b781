// Notices: by which channels people are told, who is told what, what the messages say, and what became of them.
import { Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { useWords } from '../../i18n/i18n.ts';
import { Channels } from './channels.tsx';
import { Rules } from './notice-rules.tsx';
import { Sent } from './notices-sent.tsx';
import { Texts } from './notice-texts.tsx';

export function NoticesSection() {
  const { t } = useWords();
  const [query, setQuery] = useSearchParams();
  return (
    <Tabs
      activeKey={query.get('tab') ?? 'channels'}
      onChange={(tab) => setQuery({ tab }, { replace: true })}
      items={[
        { key: 'channels', label: t('notices.tab.channels'), children: <Channels /> },
        { key: 'rules', label: t('notices.tab.rules'), children: <Rules /> },
        { key: 'texts', label: t('notices.tab.texts'), children: <Texts /> },
        { key: 'sent', label: t('notices.tab.sent'), children: <Sent /> },
      ]}
    />
  );
}
