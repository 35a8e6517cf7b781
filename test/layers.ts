// Who may import whom: the table of ARCHITECTURE.md ("Who may import whom") as data, and the function that judges a tree by it.
import type { ImportMap } from './imports.ts';

export interface Layer {
  /** Files below this path belong to the layer; of several, the longest wins. */
  readonly path: string;
  /** Paths it may import besides its own; a `*` stands for one folder name. */
  readonly mayImport: readonly string[];
  /** Built-in modules it may use; missing = all. */
  readonly builtins?: readonly string[];
  /** The reason, as shown to whoever breaks the rule. */
  readonly because: string;
  /** What to do instead. */
  readonly instead: string;
}

const CONTRACT = 'src/connector-kit/';
const STORE = 'src/store/';
const REGISTRY = 'src/connectors/index.ts';
const EVERYTHING = 'src/';

export const layers: readonly Layer[] = [
  {
    path: 'src/core/',
    mayImport: [],
    builtins: ['node:crypto'],
    because: 'core is pure functions and types: no I/O, clock or randomness, nothing of ours',
    instead: 'pass what is needed in as a parameter, or move the code that does I/O into engine or store',
  },
  {
    path: 'src/connector-kit/',
    mayImport: ['src/core/'],
    because: 'connector-kit is the contract; it knows core and nothing else of ours',
    instead: 'let main.ts inject it through ConnectionContext, as DirectoryPort is',
  },
  {
    path: 'src/connector-kit/scaffold/',
    mayImport: ['src/core/', CONTRACT],
    because: 'the script that starts a connector writes files and imports none but the kit',
    instead: 'read the registry as text',
  },
  {
    path: 'src/connectors/*/',
    mayImport: ['src/core/', CONTRACT],
    because: 'a connector knows the kit and core; never engine, store, server or another connector',
    instead: 'add it to the contract (with a conformance case, memory first), or move what two connectors share into connector-kit',
  },
  {
    path: REGISTRY,
    mayImport: ['src/core/', CONTRACT, 'src/connectors/*/index.ts'],
    because: 'the registry lists connectors by their index.ts and does nothing else',
    instead: 'export it from the index.ts of the connector, or leave it out',
  },
  {
    path: 'src/store/',
    mayImport: ['src/core/'],
    because: 'store keeps things; it knows the shapes of core and nothing of runs or connectors',
    instead: 'move the shape into core, or the decision into engine',
  },
  {
    path: 'src/engine/',
    mayImport: ['src/core/', CONTRACT, STORE, '!src/store/sqlite/', '!src/store/postgres/'],
    because: 'engine knows core, the kit and the interfaces of store; which database and which connectors, main.ts decides',
    instead: 'take it as a parameter: the Database port, or the connectors of the registry',
  },
  {
    path: 'src/server/',
    mayImport: ['src/core/', 'src/engine/', CONTRACT, STORE, REGISTRY, '!src/store/sqlite/', '!src/store/postgres/'],
    because: 'server shows what engine and store know; it opens no database and speaks to no system itself',
    instead: 'ask engine through its table of commands and queries',
  },
  {
    path: 'console/',
    mayImport: ['src/server/api/wire.ts'],
    because: 'the console knows the types of the API and nothing else of the server',
    instead: 'export the type from src/server/api/wire.ts, or let the API answer it',
  },
  {
    path: 'src/sandbox/',
    mayImport: ['src/core/', CONTRACT, REGISTRY],
    because: 'sandbox offers simulators and made-up companies; it knows connectors only through the registry',
    instead: 'use the `simulate` of the connector, or move the wiring into cli',
  },
  {
    path: 'src/docs/',
    mayImport: ['src/core/', CONTRACT, REGISTRY],
    because: 'docs writes what manifests say; it knows the registry and the kit',
    instead: 'put the fact into the manifest',
  },
  {
    path: 'src/settings.ts',
    mayImport: ['src/core/'],
    because: 'settings turns the environment into one typed object before anything else exists',
    instead: 'read the setting there and pass it on',
  },
  {
    path: 'src/cli/',
    mayImport: [EVERYTHING],
    because: 'cli wires: it may use everything',
    instead: '',
  },
  {
    path: 'src/demo/',
    mayImport: [EVERYTHING],
    because: 'the demo wires a company, a sandbox and the engine like cli does',
    instead: '',
  },
  {
    path: 'src/main.ts',
    mayImport: [EVERYTHING],
    because: 'main.ts wires: it may use everything',
    instead: '',
  },
];

/** Tests wire what they test, so they are free; no product file may depend on one. */
const isTest = (file: string): boolean => /(^|\/)(test-[^/]*|[^/]*\.test|[^/]*-test-support|test-support)\.ts$/.test(file);

/** What only one place may use, so that it can be replaced there. */
const packagesOf: Readonly<Record<string, readonly string[]>> = {
  'node:sqlite': ['src/store/sqlite/'],
  fastify: ['src/server/'],
  ldapts: ['src/connectors/'],
  undici: ['src/connector-kit/http/'],
  vitest: ['src/connector-kit/conformance/', 'src/store/conformance'],
  'fast-check': ['src/connector-kit/conformance/'],
};

export interface Violation {
  readonly file: string;
  readonly line: number;
  /** The whole explanation. */
  readonly message: string;
}

/** Judges every file below src/ and console/. Pure: a map in, sentences out. */
export function violations(map: ImportMap): Violation[] {
  const found: Violation[] = [];
  for (const [file, imports] of map) {
    if (!/^(src|console)\//.test(file) || isTest(file)) continue;
    const layer = layerOf(file);
    if (!layer) {
      const message = `${file} lies in no part that the table of test/layers.ts knows.\n  what to do: move it into a part, or add a row to the table and to ARCHITECTURE.md`;
      found.push({ file, line: 1, message });
      continue;
    }
    for (const { to, line } of imports) {
      const problem = judge(file, layer, to);
      if (problem === null) continue;
      const message = `${file}:${line} imports ${to}\n  rule: ${problem.rule}\n  what to do: ${problem.instead}`;
      found.push({ file, line, message });
    }
  }
  return found;
}

function judge(file: string, layer: Layer, to: string): { rule: string; instead: string } | null {
  if (!isOurs(to)) return judgePackage(file, layer, to);
  // Texts for people are written once, for the repository and for the console.
  if (file.startsWith('console/') && /^docs\/help\/[^/]+\.md\?raw$/.test(to)) return null;
  if (isTest(to) || !to.startsWith('src/')) {
    return {
      rule: 'the product never depends on a test',
      instead: 'move what both need into the product, or this file into the test',
    };
  }
  if (to.startsWith(ownPath(file, layer))) return null;
  const denied = layer.mayImport.some((path) => path.startsWith('!') && to.startsWith(path.slice(1)));
  if (!denied && layer.mayImport.some((path) => matches(path, to))) return null;
  return { rule: layer.because, instead: layer.instead };
}

function judgePackage(file: string, layer: Layer, name: string): { rule: string; instead: string } | null {
  if (name.startsWith('node:') && layer.builtins && !layer.builtins.includes(name)) {
    return { rule: layer.because, instead: layer.instead };
  }
  const root = Object.keys(packagesOf).find((item) => name === item || name.startsWith(`${item}/`));
  if (!root || packagesOf[root]!.some((path) => file.startsWith(path))) return null;
  return {
    rule: `only ${packagesOf[root]!.join(', ')} uses ${root}, so that it can be replaced there`,
    instead: 'use what that part offers instead of the package',
  };
}

const isOurs = (to: string): boolean => /^(\.\.?\/|src\/|test\/|bench\/|scenarios\/|sweep\/|bin\/|docs\/)/.test(to);

function layerOf(file: string): Layer | undefined {
  return layers
    .filter((layer) => matches(layer.path, file))
    .sort((a, b) => b.path.replace('*', '').length - a.path.replace('*', '').length)[0];
}

/** `src/connectors/ldap/` for a file of a layer with a star: other connectors are not its own. */
function ownPath(file: string, layer: Layer): string {
  const depth = layer.path.split('/').length - 1;
  return layer.path.endsWith('/') ? `${file.split('/').slice(0, depth).join('/')}/` : file;
}

/** Whether `path` is the pattern or, for one ending in `/`, lies below it. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  const isFolder = pattern.endsWith('/');
  if (isFolder) wanted.pop();
  if (isFolder ? given.length <= wanted.length : given.length !== wanted.length) return false;
  return wanted.every((part, index) => part === '*' || part === given[index]);
}
