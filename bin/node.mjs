// What the npm scripts call: `node bin/node.mjs FILE …` runs a TypeScript file of this repository with the pinned Node.
import { resolve } from 'node:path';
import { start } from './pinned-node.mjs';

const [script, ...args] = process.argv.slice(2);
if (!script) {
  console.error('usage: node bin/node.mjs FILE [ARGUMENT …]');
  process.exit(2);
}
start(resolve(script), args);
