// The parts of a job in the order of the wizard.
import { ErrorsPart } from './errors-part.tsx';
import { MappingPart } from './mapping-part.tsx';
import { MatchingPart } from './matching-part.tsx';
import type { PartComponent, PartId } from './part.ts';
import { ProtectionPart } from './protection-part.tsx';
import { ScopePart } from './scope-part.tsx';
import { TimingPart } from './timing-part.tsx';

export const parts: Readonly<Record<PartId, PartComponent>> = {
  scope: ScopePart,
  mapping: MappingPart,
  matching: MatchingPart,
  timing: TimingPart,
  protection: ProtectionPart,
  errors: ErrorsPart,
};

export const partIds = Object.keys(parts) as readonly PartId[];
export const isPart = (step: string): step is PartId => step in parts;
