// Whether exactly this plan may be offered to be carried out, by what is known of its job.

/** States in which a job plans only. */
const writesNothing: ReadonlySet<string> = new Set(['disabled', 'observing']);

interface Asked {
  readonly isPending: boolean;
  readonly data?: { readonly state: string } | undefined;
}

/** `asked`: its place is kept, so that nothing moves when the job is known; `none`: nobody can say whether it may. */
export function applyOffer({ isPending, data }: Asked): 'asked' | 'ready' | 'not-yet' | 'none' {
  if (data) return writesNothing.has(data.state) ? 'not-yet' : 'ready';
  return isPending ? 'asked' : 'none';
}
