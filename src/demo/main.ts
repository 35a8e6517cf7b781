// What `npm run demo` starts: `-- --exit` runs everything and ends, `-- --hurt NAME` ends with one attempt.
import { parseArgs } from 'node:util';
import { readSettings } from '../settings.ts';
import { demo } from './demo.ts';

const { values } = parseArgs({ options: { exit: { type: 'boolean', default: false }, hurt: { type: 'string' }, lang: { type: 'string' } } });
const settings = readSettings(process.env, process.cwd());
const language = values.lang ?? settings.language;
process.exitCode = await demo({
  exit: values.exit, zh: language.startsWith('zh'), colour: settings.colour ?? process.stdout.isTTY === true,
  write: (text) => process.stdout.write(text), ...(values.hurt === undefined ? {} : { hurt: values.hurt }),
});
