#!/usr/bin/env node
// The `tributary` command: starts the built program, or its source in a checkout, with the Node it is pinned to.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { flagsFor, root, start } from './pinned-node.mjs';

const built = join(root, 'dist', 'main.js');
const args = process.argv.slice(2);
start(existsSync(built) ? built : join(root, 'src', 'main.ts'), args, flagsFor(args));
