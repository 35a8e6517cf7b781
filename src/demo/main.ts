// What `npm run demo` starts: `-- --exit` runs everything and ends, `-- --hurt NAME` ends with one attempt.
import { parseArgs } from 'node:util';
import { readSettings } from '../settings.ts';
import { consoleFolder } from '../cli/console-folder.ts';
import { connectorMap } from '../cli/open-app.ts';
import { answerQuery } from '../engine/commands.ts';
import type { StatusView } from '../engine/operations/views.ts';
import { openServer } from '../server/app.ts';
import { demo } from './demo.ts';
import { demoMembers } from './desk.ts';

const { values } = parseArgs({
  options: { exit: { type: 'boolean', default: false }, hurt: { type: 'string' }, lang: { type: 'string' } },
});
const settings = readSettings(process.env, process.cwd());
const language = values.lang ?? settings.language;
process.exitCode = await demo({
  exit: values.exit,
  zh: language.startsWith('zh'),
  colour: settings.colour ?? process.stdout.isTTY === true,
  storeGiven: settings.database !== null || (process.env.TRIBUTARY_DATA ?? '') !== '',
  write: (text) => process.stdout.write(text),
  serve: (stage) =>
    openServer({
      host: '127.0.0.1',
      // Whoever types nothing needs no address to remember, and may have a server of their own on the usual one.
      port: values.exit ? 0 : settings.port,
      publicUrl: null,
      trustedProxies: [],
      tls: null,
      members: demoMembers(stage),
      consoleFolder,
      metrics: null,
      ready: async () => {},
      status: async () =>
        (await answerQuery('status', { reader: stage.app.database, connectors: connectorMap(), now: () => Date.now() }, {})) as StatusView,
      receive: stage.receive,
      onFault: (error) => process.stderr.write(`${String(error)}\n`),
    }),
  ...(values.hurt === undefined ? {} : { hurt: values.hurt }),
});
