// What every tab of a job page is given.
import type { WireOutput } from '../../../../src/server/api/wire.ts';

export interface JobTabProps {
  /** As it stands now; null while that is asked. */
  readonly job: WireOutput<'status'>['jobs'][number] | null;
  /** With all its settings, defaults filled in. */
  readonly details: WireOutput<'job.get'>;
}
