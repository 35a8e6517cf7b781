// Which tree of departments is looked at, where several live in the directory.
import { Select } from 'antd';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { USUAL_TREE } from './usual-tree.ts';
import styles from './tree.module.css';

const ALL = '';

interface SwitchProps {
  /** null: all of them. */
  readonly tree: string | null;
  readonly onChoose: (tree: string | null) => void;
}

export function TreeSwitch({ tree, onChoose }: SwitchProps) {
  const { t } = useWords();
  const trees = useAnswer('directory.trees', {}).data?.trees ?? [];
  if (trees.length < 2) return null;
  return (
    <Select
      className={styles.trees!}
      variant="filled"
      popupMatchSelectWidth={false}
      aria-label={t('directory.tree.label')}
      value={tree ?? ALL}
      options={[
        { value: ALL, label: t('directory.tree.all'), title: t('directory.tree.all') },
        ...trees.map(({ tree: name, departments, jobs }) => ({
          value: name,
          label: t('directory.tree.named', {
            name: name === USUAL_TREE ? t('directory.tree.usual') : name,
            count: departments,
          }),
          title: jobs.map((job) => job.jobName).join(', '),
        })),
      ]}
      onChange={(chosen: string) => onChoose(chosen === ALL ? null : chosen)}
    />
  );
}
