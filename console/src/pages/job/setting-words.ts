// What the console calls the settings of a job and their values: the words of the form in which each is edited.
import type { useWords } from '../../i18n/i18n.ts';
import type { ChangeNames } from './scope-said.ts';

type T = ReturnType<typeof useWords>['t'];

interface Named {
  readonly what: string;
  /** Only of this type of objects. */
  readonly of?: string | undefined;
  /** Of a value as the server writes it; missing: shown as it is. */
  readonly value?: ((raw: string, names?: ChangeNames) => string | undefined) | undefined;
}

type Namer = (t: T, ...parts: string[]) => Named;

/** `known` are the ends of keys that `key` makes whole. */
const oneOf =
  <Code extends string>(known: readonly Code[], say: (code: Code) => string) =>
  (raw: string): string | undefined => {
    const code = known.find((one) => one === raw);
    return code === undefined ? undefined : say(code);
  };

const limits = ['disable', 'clear', 'identifying', 'update', 'move', 'create', 'membershipLoss'] as const;
const leaverWays = ['delete', 'disable', 'keep', 'unlink'] as const;
const cadences = ['15 minutes', '1 hours', '6 hours', 'day', 'week', 'month'] as const;
const levels = ['hold-all', 'hold-unless-departed', 'hold-above-limit'] as const;
const modes = ['field', 'constant', 'template', 'cel'] as const;
const recipients = ['person', 'manager'] as const;
const addresses = ['privateEmail', 'email'] as const;
const starts = ['manual', 'schedule', 'event'] as const;
const conditions = ['failure', 'held', 'warning', 'recovery', 'overdue', 'expiry', 'always'] as const;

interface NoticeRule {
  readonly on: readonly string[];
  readonly channel: string;
  readonly to?: readonly string[];
  readonly roles?: readonly string[];
}

/** "Failures: Mailbox, it@example.org". */
function noticeRuleSaid({ on, channel, to = [], roles = [] }: NoticeRule, t: T, names?: ChangeNames): string {
  const comma = t('settings.listComma');
  return t('job.said.noticeRule', {
    when: on.map((one) => oneOf(conditions, (code) => t(`wizard.parts.condition.${code}`))(one) ?? one).join(comma),
    who: [names?.channel(channel) ?? channel, ...to, ...roles.map((role) => names?.role(role) ?? role)].join(comma),
  });
}

interface MatchRule {
  readonly attribute: string;
  readonly cel?: string;
}
interface ProtectedRule {
  readonly attribute: string;
  readonly values: readonly string[];
}

/** By the path of the setting; what stands in brackets is handed to the namer. */
const named: readonly (readonly [path: RegExp, Namer])[] = [
  [/^name$/, (t) => ({ what: t('wizard.name') })],
  [/^description$/, (t) => ({ what: t('job.description') })],
  [/^owner$/, (t) => ({ what: t('job.owner') })],
  [/^tree$/, (t) => ({ what: t('more.about.tree') })],
  [/^rank$/, (t) => ({ what: t('job.rank') })],
  [/^trigger\.kind$/, (t) => ({ what: t('wizard.parts.timing.label'), value: oneOf(starts, (code) => t(`job.starts.${code}`)) })],
  [
    /^trigger\.(?:reconcile\.)?every$/,
    (t) => ({ what: t('wizard.parts.timing.every'), value: oneOf(cadences, (code) => t(`wizard.parts.every.${code}`)) }),
  ],
  [/^trigger\.(?:reconcile\.)?cron$/, (t) => ({ what: t('wizard.parts.timing.cron') })],
  [/^trigger\.(?:reconcile\.)?timeZone$/, (t) => ({ what: t('wizard.parts.timing.zone') })],
  [
    /^trigger\.(?:reconcile\.)?start$/,
    (t) => ({ what: t('more.timing.starts'), value: (raw) => raw.replace('T', ' ').replace(/:\d\d$/, '') }),
  ],
  [
    /^trigger\.(?:reconcile\.)?missed$/,
    (t) => ({ what: t('more.timing.missed'), value: oneOf(['once', 'skip'], (code) => t(`more.timing.missedWays.${code}`)) }),
  ],
  [
    /^trigger\.(?:reconcile\.)?mode$/,
    (t) => ({ what: t('more.timing.reads'), value: oneOf(['full', 'incremental'], (code) => t(`more.timing.readsWays.${code}`)) }),
  ],
  [
    /^trigger\.(?:reconcile\.)?blackout$/,
    (t) => ({
      what: t('more.timing.blackout'),
      value: (raw) =>
        (JSON.parse(raw) as readonly Readonly<Record<string, string>>[])
          .map(({ from, to, first, last }) => `${from ?? first} – ${to ?? last}`)
          .join(t('settings.listComma')),
    }),
  ],
  [/^trigger\.reconcile$/, (t) => ({ what: t('more.timing.reconcile') })],
  [
    /^policy\.drift\.(\w+)\.(\w+)$/,
    (t, type, attribute) => ({
      what: `${t('more.attribute.drift')} (${attribute})`,
      of: type,
      value: oneOf(['enforce', 'report', 'adopt', 'follow'], (code) => t(`more.attribute.modes.${code}`)),
    }),
  ],
  [/^policy\.attributeRanks\.(\w+)$/, (t, attribute) => ({ what: `${t('more.attribute.rank')} (${attribute})` })],
  [/^policy\.nullFallsThrough$/, (t) => ({ what: t('more.attribute.falls') })],
  [/^policy\.heldExpiresAfterDays$/, (t) => ({ what: t('more.guard.heldDays') })],
  [/^policy\.uniqueCoolingDays$/, (t) => ({ what: t('more.guard.coolingDays') })],
  [/^policy\.itemTries$/, (t) => ({ what: t('more.guard.itemTries') })],
  [
    /^policy\.decidesExistence$/,
    (t) => ({ what: t('more.guard.decides'), value: oneOf(['true', 'false'], (code) => t(`job.scope.${code}`)) }),
  ],
  [/^policy\.guard\.(windowHours|upgradeValues)$/, (t, name) => ({ what: t(`more.guard.${name as 'windowHours'}`) })],
  [/^policy\.guard\.firstRun\.(creates|touched|share)$/, (t, name) => ({ what: t(`more.guard.${name as 'share'}`) })],
  [
    /^policy\.guard\.limits\.messages\.(percent|count)$/,
    (t, of) => ({ what: t(`wizard.parts.protection.${of as 'percent'}`, { what: t('more.guard.messages') }) }),
  ],
  ...limits.map((limit): readonly [RegExp, Namer] => [
    new RegExp(`^policy\\.guard\\.limits\\.${limit}\\.share$`),
    (t) => ({ what: t('more.guard.shareOf', { what: t(`wizard.parts.limit.${limit}`) }) }),
  ]),
  [
    /^policy\.leaver\.(departed|gone|leftScope)(?:\.disableThenDeleteAfterDays)?$/,
    (t, cause) => ({
      what: t(`wizard.parts.cause.${cause as 'gone'}`),
      value: (raw) =>
        /^\d+$/.test(raw) ? t('job.leaver.later', { days: Number(raw) }) : oneOf(leaverWays, (code) => t(`job.leaver.${code}`))(raw),
    }),
  ],
  [
    /^policy\.guard\.deletions$/,
    (t) => ({ what: t('wizard.parts.protection.deletions'), value: oneOf(levels, (code) => t(`wizard.parts.level.${code}`)) }),
  ],
  ...limits.map((limit): readonly [RegExp, Namer] => [
    new RegExp(`^policy\\.guard\\.limits\\.${limit}\\.(percent|count)$`),
    (t, of) => ({ what: t(`wizard.parts.protection.${of as 'percent'}`, { what: t(`wizard.parts.limit.${limit}`) }) }),
  ]),
  [
    /^policy\.protected$/,
    (t) => ({
      what: t('wizard.parts.protection.accounts'),
      value: (raw, names) =>
        (JSON.parse(raw) as readonly ProtectedRule[])
          .map(({ attribute, values }) => `${names?.attribute('person', attribute) ?? attribute} = ${values.join(t('settings.listComma'))}`)
          .join(' · '),
    }),
  ],
  [
    /^correlation\.(\w+)$/,
    (t, type) => ({
      what: t('job.part.correlation'),
      of: type,
      value: (raw, names) =>
        (JSON.parse(raw) as readonly MatchRule[])
          .map(({ attribute, cel }) => {
            const name = names?.attribute(type, attribute) ?? attribute;
            return cel === undefined ? name : `${name} = ${cel}`;
          })
          .join(t('settings.listComma')),
    }),
  ],
  [/^scope\.rules\.(\w+)$/, (t, type) => ({ what: t('job.said.rule'), of: type })],
  [
    /^approvals$/,
    (t) => ({ what: t('wizard.parts.protection.twoPeople'), value: (raw) => t(raw === '2' ? 'job.scope.true' : 'job.scope.false') }),
  ],
  [/^onError\.(tries|pauseSeconds|quarantineMinutes)$/, (t, name) => ({ what: t(`wizard.parts.errors.${name as 'tries'}`) })],
  [
    /^welcome$/,
    (t) => ({ what: t('wizard.parts.welcome.title'), value: (raw) => (raw === 'null' ? t('job.said.welcomesNobody') : undefined) }),
  ],
  [/^welcome\.channel$/, (t) => ({ what: t('wizard.parts.welcome.channel'), value: (raw, names) => names?.channel(raw) })],
  [
    /^welcome\.to$/,
    (t) => ({ what: t('wizard.parts.welcome.to'), value: oneOf(recipients, (code) => t(`wizard.parts.recipient.${code}`)) }),
  ],
  [
    /^welcome\.address$/,
    (t) => ({
      what: t('wizard.parts.welcome.address'),
      value: (raw, names) =>
        (JSON.parse(raw) as string[])
          .map((name) => oneOf(addresses, (code) => t(`job.address.${code}`))(name) ?? names?.ofPerson(name) ?? name)
          .join(t('settings.listComma')),
    }),
  ],
  [
    /^welcome\.password$/,
    (t) => ({ what: t('job.said.initialPassword'), value: oneOf(['true', 'false'], (code) => t(`job.scope.${code}`)) }),
  ],
  [
    /^notices\.rules$/,
    (t) => ({
      what: t('wizard.parts.notices.title'),
      value: (raw, names) => (JSON.parse(raw) as readonly NoticeRule[]).map((rule) => noticeRuleSaid(rule, t, names)).join(' · '),
    }),
  ],
  [
    /^notices\.(noCompleteReadHours|noEventHours)$/,
    (t, name) => ({
      what: t(`job.said.${name as 'noEventHours'}`),
      value: (raw) => (raw === 'null' ? t('job.said.asInstallation') : undefined),
    }),
  ],
  [/^notices\b/, (t) => ({ what: t('wizard.parts.notices.title') })],
];

/** Of a row of the mapping, `field email, when made, onEmpty keep`: how its value is made, and when it is written, in words. */
export function mappingValue(raw: string, t: T): string {
  const [, made = raw, when, onEmpty] =
    /^(.*?)(?:, when (always|made|create|update))?(?:, onEmpty (clear|keep|default))?$/s.exec(raw) ?? [];
  const how = made.replace(new RegExp(`^(${modes.join('|')}) `), (_, mode: (typeof modes)[number]) => `${t(`wizard.parts.mode.${mode}`)} `);
  return [
    how,
    ...(when === undefined ? [] : [t(`wizard.parts.when.${when as 'made'}`)]),
    ...(onEmpty === undefined ? [] : [t(`wizard.parts.onEmpty.${onEmpty as 'keep'}`)]),
  ].join(' · ');
}

/** null: the console has no form for it, or none that names it. */
export function settingNamed(path: string, t: T): Named | null {
  for (const [pattern, name] of named) {
    const found = pattern.exec(path);
    if (found) return name(t, ...found.slice(1));
  }
  return null;
}
