// What jobs would do to each other: a system that is read and written alike, a value that would be made of itself.
import { canonicalText } from '../../core/attribute.ts';
import { circlesOver } from '../../core/circles.ts';
import { jobSettingsSchema, type JobSettings } from '../../core/job-settings.ts';
import type { ConfigDocument, ConfigPath, ConfigProblem } from './document.ts';
import type { Present, WantedJob } from './wanted.ts';

const say = (path: ConfigPath, en: string, zh: string): ConfigProblem => ({ path, problem: { en, zh } });

/** Of all jobs as they would be. */
function allSettings(jobs: readonly WantedJob[], present: Present): readonly JobSettings[] {
  const replaced = new Set(jobs.flatMap((job) => (job.existing ? [job.existing.id] : [])));
  const others = present.jobs.filter((job) => !replaced.has(job.id)).map((job) => jobSettingsSchema.parse(JSON.parse(job.settings)));
  return [...jobs.map((job) => job.settings), ...others];
}

/** One system is not both upstream and downstream, unless the jobs cover different parts of it. */
export function bothWays(document: ConfigDocument, jobs: readonly WantedJob[], present: Present): ConfigProblem[] {
  const systemOf = (connection: string): string =>
    present.connections.find((row) => row.id === connection)?.system_id ?? `connection:${connection}`;
  const all = allSettings(jobs, present);
  const problems: ConfigProblem[] = [];
  for (const { settings } of jobs) {
    const rival = all.find(
      (other) =>
        other.direction !== settings.direction &&
        systemOf(other.connection) === systemOf(settings.connection) &&
        overlap(other.part, settings.part),
    );
    if (!rival) continue;
    const index = document.jobs.findIndex((entry) => entry.name === settings.name);
    problems.push(
      say(
        ['jobs', index, 'direction'],
        `"${settings.name}" and "${rival.name}" use the same system upstream and downstream: what one writes the other would read back. Give them different parts of it, or keep one`,
        `“${settings.name}”与“${rival.name}”把同一系统同时作为上游和下游：一方写入的内容会被另一方读回。请使用不同的范围（part），或只保留一个`,
      ),
    );
  }
  return problems;
}

/** A value that would be made of itself, over the accounts that jobs read: it would change for ever, or never. */
export function circles(document: ConfigDocument, jobs: readonly WantedJob[], present: Present): ConfigProblem[] {
  return circlesOver(allSettings(jobs, present).filter((job) => job.direction === 'down')).flatMap((circle) => {
    const index = document.jobs.findIndex((entry) => entry.name === circle.job);
    if (index < 0) return [];
    const names = circle.jobs.map((name) => `"${name}"`);
    return [
      say(
        ['jobs', index, 'mapping', circle.type, circle.row],
        `${circle.values.join(' ← ')}: the value would be made of itself (${names.join(', ')}). Take one of these from the directory instead`,
        `${circle.values.join(' ← ')}：该值会由其自身得出（${names.join('、')}）。请将其中一个改为取自目录`,
      ),
    ];
  });
}

const isWhole = (part: unknown): boolean =>
  ['null', '{}'].includes(canonicalText(part ?? null)) || Object.values(part as object).every((value) => value === '' || value === null);
const overlap = (a: unknown, b: unknown): boolean => isWhole(a) || isWhole(b) || canonicalText(a) === canonicalText(b);
