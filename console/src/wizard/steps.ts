// The steps of the wizard in order, and which of them each way has.
import { partIds } from '../parts/parts.ts';
import type { PartId } from '../parts/part.ts';

export type StepId = 'app' | 'configuration' | PartId | 'review' | 'start';
export type Way = 'quick' | 'custom';

/** Quick: everything else has a safe default. */
const ways: Readonly<Record<Way, readonly StepId[]>> = {
  quick: ['app', 'configuration', 'review', 'start'],
  custom: ['app', 'configuration', ...partIds, 'review', 'start'],
};

export const stepsOf = (way: Way): readonly StepId[] => ways[way];
