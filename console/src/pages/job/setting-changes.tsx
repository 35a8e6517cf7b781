// What an edit changes, setting by setting.
import { useWords } from '../../i18n/i18n.ts';
import { changesSaid, type ScopeNames, type SettingChange, type TargetNames } from './scope-said.ts';

interface SettingChangesProps {
  readonly changes: readonly SettingChange[];
  readonly names: ScopeNames;
  readonly target: TargetNames;
  readonly className?: string | undefined;
}

export function SettingChanges({ changes, names, target, className }: SettingChangesProps) {
  const words = useWords();
  return (
    <ul className={className}>
      {changesSaid(changes, names, words, target).map((change) => (
        <li key={change.path}>
          {change.what} {change.where !== null && <code>{change.where}</code>} <del>{change.before}</del> → <ins>{change.after}</ins>
        </li>
      ))}
    </ul>
  );
}
