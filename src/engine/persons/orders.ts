// What a merge or a split is asked for, as an order: which records and accounts go along, and what becomes of the accounts that are one too many.
import { CONSOLE } from '../../core/console.ts';
import type { Label } from '../../core/model.ts';
import { type RecordOf, type RegroupOrder, nameOfRecord, type RoledLink } from '../../core/regroup.ts';
import type { LeaverPolicy } from '../../core/situation.ts';
import { contributionsOf } from '../../store/contributions.ts';
import type { Reader } from '../../store/database.ts';
import { listJobs, type JobRow } from '../../store/jobs.ts';
import { linksOfPeople, reservedAlone } from '../../store/persons.ts';
import { CommandError } from '../engine.ts';
import { settingsOfJob } from '../operations/show.ts';
import { conductOf } from '../states.ts';

/** Of two accounts of one system: the one of the person who stays, or of the one who goes. */
export type Choice = 'kept' | 'merged';

export interface AccountAfter {
  readonly connection: string;
  /** stays: as it is · moves: the only account goes along · surplus: there are two, and this one is not kept. */
  readonly becomes: 'stays' | 'moves' | 'surplus';
  readonly account: string;
  readonly says: Label;
}

interface Belongings {
  readonly jobs: readonly JobRow[];
  /** Connections that are read from. */
  readonly above: ReadonlySet<string>;
  readonly links: readonly RoledLink[];
}

async function belongingsOf(reader: Reader, people: readonly string[]): Promise<Belongings> {
  const jobs = await listJobs(reader);
  return {
    jobs,
    above: new Set(jobs.filter((job) => job.direction === 'up').map((job) => job.connection)),
    links: await linksOfPeople(reader, people),
  };
}

const recordOf = ({ connection, externalId }: RecordOf): RecordOf => ({ connection, externalId });

/** Records of a person, the primary ones first; what was entered by hand among them. */
export async function recordsOfPerson(reader: Reader, person: string): Promise<readonly RecordOf[]> {
  const { jobs, above, links } = await belongingsOf(reader, [person]);
  const byHand = new Set(jobs.filter((job) => job.connection === CONSOLE).map((job) => job.id));
  const entered = (await contributionsOf(reader, [person])).filter((row) => byHand.has(row.job)).map((row) => row.external_id);
  const records = [
    ...links.filter((link) => above.has(link.connection)).map(recordOf),
    ...entered.sort().map((externalId) => ({ connection: CONSOLE, externalId })),
  ];
  // Who was made by hand has a link and a word under one name.
  return [...new Map(records.map((record) => [nameOfRecord(record.connection, record.externalId), record])).values()];
}

export async function mergeOrder(
  reader: Reader,
  keep: string,
  gone: string,
  choices: Readonly<Record<string, Choice>>,
): Promise<{ readonly order: RegroupOrder; readonly accounts: readonly AccountAfter[] }> {
  const { jobs, above, links } = await belongingsOf(reader, [keep, gone]);
  const accounts: AccountAfter[] = [];
  const along: RecordOf[] = [];
  const back: RecordOf[] = [];
  for (const connection of new Set(links.filter((link) => !above.has(link.connection)).map((link) => link.connection))) {
    const of = (person: string): readonly RoledLink[] => links.filter((link) => link.connection === connection && link.object === person);
    const [kept, merged] = [of(keep), of(gone)];
    const tell = (list: readonly RoledLink[], becomes: AccountAfter['becomes'], says: Label): void =>
      void accounts.push(...list.map((link) => ({ connection, account: link.externalId, becomes, says })));
    if (merged.length === 0) tell(kept, 'stays', stays);
    else if (kept.length === 0) {
      along.push(...merged.map(recordOf));
      tell(merged, 'moves', moves);
    } else if (choices[connection] === 'merged') {
      along.push(...merged.map(recordOf));
      back.push(...kept.map(recordOf));
      tell(merged, 'moves', moves);
      tell(kept, 'surplus', withValues(surplus(jobs, connection)));
    } else {
      tell(kept, 'stays', stays);
      tell(merged, 'surplus', surplus(jobs, connection));
    }
  }
  const records = await recordsOfPerson(reader, gone);
  const reserved = await reservedAlone(reader, gone, keep);
  return { order: { kind: 'merge', from: gone, to: keep, records, accounts: along, back, reserved }, accounts };
}

const stays: Label = { en: 'Stays as it is; its values follow with the next run.', zh: '保留；数据随下次执行更新。' };
const moves: Label = {
  en: 'The account stays and is from now on of the one who is kept; its values follow with the next run.',
  zh: '账号保留，改为归属保留的人员；数据随下次执行更新。',
};

/** Where the account of the one who goes is kept, the other one has the values that it is to get. */
const withValues = (says: Label): Label => ({
  en: `${says.en} While it is there, it keeps the values that only one account may have.`,
  zh: `${says.zh}在其删除之前，仍占用唯一值。`,
});

function surplus(jobs: readonly JobRow[], connection: string): Label {
  const job = jobs.filter((one) => one.connection === connection && one.direction === 'down').find((one) => conductOf(one.state).writes);
  if (!job)
    return {
      en: 'One too many, and no enabled job writes there: it stays as it is.',
      zh: '多余账号；没有启用的任务写入该系统，保持原样。',
    };
  const { leaver } = settingsOfJob(job).policy;
  const what = whatBecomes(leaver.gone);
  return {
    en: `One too many: ${what.en} (leaver policy of job ${job.id} "${job.name}" for who is gone), through the guard of its next run.`,
    zh: `多余账号：${what.zh}（任务 ${job.id}“${job.name}”对源中消失人员的策略），由其下次执行经保护限制处理。`,
  };
}

function whatBecomes(policy: LeaverPolicy['gone']): Label {
  if (typeof policy === 'object')
    return {
      en: `disabled, and deleted after ${policy.disableThenDeleteAfterDays} days`,
      zh: `停用，${policy.disableThenDeleteAfterDays} 天后删除`,
    };
  return policyWords[policy];
}

const policyWords: Readonly<Record<Extract<LeaverPolicy['gone'], string>, Label>> = {
  keep: { en: 'left as it is', zh: '保持原样' },
  unlink: { en: 'left as it is, and nobody’s any more', zh: '保持原样并解除关联' },
  disable: { en: 'disabled', zh: '停用' },
  delete: { en: 'deleted, once that is confirmed', zh: '经确认后删除' },
};

export async function splitOrder(
  reader: Reader,
  person: string,
  into: string,
  wanted: { readonly records: readonly RecordOf[]; readonly accounts: readonly RecordOf[] },
): Promise<RegroupOrder> {
  const known = await recordsOfPerson(reader, person);
  const { above, links } = await belongingsOf(reader, [person]);
  const names = (list: readonly RecordOf[]): ReadonlySet<string> =>
    new Set(list.map((one) => nameOfRecord(one.connection, one.externalId)));
  const [records, accounts] = [names(wanted.records), names(wanted.accounts)];
  const owned = links.filter((link) => !above.has(link.connection));
  const strange = [
    ...wanted.records.filter((one) => !names(known).has(nameOfRecord(one.connection, one.externalId))),
    ...wanted.accounts.filter((one) => !names(owned).has(nameOfRecord(one.connection, one.externalId))),
  ];
  if (strange.length > 0) {
    const list = strange.map((one) => `${one.connection}:${one.externalId}`).join(', ');
    throw new CommandError(`Not theirs: ${list}.`, `不属于此人：${list}。`, {
      issues: [{ field: 'records', message: { en: 'not theirs', zh: '不属于此人' } }],
    });
  }
  const chosen = known.filter((one) => records.has(nameOfRecord(one.connection, one.externalId)));
  if (chosen.length === known.length)
    throw new CommandError('Nothing would be left of the person: leave at least one record.', '至少须为原人员保留一条记录。', {
      issues: [{ field: 'records', message: { en: 'leave at least one', zh: '至少保留一条' } }],
    });
  return {
    kind: 'split',
    from: person,
    to: into,
    records: chosen,
    accounts: owned.filter((link) => accounts.has(nameOfRecord(link.connection, link.externalId))).map(recordOf),
    back: [],
    reserved: [],
  };
}
