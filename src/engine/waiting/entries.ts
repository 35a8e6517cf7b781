// Everything that waits for a person, one entry per matter: what stands still, what is asked, what will get worse.
import { jobSettingsSchema } from '../../core/job-settings.ts';
import type { Label } from '../../core/model.ts';
import { spelled } from '../../core/spelled.ts';
import type { Reader } from '../../store/database.ts';
import { listDoubts } from '../../store/doubts.ts';
import { listBrakes, listConnections, listJobs } from '../../store/jobs.ts';
import { countGroups } from '../../store/problems.ts';
import { lastEndedRun } from '../../store/find.ts';
import { endedBefore } from '../../store/runs.ts';
import { listTokens } from '../../store/tokens.ts';
import {
  countAdoptable,
  countAsked,
  countFought,
  countSeveral,
  countUndelivered,
  lastFullReads,
  proposedEdits,
  type Loose,
} from '../../store/waiting.ts';
import { expiringSoon, overdueRead, silentEvents } from '../notify/late.ts';
import { installationNotices } from '../notify/settings.ts';
import { remedyOf } from '../remedies.ts';
import { doubtSaid } from '../resume.ts';
import { hasSignedInSince } from '../signed-in.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { conductOf } from '../states.ts';
import { orphanedBy, TOKEN_VOUCHED_MS } from '../sign-in/roles.ts';
import { orphanWords, questionWords } from '../words.ts';
import { own, way, type Entry, type Way, type World } from './entry.ts';
import { closings, leftBelow } from './still-open.ts';
import { unprovenRead } from './unproven.ts';

/** Bounded questions only: each list is an index walked over what is open. */
export async function allThatWaits(reader: Reader, now: number): Promise<Entry[]> {
  const world: World = {
    reader,
    now,
    jobs: (await listJobs(reader)).map((row) => ({ row, settings: jobSettingsSchema.parse(JSON.parse(row.settings)) })),
    connections: await listConnections(reader),
    doubts: await listDoubts(reader),
  };
  const found: Entry[] = [];
  for (const look of [
    brakes,
    connections,
    closings,
    jobs,
    leftBelow,
    unproven,
    tokens,
    late,
    asked,
    drift,
    matches,
    problems,
    edits,
    undelivered,
  ])
    found.push(...(await look(world)));
  return found;
}

const scopes: Readonly<Record<string, (id: string) => { job?: number; connection?: string }>> = {
  job: (id) => ({ job: Number(id) }),
  connection: (id) => ({ connection: id }),
};

async function brakes({ reader }: World): Promise<Entry[]> {
  return (await listBrakes(reader)).map((row) => {
    const [kind, id] = [row.scope.slice(0, row.scope.indexOf(':')), row.scope.slice(row.scope.indexOf(':') + 1)];
    const about = scopes[kind]?.(id) ?? {};
    return {
      kind: 'brake',
      of: row.scope,
      title: { en: `The brake is on, put on by ${row.by_whom}`, zh: `总闸已拉下（${row.by_whom}）` },
      detail: own(row.reason),
      since: row.since,
      ...about,
      settle: [way('release', 'brake.release', about)],
    };
  });
}

async function connections({ reader, connections: rows, now }: World): Promise<Entry[]> {
  const rules = await installationNotices(reader);
  return rows.flatMap((row): Entry[] => {
    const at = { connection: row.id, of: row.id };
    const away: Entry[] =
      row.breaker_opened_at === null
        ? []
        : [
            {
              ...at,
              kind: 'connection-away',
              title: { en: 'A system does not answer', zh: '系统无响应' },
              detail: parseJson<Label | null>(row.breaker_reason, null),
              since: row.breaker_opened_at,
              settle: [way('check', 'connection.check', { connection: row.id })],
            },
          ];
    const soon = expiringSoon(row.expires_at, rules, now);
    if (!soon) return away;
    const expired = soon.expires <= now;
    return [
      ...away,
      {
        ...at,
        kind: expired ? 'credential-expired' : 'credential-expiring',
        title: expired
          ? { en: 'A credential has expired', zh: '凭据已过期' }
          : { en: `A credential expires in ${soon.days} ${soon.days === 1 ? 'day' : 'days'}`, zh: `凭据将在 ${soon.days} 天后到期` },
        until: soon.expires,
        settle: [way('renew', 'connection.renew', { connection: row.id }), way('check', 'connection.check', { connection: row.id })],
        see: way('see', 'connection.get', { connection: row.id }),
      },
    ];
  });
}

/** Why a run failed, and of which kind that is, where it says what mends it. */
type Refusal = Label & { readonly kind?: string };

const signedInAgain: Pick<Entry, 'title' | 'detail'> = {
  title: { en: 'The credential works again: the job has not run since', zh: '凭据已恢复有效，任务尚未重新执行' },
  detail: {
    en: 'The last run was refused; a check has signed in since. Run it now.',
    zh: '上次执行因凭据被拒绝而失败；此后的检查已登录成功。请立即执行。',
  },
};

async function jobs({ reader, jobs: all, doubts }: World): Promise<Entry[]> {
  const found: Entry[] = [];
  for (const { row, settings } of all) {
    const of = String(row.id);
    const asks = doubts.filter((doubt) => doubt.job === row.id);
    const reason = parseJson<Refusal | null>(row.state_reason, null);
    const start = way('run', 'run.start', { job: row.id, mode: 'full' });
    const mends = (problem: Refusal | null): Way[] =>
      problem?.kind === 'credentials' ? [way('renew', 'connection.renew', { connection: row.connection }), start] : [start];
    /** A check has signed in after the failure: nothing is refused any more, and only a run is missing. */
    const isMended = async (problem: Refusal | null, failed: number): Promise<boolean> =>
      problem?.kind === 'credentials' && (await hasSignedInSince(reader, row.connection, failed));
    const see = way('see', 'run.list', { job: row.id });
    if (row.state === 'paused' || asks.length > 0) {
      const paused = row.state === 'paused';
      found.push({
        kind: paused ? 'job-paused' : 'question',
        of,
        job: row.id,
        title: paused
          ? { en: 'A job is paused by the guard', zh: '任务被保护暂停' }
          : { en: 'The guard asks about a job', zh: '保护机制对任务有疑问' },
        detail: doubtSaid(asks) ?? reason,
        since: asks[0]?.at ?? null,
        settle:
          asks.length > 0
            ? [way('readAgain', 'job.resume', { job: row.id }), way('accept', 'job.resume', { job: row.id, accept: true })]
            : [way('resume', 'job.resume', { job: row.id })],
        see,
      });
    }
    if (row.state === 'quarantined') {
      const title = { en: 'The runs of a job fail: it is tried more seldom', zh: '任务屡次失败，已降低重试频率' };
      const last = await lastEndedRun(reader, row.id);
      const says =
        last && (await isMended(reason, last.ended_at))
          ? { ...signedInAgain, settle: [start] }
          : { title, detail: reason, settle: mends(reason) };
      found.push({ kind: 'job-quarantined', of, job: row.id, ...says, until: row.next_due_at, see });
    } else if (conductOf(row.state).runsByItself && settings.trigger.kind === 'manual') {
      const last = await endedBefore(reader, row.id, Number.MAX_SAFE_INTEGER);
      if (last?.state === 'failed') {
        const title = {
          en: `The last run failed, and the job does not start again by itself (run ${last.id})`,
          zh: `手动任务上次执行失败（执行 ${last.id}）`,
        };
        const says = (await isMended(last.problem, last.endedAt!))
          ? { ...signedInAgain, settle: [start] }
          : { title, detail: last.problem, settle: mends(last.problem) };
        found.push({ kind: 'run-failed', of, job: row.id, ...says, since: last.endedAt, see: way('see', 'run.get', { run: last.id }) });
      }
    }
  }
  return found;
}

async function unproven({ reader, jobs: all }: World): Promise<Entry[]> {
  const found: Entry[] = [];
  const reads = await lastFullReads(reader);
  for (const { row } of all) {
    const read = await unprovenRead(reader, row, reads.get(row.id));
    if (!read) continue;
    const { run, ...entry } = read;
    found.push({
      ...entry,
      of: String(row.id),
      job: row.id,
      settle: [way('run', 'run.start', { job: row.id, mode: 'full' }), way('check', 'connection.check', { connection: row.connection })],
      see: way('see', 'run.get', { run }),
    });
  }
  return found;
}

/** An owner who comes from a provider has to sign in before their tokens stop: said so long before. */
const SIGN_IN_MS = 7 * 86_400_000;

/** Programs that are refused because of what became of a person, or soon will be. */
async function tokens({ reader, now }: World): Promise<Entry[]> {
  const good = (await listTokens(reader)).filter((row) => row.revokedAt === null && row.expiresAt > now);
  return good.flatMap((row): Entry[] => {
    const entry = { of: row.id, see: way('see', 'token.list', {}) };
    const settle = [way('give', 'token.give', { token: row.id }), way('revoke', 'token.revoke', { token: row.id })];
    const why = orphanedBy(row, now);
    if (why !== null) {
      const { en, zh } = orphanWords[why];
      return [
        {
          ...entry,
          kind: 'token-orphaned',
          title: { en: `The API token "${row.name}" is refused: nobody answers for it`, zh: `API 令牌“${row.name}”已失效：无人负责` },
          detail: { en: `${row.owner!.name}: ${en} (${row.role})`, zh: `${row.owner!.name}：${zh}（${row.role}）` },
          until: row.expiresAt,
          settle,
        },
      ];
    }
    const vouchedAt = row.owner?.account?.vouchedAt;
    if (vouchedAt === undefined || vouchedAt === null || vouchedAt + TOKEN_VOUCHED_MS - SIGN_IN_MS > now) return [];
    return [
      {
        ...entry,
        kind: 'token-ending',
        title: { en: `The API token "${row.name}" stops unless its owner signs in`, zh: `API 令牌“${row.name}”即将失效，除非其负责人登录` },
        detail: { en: `${row.owner!.name} has to sign in through the identity provider`, zh: `${row.owner!.name} 须通过身份提供方登录` },
        until: vouchedAt + TOKEN_VOUCHED_MS,
        settle,
      },
    ];
  });
}

async function late({ reader, jobs: all, now }: World): Promise<Entry[]> {
  const rules = await installationNotices(reader);
  const found: Entry[] = [];
  for (const job of all.filter(({ row }) => row.state === 'enabled')) {
    const about = { job: job.row.id, of: String(job.row.id) };
    const overdue = await overdueRead(reader, job, rules, now);
    if (overdue)
      found.push({
        ...about,
        kind: 'read-overdue',
        title: { en: `No complete read for more than ${overdue.hours} hours`, zh: `超过 ${overdue.hours} 小时没有完整读取` },
        since: overdue.since,
        settle: [way('run', 'run.start', { job: job.row.id, mode: 'full' })],
        see: way('see', 'run.list', { job: job.row.id }),
      });
    const silent = await silentEvents(reader, job, rules);
    if (silent)
      found.push({
        ...about,
        kind: 'events-silent',
        title: {
          en: `No event for ${silent.hours} hours, although a comparison found ${spelled(silent.count)} changes`,
          zh: `${silent.hours} 小时没有事件，但对账发现了 ${spelled(silent.count)} 项变更`,
        },
        count: silent.count,
        since: silent.since,
        settle: [way('check', 'connection.check', { connection: job.row.connection })],
        see: way('see', 'run.get', { run: silent.run }),
      });
  }
  return found;
}

const isLimit = (question: string): boolean => question.startsWith('limit:') || question.startsWith('first-run:') || question === 'upgrade';

async function asked({ reader, jobs: all }: World): Promise<Entry[]> {
  return (await countAsked(reader)).map((row) => {
    const which = { job: row.job, question: row.question };
    return {
      kind: isLimit(row.question) ? 'limit' : 'held',
      of: `${row.job}:${row.question}`,
      job: row.job,
      title: questionWords(row.question),
      count: row.count,
      objects: row.objects,
      since: row.since,
      until: row.until,
      needs: all.find((job) => job.row.id === row.job)?.settings.approvals ?? 1,
      settle: [
        way('confirm', 'held.decide', { decision: 'approve', ...which }),
        way('cancel', 'held.decide', { decision: 'cancel', ...which }),
      ],
      see: way('see', 'held.list', which),
    };
  });
}

async function drift({ reader }: World): Promise<Entry[]> {
  const of = (kind: 'fought' | 'adoptable', row: Loose): Pick<Entry, 'kind' | 'of' | 'job' | 'count' | 'since'> => ({
    kind,
    of: String(row.job),
    ...row,
  });
  return [
    ...(await countFought(reader)).map((row) => ({
      ...of('fought', row),
      title: { en: 'Somebody writes back what is written there: it is left alone', zh: '对方反复改写，已停止写入' },
      settle: [way('enforce', 'drift.enforce', { job: row.job })],
      see: way('see', 'drift.list', { job: row.job, state: 'fought' }),
    })),
    ...(await countAdoptable(reader)).map((row) => ({
      ...of('adoptable', row),
      title: { en: 'A system shows values that could be taken over', zh: '目标系统中有可采纳的值' },
      settle: [way('adopt', 'drift.adopt', { job: row.job })],
      see: way('see', 'drift.list', { job: row.job, state: 'open' }),
    })),
  ];
}

/** Of jobs that write already, what is ambiguous is a problem of theirs. */
async function matches({ reader, jobs: all }: World): Promise<Entry[]> {
  const idle = new Set(all.filter(({ row }) => !conductOf(row.state).writes).map(({ row }) => row.id));
  return (await countSeveral(reader))
    .filter((row) => idle.has(row.job))
    .map((row) => ({
      kind: 'ambiguous',
      of: `match:${row.job}`,
      ...row,
      title: { en: 'A matching found several accounts for one', zh: '匹配时一个对象对应多个账号' },
      settle: [way('pairs', 'match.accept', { job: row.job })],
      see: way('see', 'match.list', { job: row.job, kind: 'ambiguous' }),
    }));
}

async function problems({ reader }: World): Promise<Entry[]> {
  const groups = (await countGroups(reader, 0)).filter((row) => row.triage !== 'waived');
  const byCause = groupBy(groups, (row) => `${row.job}:${row.state === 'waiting' ? 'waiting' : row.cause}`);
  return [...byCause.values()].map((rows) => {
    const { job, cause, state } = rows[0]!;
    const kind = state === 'waiting' ? 'far-side' : cause === 'ambiguous' ? 'ambiguous' : 'problems';
    const sum = (of: typeof rows): number => of.reduce((total, row) => total + row.count, 0);
    const { title, remedy } = remedyOf(cause);
    const retry = way('retry', 'item.retry', { job, cause });
    return {
      kind,
      of: `${job}:${cause}`,
      job,
      title,
      detail: remedy,
      count: sum(rows),
      fresh: sum(rows.filter((row) => row.triage === 'new')),
      settle: kind === 'far-side' ? [retry] : [retry, way('known', 'item.triage', { job, cause, triage: 'known' })],
      see: way('see', 'item.groups', { job }),
    };
  });
}

const EDITS = 20;

async function edits({ reader }: World): Promise<Entry[]> {
  return (await proposedEdits(reader, EDITS)).map(({ id, at, actor }) => ({
    kind: 'edit',
    of: String(id),
    title: { en: `Edit ${id} is proposed by ${actor} and not applied yet`, zh: `${actor} 提出的编辑 ${id} 尚未应用` },
    since: at,
    settle: [way('apply', 'edit.apply', { edit: id }), way('discard', 'edit.discard', { edit: id })],
    see: way('see', 'edit.get', { edit: id }),
  }));
}

async function undelivered({ reader }: World): Promise<Entry[]> {
  return (await countUndelivered(reader)).map(({ channel, count, since }) => ({
    kind: 'undelivered',
    of: channel,
    title: { en: `Notices could not be delivered by channel "${channel}"`, zh: `渠道“${channel}”有通知未能送达` },
    count,
    since,
    settle: [way('test', 'channel.test', { channel })],
    see: way('see', 'notice.list', { delivery: 'dead' }),
  }));
}
