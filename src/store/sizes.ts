// How large everything is: the directory by type and lifecycle, each job by what it holds. Counts by index, for a look now and then.
import type { Reader } from './database.ts';

export interface DirectorySize {
  readonly type: string;
  readonly lifecycle: string;
  readonly count: number;
}

export interface JobSize {
  readonly job: number;
  readonly type: string;
  readonly count: number;
}

/** Whatever is not gone, and `absent`: what can be brought back. */
export const directorySizes = (reader: Reader): Promise<readonly DirectorySize[]> =>
  reader.all<DirectorySize>('SELECT type, lifecycle, count(*) AS count FROM object GROUP BY type, lifecycle ORDER BY type, lifecycle');

/** Objects that a job feeds or has an account for. */
export const jobSizes = (reader: Reader): Promise<readonly JobSize[]> =>
  reader.all<JobSize>('SELECT job, type, count(*) AS count FROM claim GROUP BY job, type ORDER BY job, type');
