// A part of a job's settings that is edited by itself: in the wizard as a step, and later from the job's page.
import type { ReactNode } from 'react';
import type { ConnectorView, Direction, Values } from '../forms/setting.ts';

export interface PartProps {
  readonly connector: ConnectorView;
  /** Id. */
  readonly connection: string;
  readonly direction: Direction;
  /** As chosen so far; what is missing has its default. */
  readonly settings: Values;
  /** Of departments and people that the saved settings name: id in the source → name. */
  readonly names?: Readonly<Record<string, string>>;
  /** Lays these over the settings. `isWhole` false: something must be chosen yet before they may be used; missing: they may. */
  readonly onChange: (change: Values, isWhole?: boolean) => void;
}

export type PartComponent = (props: PartProps) => ReactNode;
export type PartId = 'scope' | 'mapping' | 'matching' | 'timing' | 'protection' | 'errors';
