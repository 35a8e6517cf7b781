// What the server says for everybody, as the console shows it: where to click instead of a command, labels instead of names of attributes, moments in the reader's own time.
import { words } from '../api/generated.ts';

type Language = 'en' | 'zh';
type Place = Readonly<Record<Language, (subject: string) => string>>;

const run: Place = { en: (id) => `on the page of run ${id}`, zh: (id) => `在执行 ${id} 的页面` };
const job: Place = {
  en: (id) => (id === '' ? 'on the page of the job' : `on the page of job ${id}`),
  zh: (id) => (id === '' ? '在任务页面' : `在任务 ${id} 的页面`),
};
const waiting: Place = { en: () => 'under Waiting for you', zh: () => '在“待处理”页面' };

/** Where a command has its counterpart. One that is missing here has none, and is left out of the sentence. */
const places: Readonly<Record<string, Place>> = {
  cancel: run,
  show: run,
  undo: run,
  plan: job,
  run: job,
  resume: job,
  match: job,
  config: job,
  job,
  held: waiting,
  waiting,
  confirm: waiting,
  drift: { en: () => 'on the page of the job, under Drift', zh: () => '在任务页面的“差异”中' },
  release: { en: () => 'at the top of every page', zh: () => '在页面顶部' },
  leaver: { en: () => 'on the page of the person', zh: () => '在人员页面' },
  admin: { en: () => 'under Settings, Members', zh: () => '在“设置”的“成员”中' },
};

const COMMAND = / ?([（(])"?(?:tributary ([a-z]+)((?: [^"（()）]*)?)|--[^"（()）]*)"?[)）]/g;
/** `(scope.people.exclude)`: where it stands in a configuration file. */
const PATH = / ?[（(](?:scope|policy|trigger|onError|notices|welcome)(?:\.[a-zA-Z]+)+[)）]/g;
/** `"userName"`, `“userName”` */
const ATTRIBUTE = /(["“])([a-zA-Z]+)(["”])/g;
/** `lifecycle = active`: what a source says of somebody, in its codes. */
const LIFECYCLE = /\blifecycle = ([a-z-]+)/g;
const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Commands stand in brackets: `Let it go on ("tributary resume 5")`. */
export function shown(text: string, language: Language): string {
  return text
    .replaceAll(COMMAND, (_, _bracket: string, command?: string, rest?: string) => {
      const place = command === undefined ? undefined : places[command];
      if (!place) return '';
      const where = place[language](/\d+/.exec(rest ?? '')?.[0] ?? '');
      return language === 'zh' ? `（${where}）` : ` (${where})`;
    })
    .replaceAll(PATH, '')
    .replaceAll(ATTRIBUTE, (whole, open: string, name: string, close: string) => {
      const label = Object.hasOwn(words.attribute, name) ? words.attribute[name as keyof typeof words.attribute] : null;
      return label ? open + label[language] + close : whole;
    })
    .replaceAll(LIFECYCLE, (whole, code: string) =>
      Object.hasOwn(words.lifecycle, code)
        ? `${words.attribute.lifecycle[language]} = ${words.lifecycle[code as keyof typeof words.lifecycle][language]}`
        : whole,
    )
    .replaceAll(MOMENT, (moment) =>
      new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(Date.parse(moment)),
    );
}

/** The job of what people enter is made with an English name, which commands and files use. */
const BY_HAND = '手工维护';

/** Of an answer as it came, in JSON: where it is all of a text, in quotation marks, or what a Chinese sentence begins with. */
export const withOwnNames = (json: string, language: Language): string =>
  language === 'en' ? json : json.replaceAll(/(["“])Edited by hand(["”：])/g, `$1${BY_HAND}$2`);
