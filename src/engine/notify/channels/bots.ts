// Bots in groups of Feishu, WeCom and DingTalk: a secret address each, plain text, and an error that comes with HTTP 200.
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { field } from '../../../connector-kit/define.ts';
import type { ErrorKind } from '../../../connector-kit/errors.ts';
import type { Label } from '../../../core/model.ts';
import { channelError, channelKind, cutBytes, type ChannelKind } from './channel.ts';
import { channelUrl, post, wayFields } from './post.ts';

interface Code {
  readonly kind: ErrorKind;
  readonly label: Label;
  readonly afterMs?: number;
}

interface Bot {
  readonly id: string;
  readonly label: Label;
  readonly perMinute: number;
  /** Bytes of text in one message. */
  readonly mostBytes: number;
  readonly signs: boolean;
  readonly example: string;
  /** Where the code of the answer stands. */
  readonly codeOf: (json: Readonly<Record<string, unknown>>) => unknown;
  readonly codes: Readonly<Record<number, Code>>;
  readonly request: (
    text: string,
    given: { readonly url: string; readonly secret: string },
    now: number,
  ) => { readonly url: string; readonly body: unknown };
}

const gone: Code = {
  kind: 'config',
  label: {
    en: 'The bot is gone or its address is wrong. Copy it anew from the group.',
    zh: '机器人不存在或地址有误。请从群设置中重新复制。',
  },
};
const unsafe: Code = {
  kind: 'credentials',
  label: {
    en: "The bot's security settings turned it away: look at the signing secret, the keywords and the addresses that are let in.",
    zh: '被机器人的安全设置拒绝：请检查加签密钥、关键词和 IP 白名单。',
  },
};
const slower = (afterMs: number): Code => ({
  kind: 'rate-limited',
  label: { en: 'The bot was used too often and rests for a while.', zh: '机器人发送过于频繁，暂时受限。' },
  afterMs,
});
const wrong: Code = { kind: 'invalid', label: { en: 'The message was refused as wrong.', zh: '消息被判为无效。' } };

const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('base64');

/** In a text of Feishu `<at …>` calls people. */
const harmless = (text: string): string => text.replace(/<(?=\/?at\b)/gi, '＜');

const bots: readonly Bot[] = [
  {
    // https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot : 100 a minute, 5 a second, 20 KB; signed by an empty text under `timestamp\nsecret`
    id: 'feishu-bot',
    label: { en: 'Feishu / Lark group bot', zh: '飞书群机器人' },
    perMinute: 100,
    mostBytes: 18_000,
    signs: true,
    example: 'https://open.feishu.cn/open-apis/bot/v2/hook/…',
    codeOf: (json) => json.code ?? json.StatusCode,
    codes: { 9499: wrong, 11232: slower(60_000), 19001: gone, 19002: wrong, 19021: unsafe, 19022: unsafe, 19024: unsafe },
    request(text, { url, secret }, now) {
      const timestamp = String(Math.floor(now / 1000));
      const signed = secret === '' ? {} : { timestamp, sign: hmac(`${timestamp}\n${secret}`, '') };
      return { url, body: { ...signed, msg_type: 'text', content: { text: harmless(text) } } };
    },
  },
  {
    // https://developer.work.weixin.qq.com/document/path/91770 : 20 a minute, 2,048 bytes of text; no signature, the address is the secret
    id: 'wecom-bot',
    label: { en: 'WeCom group bot', zh: '企业微信群机器人' },
    perMinute: 20,
    mostBytes: 2_048,
    signs: false,
    example: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…',
    codeOf: (json) => json.errcode,
    // https://developer.work.weixin.qq.com/document/path/90313
    codes: {
      40008: wrong,
      40058: wrong,
      44004: wrong,
      45002: wrong,
      45009: slower(60_000),
      45033: slower(60_000),
      93000: gone,
      93008: gone,
    },
    request: (text, { url }) => ({ url, body: { msgtype: 'text', text: { content: text } } }),
  },
  {
    // https://open.dingtalk.com/document/orgapp/custom-robot-access : 20 a minute, then ten minutes of rest; signed in the address
    id: 'dingtalk-bot',
    label: { en: 'DingTalk group bot', zh: '钉钉群机器人' },
    perMinute: 20,
    mostBytes: 18_000,
    signs: true,
    example: 'https://oapi.dingtalk.com/robot/send?access_token=…',
    codeOf: (json) => json.errcode,
    codes: {
      40035: wrong,
      130101: slower(600_000),
      300001: gone,
      310000: unsafe,
      400013: gone,
      400014: gone,
      410100: slower(600_000),
      430101: wrong,
      430102: wrong,
      430103: wrong,
      430104: wrong,
    },
    request(text, { url, secret }, now) {
      const signed = new URL(url);
      if (secret !== '') {
        signed.searchParams.set('timestamp', String(now));
        signed.searchParams.set('sign', hmac(secret, `${now}\n${secret}`));
      }
      return { url: signed.href, body: { msgtype: 'text', text: { content: text } } };
    },
  },
];

const secretField = field(z.string().max(500).default(''), {
  label: { en: 'Signing secret', zh: '加签密钥' },
  help: { en: 'Where the bot is set to check a signature.', zh: '机器人安全设置启用“加签 / 签名校验”时填写。' },
  secret: true,
});

function kindOf(bot: Bot): ChannelKind {
  const config = z.object({
    url: field(channelUrl, {
      label: { en: 'Address of the bot', zh: '机器人地址' },
      help: { en: 'Whoever knows it can write to the group.', zh: '知道该地址即可向群内发送消息，请妥善保管。' },
      secret: true,
      placeholder: bot.example,
    }),
    ...(bot.signs ? { secret: secretField } : {}),
    ...wayFields,
  });
  return channelKind({
    id: bot.id,
    label: bot.label,
    config,
    toPeople: false,
    perMinute: bot.perMinute,
    open: (given, now) => ({
      async send(outgoing, signal) {
        const secret = 'secret' in given ? String(given.secret) : '';
        const { url, body } = bot.request(
          cutBytes(`${outgoing.subject}\n\n${outgoing.text}`, bot.mostBytes),
          { url: given.url, secret },
          now(),
        );
        const secrets = [given.url, secret, ...new URL(given.url).searchParams.values()].filter((value) => value !== '');
        judge(bot, await post({ url, body: JSON.stringify(body), way: given, secrets }, now, signal));
      },
    }),
  });
}

function judge(bot: Bot, answer: { readonly json: unknown; readonly excerpt: string; readonly host: string }): void {
  const code = bot.codeOf(Object(answer.json) as Record<string, unknown>);
  if (code === 0) return;
  const known = bot.codes[Number(code)] ?? {
    kind: 'bad-response' as const,
    label: {
      en: `${answer.host} gave an answer we do not know (${answer.excerpt}).`,
      zh: `${answer.host} 返回了未知的响应（${answer.excerpt}）。`,
    },
  };
  throw channelError(known.kind, known.label.en, known.label.zh, answer.excerpt, known.afterMs);
}

export const botKinds: readonly ChannelKind[] = bots.map(kindOf);
