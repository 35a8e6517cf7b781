// Gives antd our colours, the language of its own words, and messages that any page can show.
import { App, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useEffect, type ReactNode } from 'react';
import { useWords, type Language } from '../i18n/i18n.ts';
import { useShade } from './shade.ts';
import { antdTheme } from './theme.ts';

/** For the calendars of date fields: no first page has one. */
async function speakInCalendars(language: Language): Promise<void> {
  const [{ default: dayjs }] = await Promise.all([import('dayjs'), import('dayjs/locale/zh-cn')]);
  dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');
}

export function Dress({ children }: { readonly children: ReactNode }) {
  const { language } = useWords();
  const shade = useShade();
  useEffect(() => void speakInCalendars(language), [language]);
  return (
    <ConfigProvider theme={antdTheme(shade)} locale={language === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
      <App style={{ height: '100%' }}>{children}</App>
    </ConfigProvider>
  );
}
