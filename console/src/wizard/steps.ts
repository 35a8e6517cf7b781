// The steps of the wizard, in order.
export type StepId = 'app' | 'configuration' | 'review' | 'start';

/** Everything else has a safe default. */
export const steps: readonly StepId[] = ['app', 'configuration', 'review', 'start'];
