// Channels: mail, webhooks, group bots; each can be tried before anybody relies on it.
import { Button, Empty } from 'antd';
import { useState } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { languages } from '../../ui/languages.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { Part } from '../../ui/page.tsx';
import { Sign } from '../../ui/sign.tsx';
import { useApp } from '../../ui/use-app.ts';
import { ChannelEditor } from './channel-editor.tsx';
import { ChannelTest } from './channel-test.tsx';
import styles from './settings.module.css';

export type Channel = WireOutput<'channel.list'>['channels'][number];
export type ChannelKind = WireOutput<'channel.list'>['kinds'][number];

export function Channels() {
  const { t } = useWords();
  const may = useMay();
  const list = useAnswer('channel.list', {});
  const [open, setOpen] = useState<Channel | 'new' | null>(null);
  return (
    <Part
      extra={
        may('channel.create') ? (
          <Button type="primary" onClick={() => setOpen('new')}>
            {t('notices.channels.add')}
          </Button>
        ) : (
          <NeedsRole deed="channel.create" />
        )
      }
    >
      <Answered of={list}>
        {({ channels, kinds }) => (
          <>
            {channels.length === 0 ? (
              <Empty className={styles.empty!} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('notices.channels.none')} />
            ) : (
              <ul className={styles.rows}>
                {channels.map((channel) => (
                  <ChannelRow
                    key={channel.id}
                    channel={channel}
                    kind={kinds.find((one) => one.id === channel.kind)}
                    onEdit={() => setOpen(channel)}
                  />
                ))}
              </ul>
            )}
            {open && <ChannelEditor channel={open === 'new' ? null : open} kinds={kinds} onEnd={() => setOpen(null)} />}
          </>
        )}
      </Answered>
    </Part>
  );
}

function ChannelRow({
  channel,
  kind,
  onEdit,
}: {
  readonly channel: Channel;
  readonly kind: ChannelKind | undefined;
  readonly onEdit: () => void;
}) {
  const { t, say } = useWords();
  const { modal, message } = useApp();
  const may = useMay();
  const remove = useCommand('channel.remove');
  const [isTrying, tryIt] = useState(false);
  const ask = (): void =>
    void modal.confirm({
      title: t('notices.channels.removeIt', { name: channel.name }),
      content: t('notices.channels.removeWhat'),
      okText: t('notices.channels.remove'),
      okButtonProps: { danger: true },
      cancelText: t('app.cancel'),
      onOk: () => remove.mutateAsync({ channel: channel.id }).catch((error: Error) => void message.error(error.message)),
    });
  return (
    <li>
      <div className={styles.what}>
        <div className={styles.title}>
          <b>{channel.name}</b>
          {channel.dead > 0 && <Sign tone="bad">{t('notices.channels.dead', { count: channel.dead })}</Sign>}
          {channel.waiting > 0 && <Sign tone="busy">{t('notices.channels.waiting', { count: channel.waiting })}</Sign>}
        </div>
        <small>
          {kind && say(kind.label)} · {languages[channel.language]}
        </small>
      </div>
      {may('channel.test') && (
        <div className={styles.ways}>
          <Button onClick={() => tryIt(true)}>{t('notices.channels.test')}</Button>
          <Button onClick={onEdit}>{t('settings.edit')}</Button>
          <Button onClick={ask}>{t('notices.channels.remove')}</Button>
        </div>
      )}
      {isTrying && <ChannelTest channel={channel} toPeople={kind?.toPeople ?? false} onEnd={() => tryIt(false)} />}
    </li>
  );
}
