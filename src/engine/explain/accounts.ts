// The object in the systems downstream: which account it is, whether the target shows what was sent, what happened last.
import { sameValue } from '../../core/attribute.ts';
import type { Attributes } from '../../core/model.ts';
import type { ObjectRow } from '../../store/directory.ts';
import { claimsOfObject, lastChangeOf, linksOfObject, mirrorOf } from '../../store/find.ts';
import type { LinkRow } from '../../store/links.ts';
import { directoryIdsOf } from '../../store/links.ts';
import { titlesOf } from '../../store/overview.ts';
import type { QueryContext } from '../operations/operation.ts';
import { changesOf, labelOf, shownValue, specOf, targetTypes, type Names } from '../operations/show.ts';
import { parseJson, type Observed } from '../shapes.ts';
import type { ExplainedObject } from './view.ts';
import { whyNoAccount } from './why-not.ts';

export async function explainAccounts(
  context: QueryContext,
  names: Names,
  object: ObjectRow,
  onlyJob: number | undefined,
): Promise<ExplainedObject['accounts']> {
  const links = await linksOfObject(context.reader, object.id);
  const claims = await claimsOfObject(context.reader, object.id);
  const accounts: ExplainedObject['accounts'] = [];
  for (const job of names.jobs.values()) {
    if (job.direction !== 'down' || (onlyJob !== undefined && onlyJob !== job.id)) continue;
    const link = links.find((one) => one.connection === job.connection && one.role === 'primary');
    const claim = claims.find((one) => one.job === job.id);
    const mirror = link ? await mirrorOf(context.reader, job.connection, object.type, link.external_id) : undefined;
    const observed = mirror ? (JSON.parse(mirror.data) as Observed) : null;
    const change = await lastChangeOf(context.reader, job.id, object.type, object.id);
    accounts.push({
      job: job.id,
      jobName: job.name,
      connection: job.connection,
      connectionName: names.connections.get(job.connection)?.name ?? job.connection,
      key: link?.external_id ?? null,
      enabled: observed?.e ?? null,
      claim: claim?.state ?? null,
      seenAt: mirror?.observed_at ?? null,
      differences: link && observed ? await differencesOf(context, names, job.id, object.type, link, observed) : [],
      lastChange: change ? (await changesOf(context, names, [change]))[0]! : null,
      why: link && claim ? [] : await whyNoAccount(context, job, object),
    });
  }
  return accounts;
}

/** Sent values that the target neither shows nor answered with. */
async function differencesOf(
  context: QueryContext,
  names: Names,
  job: number,
  type: string,
  link: LinkRow,
  observed: Observed,
): Promise<ExplainedObject['accounts'][number]['differences']> {
  const sent = parseJson<Attributes>(link.sent, {});
  const echoed = parseJson<Attributes>(link.echoed, {});
  const found: ExplainedObject['accounts'][number]['differences'] = [];
  for (const [name, value] of Object.entries(sent)) {
    const spec = specOf(targetTypes(names, job), type, name);
    if (!spec || spec.kind !== undefined) continue;
    let now = observed.a[name];
    if (now === undefined) continue;
    if (spec.type === 'reference' && typeof now === 'string')
      now = (await directoryIdsOf(context.reader, link.connection, spec.to!, [now])).get(now) ?? now;
    if (sameValue(value, now, spec) || (echoed[name] !== undefined && sameValue(echoed[name], now, spec))) continue;
    const titles = await titlesOf(
      context.reader,
      [value, now].filter((id): id is string => spec.type === 'reference' && typeof id === 'string'),
    );
    const show = (one: unknown): unknown => shownValue(one, spec, titles) ?? null;
    found.push({
      name,
      label: labelOf(targetTypes(names, job), type, name),
      sent: show(value),
      echoed: echoed[name] === undefined ? null : show(echoed[name]),
      now: show(now),
    });
  }
  return found;
}
