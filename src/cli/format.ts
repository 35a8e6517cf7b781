// Numbers, times and values as people read them.
import { wordOf } from '../engine/words.ts';
import type { Label } from '../core/model.ts';
import type { AttributeChangeView, EdgeChangeView } from '../engine/operations/views.ts';
import { clean, type Output } from './terminal.ts';

export const number = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** Local time to the minute; today without the date. */
export function time(at: number | null | undefined, now = Date.now()): string {
  if (at === null || at === undefined) return '–';
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return new Date(now).toDateString() === date.toDateString() ? clock : `${day} ${clock}`;
}

export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1) return `${Math.round(ms)} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const typeLabels: Readonly<Record<string, readonly [one: Label, many: Label]>> = {
  person: [
    { en: 'person', zh: '人员' },
    { en: 'people', zh: '人员' },
  ],
  department: [
    { en: 'department', zh: '部门' },
    { en: 'departments', zh: '部门' },
  ],
  group: [
    { en: 'group', zh: '组' },
    { en: 'groups', zh: '组' },
  ],
};

/** `3 people`, `1 department`, `3 名人员` */
export function counted(output: Output, count: number, type: string): string {
  const labels = typeLabels[type];
  const word = labels ? output.say(labels[count === 1 ? 0 : 1]) : type;
  return `${number(count)} ${word}`;
}

export const typeWord = (output: Output, type: string): string => (typeLabels[type] ? output.say(typeLabels[type][0]) : type);

const directoryId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** An id as a column can show it: of a directory id the end, which tells two apart; anything else as it is. */
export const shortKey = (key: string): string => (directoryId.test(key) ? `…${key.slice(-12)}` : clean(key));

/** A value without quotes; nothing is a dash. */
export function value(output: Output, given: unknown): string {
  if (given === null || given === undefined || given === '') return '–';
  if (typeof given === 'boolean') return output.say(given ? { en: 'yes', zh: '是' } : { en: 'no', zh: '否' });
  if (Array.isArray(given)) return given.length === 0 ? '–' : given.map((one) => value(output, one)).join(', ');
  if (typeof given === 'object') return clean(JSON.stringify(given));
  return clean(String(given));
}

const lifecycleValue = (output: Output, name: string, given: unknown, type: string): string =>
  name === 'lifecycle' && typeof given === 'string' ? output.say(wordOf.lifecycle(given, type)) : value(output, given);

/** `mobile phone: 138 → 139`; for creates only what it will be. */
export function attributeLine(output: Output, change: AttributeChangeView, isNew: boolean, type = 'person'): string {
  const label = output.paint('dim', `${output.say(change.label)}:`);
  const after = lifecycleValue(output, change.name, change.after, type);
  if (isNew) return `${label} ${after}`;
  const before =
    'before' in change ? lifecycleValue(output, change.name, change.before, type) : output.say({ en: '(not seen)', zh: '（未知）' });
  return `${label} ${before} ${output.paint('dim', '→')} ${after === '–' ? output.paint('red', '–') : after}`;
}

export function edgeLine(output: Output, edge: EdgeChangeView): string {
  const sign = edge.op === 'add' ? output.paint('green', '+') : edge.op === 'remove' ? output.paint('red', '−') : '~';
  const facts = [
    edge.facts.primary === true ? output.say({ en: 'primary', zh: '主部门' }) : '',
    typeof edge.facts.title === 'string' ? clean(edge.facts.title) : '',
  ].filter((text) => text !== '');
  return `${sign} ${output.paint('dim', `${output.say(edge.label)}:`)} ${clean(edge.name)}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

export const stateColour = (state: string): 'green' | 'yellow' | 'red' | 'cyan' | 'dim' =>
  (
    ({
      succeeded: 'green',
      enabled: 'green',
      applied: 'green',
      warnings: 'yellow',
      held: 'yellow',
      open: 'yellow',
      waiting: 'yellow',
      paused: 'yellow',
      pending: 'yellow',
      'partly-failed': 'red',
      failed: 'red',
      refused: 'red',
      dead: 'red',
      quarantined: 'red',
      running: 'cyan',
      queued: 'cyan',
    }) as const
  )[state as 'failed'] ?? 'dim';
