// Copies a text, so that it can be sent to whoever must act; says when it is done.
import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useWords } from '../i18n/i18n.ts';

export function Copy({ text }: { readonly text: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState<string | null>(null);
  const isDone = copied === text;
  return (
    <Button
      size="small"
      icon={isDone ? <CheckOutlined /> : <CopyOutlined />}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(text))}
    >
      <span aria-live="polite">{t(isDone ? 'app.copied' : 'app.copy')}</span>
    </Button>
  );
}
