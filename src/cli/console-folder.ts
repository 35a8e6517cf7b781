// Where the build of the console lies: the same place from the sources and from the build of the server.
import { join } from 'node:path';

export const consoleFolder = join(import.meta.dirname, '../../console/dist');
