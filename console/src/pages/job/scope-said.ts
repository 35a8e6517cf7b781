// Whom a job is about in sentences, and what an edit of its settings changes: names instead of ids, words instead of paths.
import { modeOf } from '../../parts/scope.ts';
import type { useWords } from '../../i18n/i18n.ts';
import { mappingValue, settingNamed } from './setting-words.ts';

type Words = Pick<ReturnType<typeof useWords>, 't' | 'language'>;

interface Named {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly onlyBelow?: readonly string[];
  readonly below?: boolean;
}

export interface Scope {
  readonly departments?: Named;
  readonly people?: Named;
  readonly rules?: Readonly<Record<string, string>>;
  readonly newMembers?: boolean;
  readonly newDepartments?: boolean;
}

/** Id in the source → name. */
export type ScopeNames = Readonly<Record<string, string>>;

/** More than these are counted. */
const SAID = 8;

function listed(ids: readonly string[], names: ScopeNames, { t, language }: Words): string {
  const said = ids.slice(0, SAID).map((id) => names[id] ?? id);
  const text = said.join(language === 'zh' ? '、' : ', ');
  return ids.length > SAID ? t('job.scope.andMore', { names: text, count: ids.length - SAID }) : text;
}

export function scopeSaid(scope: Scope, names: ScopeNames, words: Words): string[] {
  const { t } = words;
  const { departments = {}, people = {}, rules = {} } = scope;
  const lines: string[] = [];
  const say = (
    key: 'departments' | 'themselves' | 'onlyBelow' | 'excluded' | 'people' | 'peopleOut',
    ids: readonly string[] = [],
  ): void => {
    if (ids.length > 0) lines.push(t(`job.scope.said.${key}`, { names: listed(ids, names, words) }));
  };
  const mode = modeOf(scope);
  // With a rule it is not everybody.
  if (mode === 'everything' && Object.keys(rules).length === 0) lines.push(t('job.scope.said.everybody'));
  if (mode === 'except') lines.push(t('job.scope.said.except'));
  say(departments.below === false ? 'themselves' : 'departments', departments.include);
  say('onlyBelow', departments.onlyBelow);
  say('excluded', departments.exclude);
  say('people', people.include);
  say('peopleOut', people.exclude);
  for (const rule of Object.values(rules)) lines.push(t('job.scope.said.rule', { rule }));
  if (scope.newMembers === false) lines.push(t('job.scope.said.newMembers'));
  if (scope.newDepartments === false) lines.push(t('job.scope.said.newDepartments'));
  return lines;
}

export interface SettingChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

interface ChangeSaid {
  readonly path: string;
  readonly what: string;
  /** Of a setting without words of its own: where it stands. */
  readonly where: string | null;
  readonly before: string;
  readonly after: string;
}

/** What nobody said means. */
const unsaid: Readonly<Record<string, string>> = {
  'departments.include': '[]',
  'departments.exclude': '[]',
  'departments.onlyBelow': '[]',
  'people.include': '[]',
  'people.exclude': '[]',
  'departments.below': 'true',
  newMembers: 'true',
  newDepartments: 'true',
};

const partOf: Readonly<Record<string, 'general' | 'scope' | 'mapping' | 'correlation' | 'timing' | 'policy' | 'errors'>> = {
  name: 'general',
  description: 'general',
  owner: 'general',
  part: 'scope',
  scope: 'scope',
  mapping: 'mapping',
  correlation: 'correlation',
  trigger: 'timing',
  policy: 'policy',
  approvals: 'policy',
  onError: 'errors',
  notices: 'errors',
};

/** What people call a type, and an attribute of what the job writes to. */
export interface TargetNames {
  readonly type: (type: string) => string;
  readonly attribute: (type: string, name: string) => string;
}

/** … and whatever else a changed setting names: a channel by its id, a role, an attribute of people in the directory. */
export interface ChangeNames extends TargetNames {
  readonly channel: (id: string) => string;
  readonly role: (role: string) => string;
  readonly ofPerson: (attribute: string) => string;
}

/** Only what differs in what it means: that a list is written down empty changes nothing. */
export function changesSaid(changes: readonly SettingChange[], names: ScopeNames, words: Words, target?: ChangeNames): ChangeSaid[] {
  const { t } = words;
  const inWords = (value: string): string => {
    if (value === 'true' || value === 'false') return t(`job.scope.${value}`);
    const ids = JSON.parse(value) as readonly string[];
    return ids.length === 0 ? '–' : listed(ids, names, words);
  };
  return changes.flatMap(({ path, before, after }): ChangeSaid[] => {
    const [part, ...rest] = path.split('.');
    const name = rest.join('.');
    const isScope = part === 'scope' || part === 'pilot';
    if (isScope && ['', 'departments', 'people', 'rules'].includes(name)) return [];
    const otherwise = isScope ? unsaid[name] : undefined;
    if (otherwise !== undefined) {
      const [old, now] = [before ?? otherwise, after ?? otherwise];
      if (old === now) return [];
      const what = t(`job.scope.path.${name.replace('.', '-') as 'newMembers'}`);
      return [
        {
          path,
          what: part === 'pilot' ? t('pilot.path', { what }) : what,
          where: null,
          before: inWords(old),
          after: inWords(now),
        },
      ];
    }
    // What it becomes stands in this list one by one.
    if (path === 'welcome' && changes.some((other) => other.path.startsWith('welcome.') && other.after !== null)) return [];
    // … and where nobody is told any more, how they were told is past.
    if (part === 'welcome' && rest.length > 0 && changes.some((other) => other.path === 'welcome' && other.after === 'null')) return [];
    const said = (value: string | null, how?: (raw: string, of?: ChangeNames) => string | undefined): string =>
      value === null || value === '' || value === '[]' ? '–' : (how?.(value, target) ?? value);
    const known = settingNamed(path, t);
    if (known !== null) {
      const what = known.of && target ? t('job.said.ofType', { what: known.what, type: target.type(known.of) }) : known.what;
      return [{ path, what, where: null, before: said(before, known.value), after: said(after, known.value) }];
    }
    if (part === 'mapping' && target && rest.length > 1) {
      const [type, ...attribute] = rest as [string, ...string[]];
      const how = (raw: string): string => mappingValue(raw, t);
      const what = t('job.rowOf', { type: target.type(type), attribute: target.attribute(type, attribute.join('.').replace(/#\d+$/, '')) });
      return [{ path, what, where: null, before: said(before, how), after: said(after, how) }];
    }
    // All rows of a type, or all rules of matching, were taken away, or are the first: they stand in this list one by one.
    const isWhole = (part === 'mapping' && rest.length === 1) || path === 'correlation';
    if (isWhole && changes.some((other) => other.path.startsWith(`${path}.`))) return [];
    const of = partOf[part!];
    const what = of === undefined ? path : t(`job.part.${of}`);
    return [{ path, what, where: of === undefined || rest.length === 0 ? null : name, before: said(before), after: said(after) }];
  });
}

/** Settings by name, each once; of those without a name of their own the part that they stand in. */
export const settingsSaid = (paths: readonly string[], t: Words['t']): string[] => [
  ...new Set(
    paths.map((path) => {
      const part = path.split('.')[0]!;
      const of = partOf[part];
      const known = settingNamed(path, t);
      if (known && known.of === undefined) return known.what;
      return part === 'pilot' ? t('pilot.deed') : of === undefined ? path : t(`job.part.${of}`);
    }),
  ),
];
