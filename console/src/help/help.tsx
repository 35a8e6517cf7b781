// The question mark in the head: opens the help beside the work, as other places do with a page of it. What it shows is fetched then.
import { QuestionCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { onHelp } from './open.ts';

const HelpDrawer = lazy(async () => ({ default: (await import('./help-drawer.tsx')).HelpDrawer }));

export function Help() {
  const { t } = useWords();
  const [asked, setAsked] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const [page, setPage] = useState<string | null>(null);
  const show = (wanted: string | null): void => {
    setPage(wanted);
    setAsked(true);
    setOpen(true);
  };
  useEffect(() => onHelp(show), []);
  return (
    <>
      <Button type="text" icon={<QuestionCircleOutlined />} aria-label={t('help.title')} onClick={() => show(null)} />
      {asked && (
        <Suspense>
          <HelpDrawer open={isOpen} page={page} onPage={setPage} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
