// One process that types commands: as `tributary` carries them out, without a process to start for each.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Order {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface Typist {
  /** One at a time. `environment` lasts for this command. */
  type(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Typed>;
  leave(): Promise<void>;
}

/** Works in `folder`, with this process's environment and `environment`. */
export function hireTypist(folder: string, environment: Readonly<Record<string, string>>): Typist {
  const child = fork(fileURLToPath(import.meta.url), [], { cwd: folder, env: { ...process.env, ...environment } });
  return {
    async type(args, more = {}) {
      const answered = new AbortController();
      const fell = once(child, 'exit', { signal: answered.signal }).then(() => {
        throw new Error(`the process ended at: ${args.join(' ')}`);
      });
      child.send({ args, environment: more } satisfies Order);
      const [typed] = (await Promise.race([once(child, 'message', { signal: answered.signal }), fell])) as [Typed];
      answered.abort();
      return typed;
    },
    async leave() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function carryOut({ args, environment }: Order): Promise<Typed> {
  // Only who types needs it.
  const { main } = await import('../../src/cli/cli.ts');
  const said = { out: '', err: '' };
  const kept = [process.stdout.write, process.stderr.write] as const;
  const before = { ...process.env };
  process.stdout.write = (text: string | Uint8Array): boolean => Boolean((said.out += String(text)));
  process.stderr.write = (text: string | Uint8Array): boolean => Boolean((said.err += String(text)));
  Object.assign(process.env, environment);
  try {
    return { code: await main(args, process.env), ...said };
  } finally {
    [process.stdout.write, process.stderr.write] = kept;
    process.env = before;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.on('message', (order: Order) => void carryOut(order).then((typed) => process.send!(typed)));
