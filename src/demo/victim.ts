// A process made to die: runs one job and kills itself after the target was called and before the answers are noted.
import { openApp } from '../cli/open-app.ts';
import { dataFolder, lockFolder } from '../cli/data-folder.ts';
import { createEngine } from '../engine/engine.ts';

const [path, job] = process.argv.slice(2);
const folder = dataFolder(path!);
lockFolder(folder, 'demo victim');
const app = await openApp({ folder, key: null, log: () => {} });
const engine = createEngine({
  ...app.engine.options,
  probe: (point) => {
    if (point === 'apply:called') process.kill(process.pid, 'SIGKILL');
  },
});
await engine.enqueue({ job: Number(job), mode: 'full', actor: 'demo' });
await engine.drain();
