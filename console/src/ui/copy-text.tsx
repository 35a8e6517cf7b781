// A text that somebody carries elsewhere, with a button that copies it and says that it did.
import { useState } from 'react';
import { Button, Input, Space } from 'antd';
import { useWords } from '../i18n/i18n.ts';

const SAID_MS = 2_000;

export function CopyText({ text }: { readonly text: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  return (
    <Space.Compact block>
      <Input readOnly value={text} aria-label={t('app.copyThis')} onFocus={(event) => event.target.select()} />
      <Button onClick={() => void copy()}>
        <span aria-live="polite">{t(copied ? 'app.copied' : 'app.copy')}</span>
      </Button>
    </Space.Compact>
  );
}
