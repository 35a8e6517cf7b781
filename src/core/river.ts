// "Sync everything" in order: what flows into a tree of the directory before what flows out of it.

export interface RiverJob {
  readonly id: number;
  readonly direction: 'up' | 'down';
  readonly tree: string;
  readonly connection: string;
  /** Connections whose account values its mapping reads. */
  readonly reads: readonly string[];
}

export interface RiverStep {
  readonly job: number;
  /** Jobs that have to be through before it begins. */
  readonly behind: readonly number[];
}

/** In an order in which every job comes after those it is behind. Jobs that read each other's accounts go by number. */
export function riverOrder(jobs: readonly RiverJob[]): readonly RiverStep[] {
  const byNumber = [...jobs].sort((a, b) => a.id - b.id);
  const up = byNumber.filter((job) => job.direction === 'up');
  const steps: RiverStep[] = up.map((job) => ({ job: job.id, behind: [] }));
  const left = byNumber.filter((job) => job.direction === 'down');
  const readFrom = (job: RiverJob, other: RiverJob): boolean => other.id !== job.id && job.reads.includes(other.connection);
  const placed: RiverJob[] = [];
  while (left.length > 0) {
    const free = left.findIndex((job) => !left.some((other) => readFrom(job, other)));
    const [job] = left.splice(Math.max(0, free), 1);
    const above = up.filter((other) => other.tree === job!.tree);
    steps.push({ job: job!.id, behind: [...above, ...placed.filter((other) => readFrom(job!, other))].map((other) => other.id) });
    placed.push(job!);
  }
  return steps;
}
