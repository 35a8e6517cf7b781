// The first rows of a file as they lie there, each column with what it was taken for; a wrong guess is corrected in its head.
import { Select } from 'antd';
import { useAnswer } from '../api/hooks.ts';
import type { Values } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import { Answered } from '../ui/answered.tsx';
import styles from './columns-table.module.css';

const SHOWN = 20;
/** How a configuration says that a column is not to be used. */
const NONE = '-';

interface ColumnsProps {
  readonly connection: string;
  readonly config: Values;
  /** Somebody else's connection: shown, not changed from here. */
  readonly isFixed: boolean;
  readonly onConfig: (config: Values) => void;
}

export function ColumnsTable({ connection, config, isFixed, onConfig }: ColumnsProps) {
  const { t, say } = useWords();
  const answer = useAnswer('connection.table', { connection, rows: SHOWN });
  return (
    <section className={styles.columns} aria-label={t('wizard.columns.title')}>
      <h3>{t('wizard.columns.title')}</h3>
      <Answered of={answer}>
        {({ columns, rows, offered, where, setting }) => {
          const own = (config[setting] ?? {}) as Readonly<Record<string, string>>;
          const mean = (header: string, before: string | null, after: string): void => {
            const { [before ?? '']: _, ...rest } = own;
            const freed = before !== null && own[before] === undefined ? { [before]: NONE } : {};
            onConfig({ [setting]: { ...rest, ...freed, ...(after === '' ? {} : { [after]: header }) } });
          };
          const options = [
            { value: '', label: t('wizard.columns.none') },
            ...offered.map((one) => ({ value: one.attribute, label: say(one.label) })),
          ];
          return (
            <>
              <p className="soft">{t('wizard.columns.hint', { count: rows.length, where })}</p>
              <div className={styles.scroll} role="group" tabIndex={0} aria-label={t('wizard.columns.title')}>
                <table>
                  <thead>
                    <tr>
                      {columns.map(({ header, attribute }, index) => (
                        <th key={`${index} ${header}`} scope="col" className={attribute === null ? styles.unused : ''}>
                          <span>{header}</span>
                          <div className={styles.meaning}>
                            <Select
                              size="small"
                              showSearch={{ optionFilterProp: 'label' }}
                              aria-label={t('wizard.columns.of', { header })}
                              className={styles.select!}
                              popupMatchSelectWidth={220}
                              disabled={isFixed}
                              value={attribute ?? ''}
                              options={options}
                              onChange={(after: string) => mean(header, attribute, after)}
                            />
                          </div>
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((cells, line) => (
                      // Rows of a file have no name but their place.
                      // oxlint-disable-next-line react/no-array-index-key
                      <tr key={line}>
                        {cells.map((cell, index) => (
                          // oxlint-disable-next-line react/no-array-index-key
                          <td key={index} title={cell}>
                            {cell}
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </>
          );
        }}
      </Answered>
    </section>
  );
}
