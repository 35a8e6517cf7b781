// The sync center: every job, upstream and downstream, with what happened last and what comes next.
import { Button, Empty } from 'antd';
import { useNavigate } from 'react-router';
import { useAnswer, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { JobTable } from './job-table.tsx';

const LOOK_MS = 5_000;

export function SyncCenterPage() {
  const { t } = useWords();
  const may = useMay();
  const navigate = useNavigate();
  const status = useAnswer('status', {}, { everyMs: LOOK_MS });
  return (
    <Page
      title={t('home.title')}
      wide
      actions={
        may('job.create') && (
          <Button type="primary" onClick={() => void navigate('/new')}>
            {t('home.create')}
          </Button>
        )
      }
    >
      <Answered of={status}>
        {({ jobs }) =>
          (['up', 'down'] as const).map((direction) => {
            const own = jobs.filter((job) => job.direction === direction);
            return (
              <Part key={direction} title={t(direction === 'up' ? 'home.upstream' : 'home.downstream')}>
                {own.length > 0 ? (
                  <JobTable jobs={own} />
                ) : (
                  <Empty
                    style={{ padding: 28 }}
                    image={Empty.PRESENTED_IMAGE_SIMPLE}
                    description={t(direction === 'up' ? 'home.emptyUp' : 'home.emptyDown')}
                  />
                )}
              </Part>
            );
          })
        }
      </Answered>
    </Page>
  );
}
