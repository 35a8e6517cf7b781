// How a connection is, by what waits for a person about it, its last check and its credential: the gravest first.
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Sign } from '../../ui/sign.tsx';

export type Connection = WireOutput<'connection.list'>['connections'][number];
export type Waits = WireOutput<'waiting.list'>['waiting'];

const SOON_MS = 30 * 86_400_000;

export type Jobs = WireOutput<'status'>['jobs'];

interface StateProps {
  readonly connection: Connection;
  readonly waits: Waits;
  readonly jobs: Jobs;
}

/** A run that came through says as much as a check. */
const works = ({ lastRun }: Jobs[number]): boolean => lastRun?.state === 'succeeded' || lastRun?.state === 'warnings';

export function ConnectionState({ connection, waits, jobs }: StateProps) {
  const { t, say } = useWords();
  const now = Date.now();
  const ends = connection.expiresAt === null ? null : Date.parse(connection.expiresAt);
  const stopped = waits.find((one) => one.connection === connection.id && one.urgency === 'stopped');
  if (connection.awaySince !== null) return <Sign tone="bad">{t('connections.state.away')}</Sign>;
  if (ends !== null && ends <= now) return <Sign tone="bad">{t('connections.state.expired')}</Sign>;
  if (stopped) return <Sign tone="bad">{say(stopped.title)}</Sign>;
  if (ends !== null && ends - now < SOON_MS) return <Sign tone="warn">{t('connections.state.soon')}</Sign>;
  const isProven = connection.checkedAt !== null || jobs.some((job) => job.connection === connection.id && works(job));
  if (!isProven) return <Sign tone="still">{t('connections.state.never')}</Sign>;
  return <Sign tone="good">{t('connections.state.fine')}</Sign>;
}
