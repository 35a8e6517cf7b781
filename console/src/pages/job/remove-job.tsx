// A second job like this one, and the end of this one: what would lose its owner is listed before.
import { CopyOutlined, DeleteOutlined } from '@ant-design/icons';
import { App, Button, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { useTypeName } from '../../ui/type-name.ts';
import type { JobTabProps } from './tab.ts';
import styles from './job.module.css';

const SHOWN = 20;

export function RemoveJob({ details }: Pick<JobTabProps, 'details'>) {
  const { t } = useWords();
  const may = useMay();
  const [open, setOpen] = useState<'duplicate' | 'remove' | null>(null);
  if (!may('job.remove')) return null;
  const isOn = details.state !== 'disabled';
  return (
    <Part title={t('job.more')}>
      <div className={styles.ends}>
        <p>{t('job.duplicateHint')}</p>
        <Button icon={<CopyOutlined aria-hidden />} onClick={() => setOpen('duplicate')}>
          {t('job.duplicate')}
        </Button>
        <p>{t(isOn ? 'job.removeOnlyDisabled' : 'job.removeHint')}</p>
        <Button danger icon={<DeleteOutlined aria-hidden />} disabled={isOn} onClick={() => setOpen('remove')}>
          {t('job.remove')}
        </Button>
      </div>
      {open === 'duplicate' && <Duplicate details={details} onClose={() => setOpen(null)} />}
      {open === 'remove' && <Remove details={details} onClose={() => setOpen(null)} />}
    </Part>
  );
}

interface DialogProps extends Pick<JobTabProps, 'details'> {
  readonly onClose: () => void;
}

function Duplicate({ details, onClose }: DialogProps) {
  const { t } = useWords();
  const navigate = useNavigate();
  const [name, setName] = useState<string>(t('job.copyOf', { name: details.name }));
  const duplicate = useCommand('job.duplicate');
  return (
    <Modal
      open
      title={t('job.duplicate')}
      okText={t('job.duplicate')}
      cancelText={t('app.cancel')}
      okButtonProps={{ loading: duplicate.isPending, disabled: name.trim() === '' }}
      onCancel={onClose}
      onOk={() => duplicate.mutate({ job: details.id, name: name.trim() }, { onSuccess: ({ id }) => void navigate(`/jobs/${id}`) })}
    >
      <label>
        {t('wizard.name')}
        <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
      </label>
      {duplicate.error && <Trouble error={duplicate.error} />}
    </Modal>
  );
}

function Remove({ details, onClose }: DialogProps) {
  const { t, say } = useWords();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [links, setLinks] = useState<'keep' | 'cut'>('keep');
  const typeName = useTypeName();
  const orphans = useAnswer('job.orphans', { job: details.id, limit: SHOWN });
  const parting = useAnswer('job.parting', { job: details.id, parting: 'remove' });
  const remove = useCommand('job.remove');
  return (
    <Modal
      open
      title={t('job.removeTitle', { name: details.name })}
      okText={t('job.remove')}
      cancelText={t('app.cancel')}
      okButtonProps={{ danger: true, loading: remove.isPending, disabled: parting.data === undefined }}
      onCancel={onClose}
      onOk={() =>
        remove.mutate(
          { job: details.id, links, revision: details.revision, seen: true },
          {
            onSuccess: () => {
              void message.success(t('job.removed', { name: details.name }));
              void navigate('/');
            },
          },
        )
      }
    >
      <Answered of={parting} rows={1}>
        {({ says }) => says && <p>{say(says)}</p>}
      </Answered>
      <p>{t('job.removeExplained')}</p>
      <Radio.Group value={links} onChange={(event) => setLinks(event.target.value as 'keep' | 'cut')} className={styles.choices}>
        <Radio value="keep">{t('job.keepLinks')}</Radio>
        <Radio value="cut">{t('job.cutLinks')}</Radio>
      </Radio.Group>
      <Answered of={orphans} rows={2}>
        {({ orphans: rows, next }) =>
          rows.length === 0 ? (
            <p className="soft">{t('job.noOrphans')}</p>
          ) : (
            <>
              <p>{t('job.orphans')}</p>
              <ul>
                {rows.map((row) => (
                  <li key={`${row.type} ${row.key}`}>
                    {typeName(row.type)} {row.title || row.key}
                  </li>
                ))}
                {next && <li>{t('job.andMore')}</li>}
              </ul>
            </>
          )
        }
      </Answered>
      {remove.error && <Trouble error={remove.error} />}
    </Modal>
  );
}
