// Step one: which system. The catalogue by direction, with search that also knows what other products call things.
import { useState } from 'react';
import { Button, Empty, Input, Segmented } from 'antd';
import { SearchOutlined } from '@ant-design/icons';
import { Link } from 'react-router';
import { useAnswer } from '../api/hooks.ts';
import type { ConnectorView, Direction } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import { Answered } from '../ui/answered.tsx';
import { Logo } from '../ui/logo.tsx';
import { useNarrow } from '../ui/narrow.ts';
import { When } from '../ui/when.tsx';
import { forgetDraft, unfinishedDrafts, type Draft } from './draft.ts';
import styles from './app-step.module.css';
import type { StepProps } from './wizard-page.tsx';

/** Made for tests and the demo: offered last. */
const isForTrying = (connector: ConnectorView): boolean => connector.id === 'memory';

/** What people type who come from elsewhere, by connector. */
const otherWords: Readonly<Record<string, string>> = {
  file: 'excel csv xlsx hr hris 人事 花名册 名单 表格 workday successfactors personnel spreadsheet',
  ldap: 'openldap active directory ad 域 identity source 身份源 389 freeipa',
  feishu: 'lark 飞书 bytedance 通讯录 im',
  scim: 'saas app provisioning okta entra azure slack zoom jira 应用 应用账号 供应 用户池',
};

const fits = (connector: ConnectorView, wanted: string): boolean =>
  [connector.id, connector.name.en, connector.name.zh, connector.summary.en, connector.summary.zh, otherWords[connector.id] ?? '']
    .join(' ')
    .toLowerCase()
    .includes(wanted.trim().toLowerCase());

export function AppStep({ draft, change, onNext }: StepProps) {
  const { t, say } = useWords();
  const [wanted, search] = useState('');
  const isNarrow = useNarrow();
  const answer = useAnswer('connector.list', {});
  const role = draft.direction === 'up' ? 'source' : 'target';
  const choose = (connector: ConnectorView): void => {
    const isSame = draft.connector === connector.id;
    if (!isSame)
      change({
        connector: connector.id,
        connectorName: say(connector.name),
        connection: null,
        isExisting: false,
        isChecked: false,
        config: {},
        settings: {},
        name: '',
      });
    onNext();
  };
  return (
    <>
      <div className={styles.tools}>
        <Segmented
          vertical={isNarrow}
          aria-label={t('wizard.app.direction')}
          value={draft.direction}
          disabled={draft.job !== null}
          options={[
            { value: 'up', label: t('wizard.app.up') },
            { value: 'down', label: t('wizard.app.down') },
          ]}
          onChange={(direction: Direction) =>
            change({ direction, connector: null, connection: null, config: {}, settings: {}, isChecked: false })
          }
        />
        <Input
          allowClear
          aria-label={t('wizard.app.search')}
          placeholder={t('wizard.app.search')}
          prefix={<SearchOutlined />}
          className={styles.search!}
          value={wanted}
          onChange={(event) => search(event.target.value)}
        />
      </div>
      {draft.job !== null && <p className="soft">{t('wizard.app.settled')}</p>}
      <Answered of={answer}>
        {({ connectors }) => {
          const found = connectors
            .filter((connector) => connector.roles.includes(role) && fits(connector, wanted))
            .toSorted((a, b) => Number(isForTrying(a)) - Number(isForTrying(b)));
          if (found.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('wizard.app.none', { wanted })} />;
          return (
            <ul className={styles.catalogue}>
              {found.map((connector) => (
                <li key={connector.id}>
                  <button
                    type="button"
                    className={`${styles.app} ${draft.connector === connector.id ? styles.chosen : ''}`}
                    disabled={draft.job !== null && draft.connector !== connector.id}
                    onClick={() => choose(connector)}
                  >
                    <Logo connector={connector.id} size={40} />
                    <span className={styles.words}>
                      <b>{say(connector.name)}</b>
                      <span className={styles.summary}>{say(connector.summary)}</span>
                      <Proof against={connector.provenAgainst} />
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          );
        }}
      </Answered>
      <Unfinished except={draft.id} />
    </>
  );
}

/** How far a connector has been tried: an administrator decides by it how carefully to begin. */
function Proof({ against }: { readonly against: readonly string[] }) {
  const { t } = useWords();
  const words: Readonly<Record<string, string>> = {
    simulator: t('wizard.proven.simulator'),
    "vendor's SDK": t('wizard.proven.sdk'),
    'real server': t('wizard.proven.server'),
    'live tenant': t('wizard.proven.tenant'),
    itself: t('wizard.proven.itself'),
  };
  return (
    <span className={styles.proof}>
      {t('wizard.proven.label', { what: against.map((one) => words[one] ?? one).join(t('wizard.and')) })}
    </span>
  );
}

function Unfinished({ except }: { readonly except: string }) {
  const { t } = useWords();
  const [shown, show] = useState(() => unfinishedDrafts().filter((draft) => draft.id !== except && draft.connector !== null));
  const drop = (draft: Draft): void => {
    forgetDraft(draft.id);
    show(shown.filter((one) => one.id !== draft.id));
  };
  if (shown.length === 0) return null;
  return (
    <section className={styles.unfinished} aria-label={t('wizard.app.unfinished')}>
      <h3>{t('wizard.app.unfinished')}</h3>
      <ul>
        {shown.slice(0, 3).map((draft) => (
          <li key={draft.id}>
            <Link to={`/new/${draft.id}`}>{draft.name || draft.connectorName}</Link>
            <span className="soft">
              {t(`wizard.step.${draft.step}`)} · <When at={draft.savedAt} />
            </span>
            <Button size="small" type="text" onClick={() => drop(draft)}>
              {t('wizard.app.drop')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
