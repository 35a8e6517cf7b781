// Takes a list away as a file, with the filter that is on: Excel, CSV or JSON.
import { DownloadOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { API } from '../api/client.ts';
import { useWords } from '../i18n/i18n.ts';

const formats = ['xlsx', 'csv', 'json'] as const;

type Filter = Readonly<Record<string, unknown>>;

function addressOf(list: string, filter: Filter, format: string): string {
  const query = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(filter))
    if (value !== undefined) query.set(name, Array.isArray(value) ? value.join(',') : String(value));
  return `${API}/exports/${list}?${query}`;
}

/** `list`: a list that the API exports; `filter`: the input of its operation without the page. */
export function ExportMenu({
  list,
  filter,
}: {
  readonly list: 'audit' | 'changes' | 'open-accounts' | 'runs' | 'problems';
  readonly filter: Filter;
}) {
  const { t } = useWords();
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: formats.map((format) => ({
          key: format,
          label: (
            <a href={addressOf(list, filter, format)} download>
              {t(`runs.export.${format}`)}
            </a>
          ),
        })),
      }}
    >
      <Button icon={<DownloadOutlined />}>{t('runs.export.button')}</Button>
    </Dropdown>
  );
}
