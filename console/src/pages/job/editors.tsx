// The form of each part of a job. Each gives back the settings that it changes, or null while they cannot be understood.
import { Input, InputNumber } from 'antd';
import { useState, type ComponentType, type ReactNode } from 'react';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Fold } from '../../parts/fold.tsx';
import { partEditor } from '../../parts/part-editor.tsx';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import styles from './job.module.css';

export interface EditorProps {
  readonly job: WireOutput<'job.get'>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly onChange: (settings: Readonly<Record<string, unknown>> | null) => void;
}

function Field({ label, help, children }: { readonly label: ReactNode; readonly help?: ReactNode; readonly children: ReactNode }) {
  return (
    <label className={styles.field}>
      <span>{label}</span>
      {children}
      {help && <small>{help}</small>}
    </label>
  );
}

interface About {
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly rank: number;
  readonly tree: string;
}

/** As the server has it. */
const USUAL_TREE = 'main';

/** The name is given back beside the settings; without one nothing is. */
function AboutEditor({ job, settings, onChange }: EditorProps) {
  const { t } = useWords();
  const { description, owner, rank, tree } = settings as unknown as Omit<About, 'name'>;
  const [value, setValue] = useState<About>({ name: job.name, description, owner, rank, tree });
  const isTreeFixed = job.locked.some(({ setting }) => setting === 'tree');
  const change = (more: Partial<About>): void => {
    const next = { ...value, ...more };
    setValue(next);
    onChange(next.name.trim() === '' || next.tree === '' ? null : { ...next });
  };
  return (
    <>
      <Field label={t('wizard.name')}>
        <Input maxLength={200} value={value.name} onChange={(event) => change({ name: event.target.value })} />
      </Field>
      <Field label={t('job.description')} help={t('wizard.descriptionHelp')}>
        <Input.TextArea
          rows={3}
          maxLength={2000}
          value={value.description}
          onChange={(event) => change({ description: event.target.value })}
        />
      </Field>
      <Field label={t('job.owner')} help={t('job.ownerHelp')}>
        <Input value={value.owner} onChange={(event) => change({ owner: event.target.value })} />
      </Field>
      {job.direction === 'up' && (
        <Field label={t('job.rank')} help={t('job.rankHelp')}>
          <InputNumber precision={0} value={value.rank} onChange={(wanted) => wanted !== null && change({ rank: wanted })} />
        </Field>
      )}
      {job.direction === 'up' && (
        <Fold isUsed={tree !== USUAL_TREE}>
          <Field label={t('more.about.tree')} help={t(isTreeFixed ? 'more.about.treeFixed' : 'more.about.treeHelp')}>
            <Input
              maxLength={200}
              disabled={isTreeFixed}
              value={value.tree}
              onChange={({ target }) => change({ tree: target.value.trim() })}
            />
          </Field>
        </Fold>
      )}
    </>
  );
}

export const editors = {
  general: { Editor: AboutEditor },
  scope: { Editor: partEditor('scope') },
  mapping: { Editor: partEditor('mapping') },
  correlation: { Editor: partEditor('matching') },
  timing: { Editor: partEditor('timing') },
  policy: { Editor: partEditor('protection') },
  errors: { Editor: partEditor('errors') },
} as const satisfies Record<string, { readonly Editor: ComponentType<EditorProps> }>;

export type EditedPart = keyof typeof editors;
