// The first start: nothing is connected yet, so there are two ways to begin.
import { ExperimentOutlined, LinkOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { Link } from 'react-router';
import { useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Trouble } from '../../ui/trouble.tsx';
import styles from './first-choice.module.css';

export function FirstChoice() {
  const { t, language } = useWords();
  const may = useMay();
  const add = useCommand('sandbox.add');
  if (!may('sandbox.add')) return <Alert type="info" showIcon title={t('first.others')} style={{ marginBottom: 16 }} />;
  return (
    <section className={styles.choice} aria-label={t('first.title')}>
      <h2>{t('first.title')}</h2>
      <p className={styles.about}>{t('first.about')}</p>
      {add.error && <Trouble error={add.error} />}
      <div className={styles.ways}>
        <div className={styles.way}>
          <span className={styles.sign} aria-hidden>
            <LinkOutlined />
          </span>
          <h3>{t('first.real.title')}</h3>
          <p>{t('first.real.about')}</p>
          <Link to="/new">
            <Button type="primary" size="large" tabIndex={-1}>
              {t('first.real.go')}
            </Button>
          </Link>
        </div>
        <div className={styles.way}>
          <span className={styles.sign} aria-hidden>
            <ExperimentOutlined />
          </span>
          <h3>{t('first.sandbox.title')}</h3>
          <p>{t('first.sandbox.about')}</p>
          <Button
            size="large"
            loading={add.isPending}
            onClick={() => add.mutate({ hr: t('first.sandbox.hr'), book: t('first.sandbox.book'), language })}
          >
            {t('first.sandbox.go')}
          </Button>
        </div>
      </div>
    </section>
  );
}
