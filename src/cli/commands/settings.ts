// settings: what is decided once for the whole installation.
import type { InputOf } from '../../engine/commands.ts';
import { answer, type CliCommand } from '../command.ts';
import { CliError, UsageError } from '../errors.ts';
import { meant } from '../meant.ts';
import { table } from '../terminal.ts';

/** `a@example.org,b@example.org`; empty: nobody. */
const addresses = (value: string): string[] =>
  value
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');

/** A number of days, or `forever`; anything else as it is. */
const typed = (text: string): string | number | null => (/^\d+$/.test(text) ? Number(text) : text === 'forever' ? null : text);

function assertSetting(name: string, known: readonly string[]): void {
  const names = known.filter((one) => one !== 'revision');
  if (names.includes(name)) return;
  const near = meant(name, names);
  throw new CliError(
    `There is no setting "${name}". ${near === null ? `There are: ${names.join(', ')}.` : `Do you mean "${near}"?`}`,
    `没有设置“${name}”。${near === null ? `可用：${names.join('、')}。` : `是否指“${near}”？`}`,
  );
}

export const settings: CliCommand = {
  usage: 'settings [set NAME VALUE]',
  does: {
    en: 'settings of the whole installation, e.g. "settings set timeZone Asia/Shanghai"',
    zh: '全局设置，如 "settings set timeZone Asia/Shanghai"',
  },
  options: {},
  async run(call) {
    const { output } = call;
    const [verb, name, value, ...more] = call.words;
    if (verb !== undefined && (verb !== 'set' || name === undefined || value === undefined || more.length > 0))
      throw new UsageError('Say set, the name of a setting and its value.', '请使用 set、设置名称和值。');
    const session = await call.session();
    if (verb !== undefined) assertSetting(name!, Object.keys(await session.call('settings.show', {})));
    const now =
      verb === undefined
        ? await session.call('settings.show', {})
        : await session.call('settings.change', {
            [name!]: name === 'recipients' ? addresses(value!) : typed(value!),
          } as InputOf<'settings.change'>);
    answer(call, now, () =>
      table(
        output,
        [{ head: output.say({ en: 'setting', zh: '设置' }) }, { head: output.say({ en: 'value', zh: '值' }) }],
        Object.entries(now)
          .filter(([key]) => key !== 'revision')
          .map(([key, text]) => [key, text === null ? output.say({ en: 'for ever', zh: '永久' }) : String(text)]),
      ),
    );
    return 'done';
  },
};
