// A signed webhook, in the form of Standard Webhooks. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { field } from '../../../connector-kit/define.ts';
import { channelKind } from './channel.ts';
import { channelUrl, post, wayFields } from './post.ts';

const config = z.object({
  url: field(channelUrl, { label: { en: 'Address', zh: '地址' }, placeholder: 'https://hooks.example.org/tributary' }),
  secret: field(z.string().min(16).max(500), {
    label: { en: 'Signing secret', zh: '签名密钥' },
    help: { en: 'At least 16 characters; the receiver checks the signature with it.', zh: '至少 16 个字符；接收方用它校验签名。' },
    secret: true,
  }),
  ...wayFields,
});

/** `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base 64. `timestamp` in seconds. */
export const signWebhook = (secret: string, id: string, timestamp: number, body: string): string =>
  `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

export const webhook = channelKind({
  id: 'webhook',
  label: { en: 'Signed webhook', zh: '签名 Webhook' },
  config,
  toPeople: false,
  perMinute: null,
  open: (given, now) => ({
    async send(outgoing, signal) {
      const body = JSON.stringify({
        id: outgoing.id,
        at: new Date(outgoing.at).toISOString(),
        title: outgoing.subject,
        text: outgoing.text,
        ...outgoing.data,
      });
      const timestamp = Math.floor(now() / 1000);
      await post(
        {
          url: given.url,
          headers: {
            'webhook-id': outgoing.id,
            'webhook-timestamp': String(timestamp),
            'webhook-signature': signWebhook(given.secret, outgoing.id, timestamp, body),
          },
          body,
          way: given,
          secrets: [given.secret],
        },
        now,
        signal,
      );
    },
  }),
});
