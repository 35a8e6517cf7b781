// A record that fits several, or somebody who is taken: a person says here who it is, and the record is looked at again.
import { Alert, App, Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { ObjectPicker } from '../directory/pickers.tsx';
import styles from './waiting.module.css';

interface DecideProps {
  readonly job: number;
  readonly type: string;
  /** Of the record at the source. */
  readonly record: string;
  /** The run that found it so: what is shown is not older. */
  readonly run: number;
}

const named = new Set(['person', 'department']);

export function DecideWho({ job, type, record, run }: DecideProps) {
  const { t } = useWords();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const { data } = useAnswer('job.get', { job });
  if (!data) return null;
  if (data.direction === 'down') return <ToMatching job={job} type={type} record={record} run={run} />;
  if (!may('link.import')) return null;
  if (!named.has(type)) return null;
  return (
    <>
      <Button size="small" type="primary" ghost aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t('matching.decide')}
      </Button>
      {isOpen && <Choice job={job} type={type as 'person' | 'department'} record={record} connection={data.connection} />}
    </>
  );
}

/** Whose an account is, is said in the comparison: the one of that run or a later one, of these people. Records of a source are not compared so. */
export function ToMatching({ job, type, record, run }: DecideProps) {
  const { t } = useWords();
  const { data } = useAnswer('job.get', { job });
  if (data?.direction !== 'down') return null;
  const query = new URLSearchParams({ kind: 'ambiguous', type, who: record, since: String(run) });
  return <Link to={`/jobs/${job}/matching?${query.toString()}`}>{t('matching.toMatching')}</Link>;
}

interface ChoiceProps extends Omit<DecideProps, 'run'> {
  readonly type: 'person' | 'department';
  readonly connection: string;
}

function Choice({ job, type, record, connection }: ChoiceProps) {
  const { t, say } = useWords();
  const { message } = App.useApp();
  const [object, setObject] = useState<string | null>(null);
  const check = useCommand('link.check');
  const make = useCommand('link.import');
  const retry = useCommand('item.retry');
  const link = async (): Promise<void> => {
    const links = [{ type, externalId: record, object: object! }];
    const seen = await check.mutateAsync({ connection, links });
    if (seen.problemCount > 0) return;
    await make.mutateAsync({ connection, links, check: seen.check });
    await retry.mutateAsync({ job, keys: [{ type, id: record }] });
    void message.success(t('matching.linked'));
  };
  const error = check.error ?? make.error ?? retry.error;
  return (
    <div className={styles.decide}>
      <span>{t('matching.itIs')}</span>
      <div className={styles.picker}>
        <ObjectPicker type={type} label={t('matching.itIs')} onPick={setObject} />
      </div>
      <Button
        type="primary"
        disabled={object === null}
        loading={check.isPending || make.isPending || retry.isPending}
        onClick={() => void link().catch(() => {})}
      >
        {t('matching.linkIt')}
      </Button>
      {check.data?.problems.map((problem) => (
        <Alert key={problem.code} type="warning" showIcon title={say(problem.message)} />
      ))}
      {error && <Alert type="error" showIcon title={error.message} />}
    </div>
  );
}
