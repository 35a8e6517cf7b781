// Whom the job is about: everything, everything but some, or what was picked from the source; and whether who comes later belongs.
import { useState } from 'react';
import { Alert, Radio, Switch } from 'antd';
import { useAnswer } from '../api/hooks.ts';
import type { WireInput } from '../../../src/server/api/wire.ts';
import { SettingsForm } from '../forms/settings-form.tsx';
import type { Values } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import { Answered } from '../ui/answered.tsx';
import type { PartProps } from './part.ts';
import { departmentsOf, isEnough, modeOf, nothing, turned, type Chosen, type Department, type Mode } from './scope.ts';
import { ScopePeopleCount, useAlong } from './scope-count.tsx';
import { ChosenDepartments, ScopeDepartments } from './scope-departments.tsx';
import { ScopePeople } from './scope-people.tsx';
import { ScopeRule } from './scope-rule.tsx';
import styles from './scope-part.module.css';

type Scope = NonNullable<WireInput<'scope.preview'>['scope']>;
const later = ['newMembers', 'newDepartments'] as const;

export function ScopePart({ connector, connection, direction, settings, names = {}, onChange }: PartProps) {
  const { t } = useWords();
  const source = t(`wizard.parts.scope.source.${direction}`);
  const scope = (settings.scope ?? {}) as Scope;
  const part = (settings.part ?? {}) as Values;
  const [mode, setMode] = useState<Mode>(modeOf(scope as Parameters<typeof modeOf>[0]));
  const chosen = { ...nothing, ...scope.departments } as Chosen;
  const people = { ...nothing, ...scope.people } as Chosen;
  /** The departments alone: what is in the tree is asked for once, the ticks are told here. */
  const answer = useAnswer('scope.preview', {
    connection,
    direction,
    ...(settings.part === undefined ? {} : { part: settings.part }),
  });
  const [isJudged, setJudged] = useState(true);
  const save = (next: Scope, as: Mode = mode, isFine = isJudged): void => {
    setMode(as);
    onChange({ scope: next }, isFine && isEnough(as, next as Parameters<typeof isEnough>[1]));
  };
  const rule = scope.rules?.person ?? null;
  const choice = { direction, departments: answer.data?.departments ?? [], mode, chosen, where: rule } as const;
  const along = useAlong(choice);
  const go = (to: Mode, departments: readonly Department[]): void => {
    const { departments: _d, people: _p, newMembers: _m, newDepartments: _n, ...rest } = scope;
    if (to === 'everything') return save(rest, to);
    const next = turned(departments, { mode, chosen }, to);
    const out = people.exclude.length > 0 ? { people: { include: [], exclude: [...people.exclude] } } : {};
    save({ ...rest, ...departmentsOf(next.chosen), ...out }, to);
  };
  const picked = (next: { readonly mode: Mode; readonly chosen: Chosen }): void => {
    const { departments: _, ...rest } = scope;
    save({ ...rest, ...departmentsOf(next.chosen) }, next.mode);
  };
  const hasDepartments = chosen.include.length + (chosen.onlyBelow?.length ?? 0) > 0;
  return (
    <div className={styles.scope}>
      {direction === 'up' || connector.part.length > 0 ? (
        <SettingsForm
          settings={connector.part}
          values={part}
          direction={direction}
          onChange={(name, value) =>
            onChange(
              { part: { ...part, [name]: value === '' ? undefined : value } },
              isJudged && isEnough(mode, scope as Parameters<typeof isEnough>[1]),
            )
          }
        />
      ) : null}
      <Radio.Group
        aria-label={t('wizard.parts.scope.label')}
        className={styles.modes!}
        value={mode}
        onChange={(event) => go(event.target.value as Mode, answer.data?.departments ?? [])}
      >
        {(['everything', 'except', 'only'] as const).map((one) => (
          <Radio key={one} value={one} disabled={one !== 'everything' && !answer.data}>
            {t(`wizard.parts.scope.mode.${one}`)}
            <small>{t(`wizard.parts.scope.modeHint.${one}`, { source })}</small>
          </Radio>
        ))}
      </Radio.Group>
      {mode !== 'everything' && (
        <Answered of={answer}>
          {({ departments }) => (
            <>
              <div className={styles.panels}>
                <ScopeDepartments direction={direction} departments={departments} mode={mode} chosen={chosen} onChange={picked} />
                <ChosenDepartments
                  departments={departments}
                  mode={mode}
                  chosen={chosen}
                  hasPeople={people.include.length > 0}
                  onChange={picked}
                />
                <ScopePeople
                  connection={connection}
                  direction={direction}
                  mode={mode}
                  chosen={people}
                  names={names}
                  along={along}
                  onChange={(next) => save({ ...scope, people: { include: [...next.include], exclude: [...next.exclude] } })}
                />
              </div>
              {!isEnough(mode, scope as Parameters<typeof isEnough>[1]) && (
                <Alert type="info" showIcon title={t('wizard.parts.scope.chooseSomething')} />
              )}
            </>
          )}
        </Answered>
      )}
      <ScopeRule
        connection={connection}
        direction={direction}
        rule={rule}
        onChange={(wanted) => {
          const { person: _, ...others }: Readonly<Record<string, string>> = scope.rules ?? {};
          const rules = wanted === null ? others : { ...others, person: wanted };
          const { rules: _rules, ...rest } = scope;
          setJudged(true);
          save(Object.keys(rules).length === 0 ? rest : { ...rest, rules }, mode, true);
        }}
        onDoubt={() => {
          setJudged(false);
          onChange({}, false);
        }}
      />
      <ScopePeopleCount {...choice} named={people.include.length} leftOut={people.exclude.length} tellsRest />
      {Object.entries(scope.rules ?? {})
        .filter(([type]) => type !== 'person')
        .map(([type, one]) => (
          <Alert key={type} type="info" showIcon title={t('wizard.parts.scope.rule', { rule: one })} />
        ))}
      {later
        .filter((name) => scope[name] === false || (mode === 'only' && hasDepartments))
        .map((name) => (
          <label key={name} className={styles.switch}>
            <Switch
              checked={scope[name] !== false}
              onChange={(is) => save({ ...scope, [name]: is ? undefined : false })}
              aria-label={t(`wizard.parts.scope.${name}`)}
            />
            <span>{t(`wizard.parts.scope.${name}`)}</span>
          </label>
        ))}
      {mode !== 'everything' && <p className="soft">{t('wizard.parts.scope.groups', { source })}</p>}
    </div>
  );
}
