// What a command of the command line is, and what it is given.
import type { ParseArgsConfig } from 'node:util';
import type { Label } from '../core/model.ts';
import type { Settings } from '../settings.ts';
import type { DataFolder } from './data-folder.ts';
import { type Exit, UsageError } from './errors.ts';
import type { Session } from './session.ts';
import type { Output } from './terminal.ts';

export interface CommandCall {
  readonly settings: Settings;
  readonly folder: DataFolder;
  readonly output: Output;
  /** Words after the command's name. */
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly json: boolean;
  readonly signal: AbortSignal;
  /** The engine: a running server's, else one in this process. Opened at the first call. */
  session(): Promise<Session>;
}

export interface CliCommand {
  readonly usage: string;
  readonly does: Label;
  readonly options?: NonNullable<ParseArgsConfig['options']>;
  /** It works on the data folder, or is to be asked on the server's machine alone: refused where a server elsewhere is named. A list: these of its verbs. */
  readonly onlyThere?: true | readonly string[];
  /** How many words it takes at most: one too many is refused, since `release HR` would release everything. Left out: it looks itself. */
  readonly words?: number;
  run(call: CommandCall): Promise<Exit>;
}

export const text = (call: CommandCall, name: string): string | undefined => {
  const value = call.options[name];
  return typeof value === 'string' ? value : undefined;
};

/** A whole number above zero; `fallback` where the option is not given. */
export function whole(call: CommandCall, name: string, fallback: number): number {
  const given = text(call, name);
  if (given === undefined) return fallback;
  if (!/^\d+$/.test(given)) throw new UsageError(`--${name} needs a number, not "${given}".`, `--${name} 需要数字，而不是“${given}”。`);
  if (name === 'limit' && Number(given) < 1) throw new UsageError('--limit needs a number from 1 on.', '--limit 需要不小于 1 的数字。');
  return Number(given);
}

/** `--revision R`, as it was read (`--json` of what lists it): what somebody saved since is not overwritten. */
export const seenRevision = (call: CommandCall): { readonly revision?: number } =>
  call.options.revision === undefined ? {} : { revision: whole(call, 'revision', 0) };

/** Prints an answer as JSON for programs, else lets `show` do it for people. */
export function answer(call: CommandCall, data: unknown, show: () => void): void {
  if (call.json) call.output.line(JSON.stringify(data, null, 2));
  else show();
}
