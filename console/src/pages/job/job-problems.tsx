// What could not be synced, by cause, with what to do; a whole cause is tried again once it is mended.
import { App, Button, Empty } from 'antd';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { useTypeName } from '../../ui/type-name.ts';
import type { JobTabProps } from './tab.ts';
import styles from './job.module.css';

export function JobProblems({ details }: JobTabProps) {
  const { t, say, language } = useWords();
  const { message } = App.useApp();
  const groups = useAnswer('item.groups', { job: details.id });
  const retry = useCommand('item.retry');
  const may = useMay();
  const typeName = useTypeName();
  return (
    <Part>
      <Answered of={groups}>
        {({ groups: causes }) =>
          causes.length === 0 ? (
            <Empty className={styles.empty!} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('job.noProblems')} />
          ) : (
            <ul className={styles.causes}>
              {causes.map((cause) => (
                <li key={`${cause.type} ${cause.cause} ${cause.attribute}`}>
                  <b className="number">{cause.count.toLocaleString(language)}</b>
                  <div>
                    <h3>
                      {say(cause.title)}{' '}
                      <span className="soft">
                        {typeName(cause.type)}
                        {cause.attributeLabel && ` · ${say(cause.attributeLabel)}`}
                      </span>
                    </h3>
                    <p>{say(cause.remedy)}</p>
                    <p className="soft">
                      {t('job.example', { title: cause.example.title ?? cause.example.key, message: say(cause.example.message) })}
                    </p>
                  </div>
                  {may('item.retry') && (
                    <Button
                      size="small"
                      loading={retry.isPending}
                      onClick={() =>
                        retry.mutate(
                          { job: details.id, type: cause.type, cause: cause.cause, attribute: cause.attribute },
                          { onError: (error) => void message.error(error.message), onSuccess: () => void message.info(t('job.retried')) },
                        )
                      }
                    >
                      {t('app.retry')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Part>
  );
}
