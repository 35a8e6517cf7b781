// Every kind of channel there is.
import { botKinds } from './bots.ts';
import type { ChannelKind } from './channel.ts';
import { email } from './email.ts';
import { webhook } from './webhook.ts';

export const channelKinds: ReadonlyMap<string, ChannelKind> = new Map([email, webhook, ...botKinds].map((kind) => [kind.id, kind]));
