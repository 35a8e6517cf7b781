// What was told to whom, and what became of it; what was given up can be sent again.
import '../../i18n/later.ts';
import { App, Button, Empty } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { useAnswer, useCommand, useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { Sign, type Tone } from '../../ui/sign.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { More } from './more.tsx';
import styles from './settings.module.css';

const PAGE = 30;
const tones: Readonly<Record<'queued' | 'sending' | 'sent' | 'dead', Tone>> = {
  queued: 'busy',
  sending: 'busy',
  sent: 'good',
  dead: 'bad',
};

export function Sent() {
  const { t, say, language } = useWords();
  const { message } = App.useApp();
  const may = useMay();
  const person = useSearchParams()[0].get('person');
  const list = usePages('notice.list', { limit: PAGE, ...(person ? { person } : {}) });
  const channels = useAnswer('channel.list', {});
  const resend = useCommand('notice.resend');
  const nameOf = (id: string): string => channels.data?.channels.find((channel) => channel.id === id)?.name ?? id;
  return (
    <Part>
      {person && (
        <p className="soft">
          {t('more.sentTo.onlyOne')} <Link to="/settings/notices?tab=sent">{t('more.sentTo.all')}</Link>
        </p>
      )}
      <Answered of={list}>
        {({ pages }) => {
          const notices = pages.flatMap((page) => page.notices);
          if (notices.length === 0)
            return <Empty className={styles.empty!} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('notices.sent.none')} />;
          return (
            <>
              <ol className={styles.rows}>
                {notices.map((notice) => (
                  <li key={notice.id}>
                    <div className={styles.what}>
                      <b>{say(notice.title)}</b>
                      <small>
                        <time dateTime={new Date(notice.at).toISOString()}>{exactTime(notice.at, language)}</time>
                        {notice.person && (
                          <>
                            {' · '}
                            <Link to={`/people/${notice.person.id}`}>{notice.person.title ?? t('settings.audit.person')}</Link>
                          </>
                        )}
                        {notice.state === 'unheard' && ` · ${t('notices.sent.unheard')}`}
                      </small>
                      {notice.deliveries.map((delivery) => (
                        <small key={`${delivery.channel} ${delivery.recipient ?? ''}`}>
                          <Sign tone={tones[delivery.state]}>{t(`notices.sent.state.${delivery.state}`)}</Sign> {nameOf(delivery.channel)}
                          {delivery.recipient && ` · ${delivery.recipient}`}
                          {delivery.to && ` · ${t(`more.sentTo.${delivery.to}`)}`}
                          {delivery.endedAt !== null && ` · ${exactTime(delivery.endedAt, language)}`}
                          {delivery.error && delivery.state !== 'sent' && ` · ${say(delivery.error)}`}
                        </small>
                      ))}
                    </div>
                    {may('notice.resend') && notice.deliveries.some((delivery) => delivery.state === 'dead') && (
                      <Button
                        loading={resend.isPending && resend.variables?.notice === notice.id}
                        onClick={() => resend.mutate({ notice: notice.id }, { onError: (error) => void message.error(error.message) })}
                      >
                        {t('notices.sent.again')}
                      </Button>
                    )}
                  </li>
                ))}
              </ol>
              <More of={list} />
            </>
          );
        }}
      </Answered>
    </Part>
  );
}
