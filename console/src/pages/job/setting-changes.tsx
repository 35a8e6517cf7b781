// What an edit changes, setting by setting.
import { words as told } from '../../api/generated.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords, type Label } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { changesSaid, type ScopeNames, type SettingChange, type TargetNames } from './scope-said.ts';

interface SettingChangesProps {
  readonly changes: readonly SettingChange[];
  readonly names: ScopeNames;
  /** Id → name. */
  readonly channels: Readonly<Record<string, string>>;
  readonly target: TargetNames;
  readonly className?: string | undefined;
}

export function SettingChanges({ changes, names, channels, target, className }: SettingChangesProps) {
  const words = useWords();
  const { say } = words;
  const person = useAnswer('schema.get', {}).data?.types.find((type) => type.id === 'person');
  const role = (code: string): string => {
    const label = (told.role as Readonly<Record<string, Label>>)[code];
    return label ? say(label) : code;
  };
  const ofPerson = (name: string): string => {
    const found = person?.attributes.find((one) => one.name === name);
    return found ? say(found.label) : name;
  };
  const all = { ...target, role, ofPerson, channel: (id: string): string => channels[id] ?? id };
  return (
    <ul className={className}>
      {changesSaid(changes, names, words, all).map((change) => (
        <li key={change.path}>
          {change.what} {change.where !== null && <code>{change.where}</code>} <del>{change.before}</del> → <ins>{change.after}</ins>
        </li>
      ))}
    </ul>
  );
}
