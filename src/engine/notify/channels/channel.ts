// What a kind of channel is: its settings, its pace, and how one message leaves.
import type { z } from 'zod';
import { ConnectorError, type ErrorKind } from '../../../connector-kit/errors.ts';
import type { Label } from '../../../core/model.ts';

export interface Outgoing {
  /** The same at every try: Message-ID, webhook-id. */
  readonly id: string;
  /** A mail address; '' = the channel itself. */
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  /** When it was made, epoch ms. */
  readonly at: number;
  /** For programs: what is told, without values of people. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Outlet {
  /**
   * Resolves when the far side has taken it. Throws a ConnectorError: `invalid` when it will never be taken, `rate-limited`
   * when it was turned away for the moment; anything else is tried again later. Labels are without secrets.
   */
  send(outgoing: Outgoing, signal: AbortSignal): Promise<void>;
}

export interface ChannelKind {
  readonly id: string;
  readonly label: Label;
  /** Fields carry their form metadata through `field()`. */
  readonly config: z.ZodType;
  /** It writes to single people; otherwise to whoever sits behind it. */
  readonly toPeople: boolean;
  /** Messages in any window of a minute. */
  readonly perMinute: number | null;
  /** `config` as its schema leaves it. `now` is the engine's clock. */
  open(config: unknown, now: () => number): Outlet;
}

/** A kind with its settings typed inside. */
export const channelKind = <C>(
  kind: Omit<ChannelKind, 'config' | 'open'> & { readonly config: z.ZodType<C>; readonly open: (config: C, now: () => number) => Outlet },
): ChannelKind => ({ ...kind, open: (config, now) => kind.open(config as C, now) });

export const channelError = (kind: ErrorKind, en: string, zh: string, detail?: string, afterMs?: number): ConnectorError =>
  new ConnectorError(kind, { en, zh }, { ...(detail === undefined ? {} : { detail }), ...(afterMs === undefined ? {} : { afterMs }) });

/** At most so many bytes of UTF-8, whole characters. */
export function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  let kept = '';
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most - 3) break;
    kept += character;
  }
  return `${kept}…`;
}
