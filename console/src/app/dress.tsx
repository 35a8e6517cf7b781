// Gives antd our colours, the language of its own words, and messages that any page can show.
import { App, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useEffect, type ReactNode } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { useShade } from './shade.ts';
import { antdTheme } from './theme.ts';

export function Dress({ children }: { readonly children: ReactNode }) {
  const { language } = useWords();
  const shade = useShade();
  useEffect(() => void dayjs.locale(language === 'zh' ? 'zh-cn' : 'en'), [language]);
  return (
    <ConfigProvider theme={antdTheme(shade)} locale={language === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
      <App style={{ height: '100%' }}>{children}</App>
    </ConfigProvider>
  );
}
