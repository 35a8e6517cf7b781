// Who says what about a directory object, and whose word counts: the accepted contributions, resolved again.
import { resolve, winnersOfRelations, type ContributionView, type Resolved } from '../../core/authority.ts';
import { CONSOLE } from '../../core/console.ts';
import { directoryTypes, LIFECYCLE } from '../../core/directory-types.ts';
import type { JobSettings } from '../../core/job-settings.ts';
import type { Attributes, AttributeSpec, Label, ObjectTypeSpec, Value } from '../../core/model.ts';
import { nameInTree, namesForAuthority } from '../../core/trees.ts';
import { neededAttributes } from '../../core/mapping/compile.ts';
import type { MappingRow, MappingRowInput } from '../../core/mapping/rows.ts';
import { contributionsOf, type ContributionRow } from '../../store/contributions.ts';
import type { Reader } from '../../store/database.ts';
import type { EdgeRow, ObjectRow } from '../../store/directory.ts';
import { claimsOfObject, linksOfObject, mirrorOf } from '../../store/find.ts';
import { directoryIdsOf, type ClaimRow, type LinkRow } from '../../store/links.ts';
import type { JobRow } from '../../store/jobs.ts';
import { titlesOf } from '../../store/overview.ts';
import { installationSettings } from '../installation-settings.ts';
import type { QueryContext } from '../operations/operation.ts';
import { labelOf, settingsOfJob, shownValue, type Names } from '../operations/show.ts';
import { parseJson, type Observed } from '../shapes.ts';
import { wordOf } from '../words.ts';
import type { ExplainedObject } from './view.ts';

interface Said {
  readonly a: Attributes;
  readonly x: string;
  readonly mute?: boolean;
}

/** One contribution with everything that explains it. */
export interface Source {
  readonly row: ContributionRow;
  readonly job: JobRow;
  readonly settings: JobSettings;
  readonly said: Said;
  readonly link: LinkRow | undefined;
  readonly claim: ClaimRow | undefined;
  /** What the source showed last; null = it shows nothing any more. */
  readonly observed: Observed | null;
  readonly seenAt: number | null;
  readonly view: ContributionView;
}

export interface Spoken {
  readonly sources: readonly Source[];
  readonly resolved: Resolved;
}

/** The jobs of the object with their words, references turned into directory ids as authority sees them. */
export async function loadSources(context: QueryContext, names: Names, object: ObjectRow): Promise<Spoken> {
  const { reader } = context;
  const type = names.directory.find((spec) => spec.id === object.type)!;
  const links = await linksOfObject(reader, object.id);
  const claims = await claimsOfObject(reader, object.id);
  const sources: Source[] = [];
  for (const row of [...(await contributionsOf(reader, [object.id]))].sort(
    (a, b) => a.job - b.job || (a.external_id < b.external_id ? -1 : 1),
  )) {
    const job = names.jobs.get(row.job);
    if (!job) continue;
    const settings = settingsOfJob(job);
    const said = parseJson<Said>(row.data, { a: {}, x: 'active' });
    const mirror = await mirrorOf(reader, job.connection, row.type, row.external_id);
    const link = links.find((one) => one.connection === job.connection && one.external_id === row.external_id);
    const primary = job.connection === CONSOLE ? row.external_id === object.id : link === undefined || link.role === 'primary';
    sources.push({
      row,
      job,
      settings,
      said,
      link,
      claim: claims.find((claim) => claim.job === row.job && claim.source_key === row.external_id),
      observed: mirror ? (JSON.parse(mirror.data) as Observed) : null,
      seenAt: mirror?.observed_at ?? null,
      view: {
        job: row.job,
        rank: settings.rank,
        decidesExistence: settings.policy.decidesExistence,
        externalId: row.external_id,
        primary,
        attributes: await inDirectoryIds(context, job.connection, type, said.a),
        ...(said.mute ? {} : { existence: said.x as never }),
        relations: namesForAuthority(parseJson<string[]>(row.relations, []), { connection: job.connection, tree: settings.tree }),
        attributeRanks: settings.policy.attributeRanks,
        nullFallsThrough: settings.policy.nullFallsThrough,
      },
    });
  }
  return {
    sources,
    resolved: resolve(
      sources.map((source) => source.view),
      context.now(),
      (await installationSettings(context.reader)).timeZone,
    ),
  };
}

/** Whose word an edge is: the winner's of its tree, whoever wrote it; of what nobody says any more, the one who wrote it last. */
export function speakerOf(winners: Resolved['relationWinners'], edge: Pick<EdgeRow, 'relation' | 'tree' | 'job'>): number {
  return (winners[nameInTree(edge.relation, edge.tree)] ?? winners[edge.relation])?.job ?? edge.job;
}

/** The same without what is said of attributes. */
export async function relationWinners(reader: Reader, names: Names, object: string): Promise<Resolved['relationWinners']> {
  const secondary = new Set(
    (await linksOfObject(reader, object)).filter((link) => link.role !== 'primary').map((link) => `${link.connection} ${link.external_id}`),
  );
  return winnersOfRelations(
    (await contributionsOf(reader, [object])).flatMap((row) => {
      const job = names.jobs.get(row.job);
      if (!job) return [];
      const { rank, policy, tree } = settingsOfJob(job);
      return [
        {
          job: row.job,
          rank,
          externalId: row.external_id,
          primary: job.connection === CONSOLE ? row.external_id === object : !secondary.has(`${job.connection} ${row.external_id}`),
          relations: namesForAuthority(parseJson<string[]>(row.relations, []), { connection: job.connection, tree }),
          attributeRanks: policy.attributeRanks,
        },
      ];
    }),
  );
}

async function inDirectoryIds(
  context: QueryContext,
  connection: string,
  type: ObjectTypeSpec,
  attributes: Attributes,
): Promise<Attributes> {
  const result: Record<string, Value | null> = { ...(attributes as Record<string, Value | null>) };
  for (const spec of type.attributes) {
    const id = result[spec.name];
    if (spec.type !== 'reference' || typeof id !== 'string') continue;
    const found = (await directoryIdsOf(context.reader, connection, spec.to!, [id])).get(id);
    if (found === undefined) delete result[spec.name];
    else result[spec.name] = found;
  }
  return result;
}

export async function explainAttributes(
  context: QueryContext,
  names: Names,
  object: ObjectRow,
  spoken: Spoken,
): Promise<ExplainedObject['attributes']> {
  const data = JSON.parse(object.data) as Attributes;
  const type = names.directory.find((spec) => spec.id === object.type)!;
  const known = new Set([...Object.keys(data), ...spoken.sources.flatMap((source) => Object.keys(source.view.attributes))]);
  const ids = type.attributes
    .filter((spec) => spec.type === 'reference')
    .flatMap((spec) => [data[spec.name], ...spoken.sources.map((source) => source.view.attributes[spec.name])]);
  const titles = await titlesOf(
    context.reader,
    ids.filter((id): id is string => typeof id === 'string'),
  );
  return type.attributes
    .filter((spec) => spec.name !== LIFECYCLE && known.has(spec.name))
    .map((spec) => ({
      name: spec.name,
      label: spec.label,
      value: shownValue(data[spec.name] ?? null, spec, titles) ?? null,
      said: spoken.sources
        .filter((source) => source.said.a[spec.name] !== undefined)
        .map((source) => {
          const winner = spoken.resolved.winners[spec.name];
          const wins = winner?.job === source.row.job && winner.externalId === source.row.external_id;
          const given = sourceValues(names, source, object.type, spec);
          const says = spec.name in source.view.attributes ? source.view.attributes[spec.name] : source.said.a[spec.name];
          return {
            job: source.row.job,
            jobName: source.job.name,
            key: source.row.external_id,
            source: given,
            made:
              source.job.direction === 'up' &&
              isMade(source.settings.mapping[object.type] ?? [], spec.name) &&
              says !== null &&
              !given.some(({ value }) => sameText(value, says)),
            rule:
              source.job.direction === 'down'
                ? followedText(source.settings, object.type, spec.name)
                : ruleText(source.settings, object.type, spec.name),
            wins,
            why: whyWord(spoken, source, spec.name, wins),
            value: shownValue(says, spec, titles) ?? null,
          };
        }),
    }));
}

type Named = Pick<AttributeSpec, 'name' | 'kind'>;

/** The source's own values that the rule read. */
function sourceValues(names: Names, source: Source, type: string, target: Named): { name: string; value: unknown }[] {
  const rows = (source.settings.mapping[type] ?? []).filter((row) => row.target === target.name) as MappingRow[];
  const catalogue = names.connectors.get(names.connections.get(source.job.connection)?.connector ?? '')?.manifest.types ?? [];
  const specs = catalogue.find((spec) => spec.id === type)?.attributes;
  return [...new Set(neededAttributes(rows, specs))].map((name) => ({
    name,
    value:
      source.observed === null
        ? null
        : (shownValue(
            source.observed.a[name],
            // What becomes a sensitive value is one, whatever its source calls it.
            target.kind === undefined ? specs?.find((spec) => spec.name === name) : (target as AttributeSpec),
            new Map(),
          ) ?? null),
  }));
}

const rankOf = (source: Source, name: string): number => source.view.attributeRanks?.[name] ?? source.view.rank;

function whyWord(spoken: Spoken, source: Source, name: string, wins: boolean): Label {
  const known = spoken.sources.filter((other) => other.view.attributes[name] !== undefined);
  const winner = spoken.resolved.winners[name];
  const own = rankOf(source, name);
  if (source.view.attributes[name] === undefined)
    return { en: 'it points to something that the directory does not have (yet)', zh: '所指对象（尚）不在目录中' };
  if (known.length === 1) return { en: 'the only source that knows it', zh: '唯一提供该值的来源' };
  const first = known.find((other) => other.row.job === winner?.job && other.row.external_id === winner.externalId);
  const others = known.filter((other) => other !== source);
  if (wins) {
    const rival = Math.max(...others.map((other) => rankOf(other, name)));
    if (own > rival) return { en: `highest rank (${own} against ${rival})`, zh: `优先级最高（${own} 对 ${rival}）` };
    if (own < rival)
      return { en: 'the higher source has no value and lets the next one speak', zh: '更高优先级的来源无值，允许由下一来源提供' };
    return others.some((other) => other.row.job === source.row.job)
      ? { en: `equal rank ${own}: the primary link comes first`, zh: `优先级同为 ${own}：主关联优先` }
      : { en: `equal rank ${own}: the lower job number comes first`, zh: `优先级同为 ${own}：任务编号小者优先` };
  }
  if (!first) return { en: 'does not count', zh: '不采用' };
  const best = rankOf(first, name);
  if (own > best) return { en: 'no value here; the next source may speak', zh: '此处无值，由下一来源提供' };
  return own < best
    ? { en: `rank ${own} is below ${best} of job ${first.row.job}`, zh: `优先级 ${own} 低于任务 ${first.row.job} 的 ${best}` }
    : { en: `equal rank ${own}: job ${first.row.job} comes first`, zh: `优先级同为 ${own}：任务 ${first.row.job} 优先` };
}

/** Why the object is active, suspended, departed … now. */
export function explainLifecycle(names: Names, object: ObjectRow, spoken: Spoken): Label {
  const winner = spoken.resolved.winners[LIFECYCLE];
  const source = spoken.sources.find((one) => one.row.job === winner?.job && one.row.external_id === winner.externalId);
  if (spoken.sources.length === 0) return { en: 'No job says anything about it any more.', zh: '已没有任务提供其信息。' };
  if (!source)
    return { en: 'No source that decides existence speaks of it, so it is active.', zh: '没有决定存在状态的来源，因此视为在职。' };
  const who = `job ${source.row.job} "${source.job.name}"`;
  const wer = `任务 ${source.row.job}“${source.job.name}”`;
  const data = JSON.parse(object.data) as { startsAt?: string; endsAt?: string };
  if (object.lifecycle === 'departed' && source.said.x !== 'departed')
    return {
      en: `${who} says ${wordOf.lifecycle(String(source.said.x)).en}, and the last day ${data.endsAt ?? ''} has passed`,
      zh: `${wer}显示“${wordOf.lifecycle(String(source.said.x)).zh}”，但最后工作日 ${data.endsAt ?? ''} 已过`,
    };
  if (object.lifecycle === 'pre-hire' && data.startsAt)
    return {
      en: `${who} knows it, and the first day ${data.startsAt} has not come`,
      zh: `${wer}已有其信息，入职日期 ${data.startsAt} 未到`,
    };
  if (source.claim === undefined || source.claim.state === 'left' || source.claim.state === 'leaving' || source.observed === null) {
    return {
      en: `${who} does not see it at its source any more; its leaver policy made it ${wordOf.lifecycle(object.lifecycle).en}`,
      zh: `${wer}的源系统中已不再有此对象，按离职策略变为“${wordOf.lifecycle(object.lifecycle).zh}”`,
    };
  }
  // What bears our own name and says what stands beside it already tells nothing more.
  const values = sourceValues(names, source, object.type, { name: LIFECYCLE })
    .filter((entry) => entry.name !== LIFECYCLE || entry.value !== object.lifecycle)
    .map((entry) => `${entry.name} = ${String(entry.value ?? '–')}`)
    .join(', ');
  const last =
    data.endsAt && object.lifecycle === 'active'
      ? { en: `; last day ${data.endsAt}`, zh: `；最后工作日 ${data.endsAt}` }
      : { en: '', zh: '' };
  return { en: `${who} says so${values ? ` (${values})` : ''}${last.en}`, zh: `由${wer}确定${values ? `（${values}）` : ''}${last.zh}` };
}

export const relationLabel = (object: ObjectRow, relation: string): Label => labelOf(directoryTypes, object.type, relation);

/** Of a job below: the directory follows what its system has. */
const followedText = (settings: JobSettings, type: string, name: string): string =>
  `follows ${(settings.mapping[type] ?? []).find((row) => row.field === name)?.target ?? name}`;

/** Whether a row of the mapping may give something else than what a field holds. */
const isMade = (rows: readonly MappingRowInput[], target: string): boolean =>
  rows.some((row) => row.target === target && row.field === undefined);

const sameText = (one: unknown, other: unknown): boolean => String(one ?? '').toLowerCase() === String(other ?? '').toLowerCase();

/** The rows of the job's mapping that give this attribute, as they stand in its settings. */
function ruleText(
  settings: { readonly mapping: Readonly<Record<string, readonly MappingRowInput[]>> },
  type: string,
  target: string,
): string {
  return (settings.mapping[type] ?? [])
    .filter((row) => row.target === target)
    .map((row) => {
      const text =
        row.field !== undefined
          ? `field ${row.field}`
          : row.template !== undefined
            ? `template ${row.template}`
            : row.cel !== undefined
              ? `cel ${row.cel}`
              : row.unique !== undefined
                ? `unique ${row.unique.join(', ')}`
                : `constant ${JSON.stringify(row.constant)}`;
      return row.when === undefined || row.when === 'always' ? text : `${text} (${row.when})`;
    })
    .join(' · ');
}
