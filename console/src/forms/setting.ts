// What a setting of a connector is on screen: the kind of field, whether it is asked now, and what is sent.
import type { WireOutput } from '../../../src/server/api/wire.ts';

export type ConnectorView = WireOutput<'connector.list'>['connectors'][number];
export type Setting = ConnectorView['settings'][number];
export type Direction = 'up' | 'down';
export type Values = Readonly<Record<string, unknown>>;

/** The parts of a JSON schema that forms look at. */
interface Shape {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly additionalProperties?: Shape;
  readonly anyOf?: readonly Shape[];
}

export const shapeOf = (setting: Setting): Shape => setting.schema as Shape;

type Kind = 'secret' | 'choice' | 'switch' | 'number' | 'list' | 'pairs' | 'long' | 'text';

export function kindOf(setting: Setting): Kind {
  const shape = shapeOf(setting);
  if (setting.secret) return 'secret';
  if (shape.enum) return 'choice';
  if (shape.type === 'boolean') return 'switch';
  if (shape.type === 'number' || shape.type === 'integer') return 'number';
  if (shape.type === 'array') return 'list';
  if (shape.type === 'object') return 'pairs';
  return setting.placeholder?.startsWith('-----BEGIN') ? 'long' : 'text';
}

/** What a field shows when nobody has entered anything. */
export const valueOf = (setting: Setting, values: Values): unknown => values[setting.name] ?? shapeOf(setting).default;

/** What the direction of the job answers by itself. */
const answered = (setting: Setting, direction: Direction): string | boolean | undefined => setting.byDirection[direction];

export function isAsked(setting: Setting, settings: readonly Setting[], values: Values, direction: Direction): boolean {
  if (answered(setting, direction) !== undefined) return false;
  const { showWhen } = setting;
  if (!showWhen) return true;
  const other = settings.find((one) => one.name === showWhen.field);
  return other !== undefined && (answered(other, direction) ?? valueOf(other, values)) === showWhen.is;
}

/** A switch or a choice always has a value: nobody leaves it out. */
export const canBeEmpty = (setting: Setting): boolean => ['secret', 'text', 'long', 'list', 'pairs'].includes(kindOf(setting));

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

export const isMissing = (setting: Setting, values: Values): boolean => setting.required && isEmpty(valueOf(setting, values));

/** What is sent: fields that are asked and filled in, and what the direction answers. `null` takes a setting away that was saved. */
export function configOf(settings: readonly Setting[], values: Values, direction: Direction, saved: Values = {}): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const setting of settings) {
    const own = answered(setting, direction);
    const value = own ?? (isAsked(setting, settings, values, direction) ? values[setting.name] : undefined);
    if (!isEmpty(value)) config[setting.name] = value;
    else if (!setting.secret && setting.name in saved) config[setting.name] = null;
  }
  return config;
}

/** A file that is written is none to read from. */
export const isFor = (config: Values, connector: ConnectorView, direction: Direction): boolean =>
  connector.settings.every((one) => one.byDirection[direction] === undefined || valueOf(one, config) === one.byDirection[direction]);
