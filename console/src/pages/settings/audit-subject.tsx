// What an entry of the audit log is about, as a name and, where there is one, a link: never as a bare id.
import { Link } from 'react-router';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27,}$/i;

export function Subject({ subject }: { readonly subject: string }) {
  const { t } = useWords();
  const at = subject.indexOf(':');
  const [kind, key] = at < 0 ? [subject, ''] : [subject.slice(0, at), subject.slice(at + 1)];
  const jobs = useAnswer('job.list', {}, { enabled: kind === 'job' });
  const tokens = useAnswer('token.list', {}, { enabled: kind === 'token' });
  const connections = useAnswer('connection.list', {}, { enabled: kind === 'connection' });
  if (kind === 'connection') {
    const name = connections.data?.connections.find((connection) => connection.id === key)?.name;
    return name ? <Link to={`/connections/${encodeURIComponent(key)}`}>{name}</Link> : <span className="soft">{key}</span>;
  }
  if (kind === 'run') return <Link to={`/runs/${key}`}>{t('person.run', { run: key })}</Link>;
  if (kind === 'person') return <Link to={`/people/${encodeURIComponent(key)}`}>{t('settings.audit.person')}</Link>;
  if (kind === 'job') {
    const name = jobs.data?.jobs.find((job) => String(job.id) === key)?.name;
    return name ? <Link to={`/jobs/${key}`}>{name}</Link> : <span className="soft">{t('settings.audit.job', { n: key })}</span>;
  }
  if (kind === 'draft') return <span className="soft">{t('settings.audit.draft', { n: key })}</span>;
  if (kind === 'attribute') return <span className="soft">{key.split('.').at(-1)}</span>;
  const name = kind === 'token' ? (tokens.data?.tokens.find((token) => token.id === key)?.name ?? '') : key;
  return name === '' || UUID.test(name) ? null : <span className="soft">{name}</span>;
}
