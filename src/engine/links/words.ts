// What a link that is cut or moved leads to, in sentences: one per kind of outcome, in both languages.
import type { Label } from '../../core/model.ts';

export interface Said {
  /** `3 "app out"`, `3“app out”` */
  readonly job: Label;
  /** Whose link it is. */
  readonly who: string;
  /** The object of the other system, as that system calls it. */
  readonly what: string;
  readonly rule: string;
  /** Whom or what the rules find instead. */
  readonly other: string;
  readonly type: Label;
}

type Sentence = (said: Said) => Label;
export type Outcome = 'again' | 'other' | 'none' | 'ambiguous' | 'protected';

const label = (en: string, zh: string): Label => ({ en, zh });

/** What the next full run makes of the record or the person without the link. */
export const withoutLink: Readonly<Record<'up' | 'down', Readonly<Record<Outcome, Sentence>>>> = {
  up: {
    again: ({ job, who, what, rule }) =>
      label(
        `Job ${job.en} would find ${who} again for "${what}" by "${rule}": the link would come back. To keep it away, move it or correct that value.`,
        `任务 ${job.zh}会再次按“${rule}”将“${what}”匹配到 ${who}，关联会恢复。如需避免，请改为移动关联，或更正该值。`,
      ),
    other: ({ job, what, rule, other }) =>
      label(`Job ${job.en} would take "${what}" for ${other}, by "${rule}".`, `任务 ${job.zh}会按“${rule}”将“${what}”匹配到 ${other}。`),
    none: ({ job, what, type }) =>
      label(
        `Job ${job.en} finds no ${type.en} for "${what}": it would make another one of it.`,
        `任务 ${job.zh}找不到“${what}”对应的${type.zh}，将新建一个。`,
      ),
    ambiguous: ({ job, what, rule }) =>
      label(
        `Job ${job.en} finds no certain match for "${what}" by "${rule}": it would leave it alone and list it.`,
        `任务 ${job.zh}按“${rule}”无法唯一匹配“${what}”，将不处理并列入问题。`,
      ),
    protected: ({ job, what }) =>
      label(`Job ${job.en} would leave "${what}" alone and list it.`, `任务 ${job.zh}将不处理“${what}”并列入问题。`),
  },
  down: {
    again: ({ job, who, what, rule }) =>
      label(
        `Job ${job.en} would find account "${what}" again for ${who} by "${rule}": the link would come back. To keep it away, move it, protect the account, or say after cutting that the two are not the same (tributary match reject).`,
        `任务 ${job.zh}会再次按“${rule}”为 ${who} 找到账号“${what}”，关联会恢复。如需避免，请移动关联、将该账号设为受保护，或解除后指明两者不是同一人（tributary match reject）。`,
      ),
    other: ({ job, who, rule, other }) =>
      label(
        `Job ${job.en} would link ${who} to account "${other}", by "${rule}".`,
        `任务 ${job.zh}会按“${rule}”将 ${who} 关联到账号“${other}”。`,
      ),
    none: ({ job, who, what }) =>
      label(
        `Job ${job.en} finds no account of ${who}: it would make another one. Account "${what}" stays as it is, and nobody's.`,
        `任务 ${job.zh}找不到 ${who} 的账号，将新建一个。账号“${what}”保持原样，不再有归属。`,
      ),
    ambiguous: ({ job, who, rule }) =>
      label(
        `Job ${job.en} finds no account that is certainly ${who}'s by "${rule}": it would leave ${who} alone and list it.`,
        `任务 ${job.zh}按“${rule}”无法确定 ${who} 的账号，将不处理并列入问题。`,
      ),
    protected: ({ job, who, other }) =>
      label(
        `Job ${job.en} finds only the protected account "${other}" for ${who}: it would leave it alone and list it.`,
        `任务 ${job.zh}仅找到 ${who} 的受保护账号“${other}”，将不处理并列入问题。`,
      ),
  },
};

/** What the next full run makes of a link that leads to somebody else. */
export const moved: Readonly<Record<'up' | 'down', (said: Said & { readonly to: string }) => Label>> = {
  up: ({ job, what, who, to }) =>
    label(
      `What job ${job.en} says by "${what}" counts for ${to} instead of ${who}, from its next full run.`,
      `自下次全量执行起，任务 ${job.zh}中“${what}”的数据归 ${to}，不再归 ${who}。`,
    ),
  down: ({ job, what, who, to }) =>
    label(
      `Job ${job.en} would write the values of ${to} into account "${what}", which now is ${who}'s.`,
      `任务 ${job.zh}会将 ${to} 的值写入账号“${what}”（目前属于 ${who}）。`,
    ),
};

export const speaking = (who: string, others: number): Label =>
  others === 0
    ? label(
        `No other source speaks of ${who}: what the directory knows stays, and nobody keeps it up.`,
        `没有其他来源提供 ${who} 的数据：目录中已有内容保留，但不再更新。`,
      )
    : label(
        `${others} other record${others === 1 ? ' speaks' : 's speak'} of ${who}: their word counts from then on.`,
        `另有 ${others} 条来源记录提供 ${who} 的数据，此后以其为准。`,
      );

export const atRest = (said: Label, state: Label): Label =>
  label(`${said.en} Not before it is enabled: it is ${state.en}.`, `${said.zh}任务当前${state.zh}，启用后才会发生。`);

export const nothingFollows = (): Label => label('No job works with it: nothing follows from that.', '没有任务使用它，不会产生其他影响。');
