// Drafts: what was begun here or on the server and is no job or connection yet; gone on with, made, or thrown away.
import { Button, Empty, Tag } from 'antd';
import { useReducer } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { useApp } from '../../ui/use-app.ts';
import { When } from '../../ui/when.tsx';
import { forgetDraft, unfinishedDrafts, type Draft as Unfinished } from '../../wizard/draft.ts';
import styles from '../connections/connections.module.css';

type Draft = WireOutput<'draft.list'>['drafts'][number];

export function DraftsPage() {
  const { t } = useWords();
  const list = useAnswer('draft.list', {});
  return (
    <Page title={t('bulk.drafts')} about={t('bulk.draftsAbout')} above={<Link to="/">{t('home.title')}</Link>}>
      <Here />
      <Answered of={list}>
        {({ drafts }) =>
          drafts.length > 0 && (
            <Part title={t('bulk.onServer')}>
              <p className={`soft ${styles.body}`}>{t('bulk.onServerAbout')}</p>
              <ul className={styles.list}>
                {drafts.map((draft) => (
                  <li key={draft.draft} className={styles.unused}>
                    <OnServer draft={draft} />
                  </li>
                ))}
              </ul>
            </Part>
          )
        }
      </Answered>
    </Page>
  );
}

function Here() {
  const { t } = useWords();
  const [, again] = useReducer((n: number) => n + 1, 0);
  const { modal } = useApp();
  const drafts = unfinishedDrafts();
  const ask = (draft: Unfinished): void =>
    void modal.confirm({
      title: t('bulk.throwAsk', { name: draft.name || draft.connectorName || t('bulk.noName') }),
      content: t(draft.job === null ? 'bulk.throwHere' : 'bulk.throwHereKeepsJob'),
      okText: t('bulk.throwAway'),
      okButtonProps: { danger: true },
      cancelText: t('app.cancel'),
      onOk: () => {
        forgetDraft(draft.id);
        again();
      },
    });
  return (
    <Part title={t('bulk.here')}>
      {drafts.length === 0 && <Empty style={{ padding: 28 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('bulk.draftsNone')} />}
      <ul className={styles.list}>
        {drafts.map((draft) => (
          <li key={draft.id} className={styles.unused}>
            <span>
              <b>{draft.name || draft.connectorName || t('bulk.noName')}</b> · <When at={draft.savedAt} />
            </span>
            <span>
              <Link to={`/new/${draft.id}`}>{t('bulk.goOn')}</Link>{' '}
              <Button size="small" type="text" onClick={() => ask(draft)}>
                {t('bulk.throwAway')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function OnServer({ draft }: { readonly draft: Draft }) {
  const { t } = useWords();
  const { modal, message } = useApp();
  const may = useMay();
  const remove = useCommand('draft.remove');
  const finish = useCommand('draft.finish');
  const onError = (error: Error): void => void message.error(error.message, 10);
  const ask = (): void =>
    void modal.confirm({
      title: t('bulk.throwAsk', { name: draft.name }),
      content: t('bulk.throwBody'),
      okText: t('bulk.throwAway'),
      okButtonProps: { danger: true },
      cancelText: t('app.cancel'),
      onOk: () => remove.mutateAsync({ draft: draft.draft }).catch(onError),
    });
  return (
    <>
      <span>
        <Tag>{t(`bulk.kind.${draft.kind}`)}</Tag>
        <b>{draft.name}</b> · {t('bulk.savedBy', { who: draft.savedBy })} <When at={draft.savedAt} />
      </span>
      {may('draft.finish') && (
        <span>
          <Button
            size="small"
            loading={finish.isPending}
            onClick={() => finish.mutate({ draft: draft.draft }, { onSuccess: () => void message.success(t('bulk.finished')), onError })}
          >
            {t('bulk.finish')}
          </Button>{' '}
          <Button size="small" type="text" danger onClick={ask}>
            {t('bulk.throwAway')}
          </Button>
        </span>
      )}
    </>
  );
}
