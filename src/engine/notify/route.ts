// Finds the recipients of new notices and makes their deliveries; what would be a flood becomes one digest.
import { randomUUID } from 'node:crypto';
import { jobSettingsSchema } from '../../core/job-settings.ts';
import { mailAddress, noticeKinds, type InstallationNotices, type NoticeKind, type NoticeRule, type Welcome } from '../../core/notices.ts';
import { listAccounts } from '../../store/accounts.ts';
import { listChannels } from '../../store/channels.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { addToDelivery, countAlike, openDigest, putDelivery } from '../../store/deliveries.ts';
import { listJobs } from '../../store/jobs.ts';
import { newNotices, settleNotice, type NoticeRow } from '../../store/notices.ts';
import { channelKinds } from './channels/kinds.ts';
import { installationSettings } from '../installation-settings.ts';
import { parseJson } from '../shapes.ts';
import type { NoticeFacts } from './note.ts';
import { addressee } from './people.ts';
import { installationNotices } from './settings.ts';

const AT_ONCE = 200;

interface Rules {
  readonly installation: InstallationNotices;
  /** Who is told where a rule names nobody. */
  readonly others: readonly string[];
  readonly jobs: readonly {
    readonly id: number;
    readonly connection: string;
    readonly rules: readonly NoticeRule[];
    readonly welcome: Welcome | null;
  }[];
  /** Whether a channel writes to people; missing = there is no such channel. */
  readonly channels: ReadonlyMap<string, boolean>;
  readonly people: readonly { readonly mail: string; readonly roles: readonly string[] }[];
}

/** Each notice is given its deliveries in one transaction. Returns how many notices were looked at. */
export async function routeNotices(database: Database, now: number): Promise<number> {
  const waiting = await newNotices(database, AT_ONCE);
  if (waiting.length === 0) return 0;
  const rules = await rulesNow(database);
  return database.write(async (transaction) => {
    // Looked at again: another worker may have been quicker.
    const notices = await newNotices(transaction, AT_ONCE);
    for (const notice of notices) {
      const recipients = recipientsOf(notice, rules);
      for (const recipient of recipients) await deliver(transaction, notice, recipient, rules.installation.digest, now);
      await settleNotice(transaction, notice.id, recipients.length > 0 ? 'routed' : 'unheard');
    }
    return notices.length;
  });
}

async function rulesNow(database: Database): Promise<Rules> {
  return {
    installation: await installationNotices(database),
    others: (await installationSettings(database)).recipients,
    jobs: (await listJobs(database)).map((job) => {
      const { notices, welcome } = jobSettingsSchema.parse(JSON.parse(job.settings));
      return { id: job.id, connection: job.connection, rules: notices.rules, welcome };
    }),
    channels: new Map((await listChannels(database)).map((row) => [row.id, channelKinds.get(row.kind)?.toPeople ?? false])),
    people: (await listAccounts(database))
      .filter((account) => account.state === 'active' && mailAddress.safeParse(account.name).success)
      .map((account) => ({ mail: account.name, roles: account.roles })),
  };
}

interface Recipient {
  readonly channel: string;
  readonly address: string;
}

/** Once each, however many rules name them. */
function recipientsOf(notice: NoticeRow, rules: Rules): readonly Recipient[] {
  if (notice.kind === 'account-created') return toThePerson(notice, rules);
  const { installation, others, jobs, channels, people } = rules;
  const own = jobs.filter((job) => job.id === notice.job || (notice.connection !== null && job.connection === notice.connection));
  const conditions: readonly string[] = noticeKinds[notice.kind as NoticeKind]?.on ?? [];
  const found = new Map<string, Recipient>();
  for (const rule of [...own.flatMap((job) => job.rules), ...installation.rules]) {
    const toPeople = channels.get(rule.channel);
    if (toPeople === undefined || !rule.on.some((condition) => conditions.includes(condition))) continue;
    const byRole = people.filter((person) => person.roles.some((role) => (rule.roles as readonly string[]).includes(role)));
    const named = rule.to.length + rule.roles.length === 0 ? others : [...rule.to, ...byRole.map((person) => person.mail)];
    for (const address of toPeople ? named : ['']) {
      const key = `${rule.channel}\0${address.toLowerCase()}`;
      if (!found.has(key)) found.set(key, { channel: rule.channel, address });
    }
  }
  return [...found.values()];
}

/** By directory id: their address is looked up when the message leaves, and stands nowhere else. */
function toThePerson(notice: NoticeRow, { jobs, channels }: Rules): readonly Recipient[] {
  const welcome = jobs.find((job) => job.id === notice.job)?.welcome;
  const { person } = parseJson<NoticeFacts>(notice.facts, {});
  if (!welcome || person === undefined || !channels.get(welcome.channel)) return [];
  return [{ channel: welcome.channel, address: addressee(welcome.to, person) }];
}

async function deliver(
  transaction: Transaction,
  notice: NoticeRow,
  { channel, address }: Recipient,
  digest: InstallationNotices['digest'],
  now: number,
): Promise<void> {
  const windowMs = digest.minutes * 60_000;
  // What one person gets is not what another gets.
  const isFlood =
    notice.kind !== 'account-created' && (await countAlike(transaction, channel, address, notice.kind, now - windowMs)) >= digest.count;
  const gathering = isFlood ? await openDigest(transaction, channel, address, notice.kind) : undefined;
  if (gathering) return addToDelivery(transaction, gathering.id, [notice.id]);
  await putDelivery(
    transaction,
    {
      channel,
      recipient: address,
      kind: notice.kind,
      message: `tributary.${randomUUID()}`,
      digest: isFlood,
      nextAt: isFlood ? now + windowMs : now,
      madeAt: now,
    },
    [notice.id],
  );
}
