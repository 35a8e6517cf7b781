// The rules of CONTRIBUTING.md ("House style") that no linter knows.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textFiles } from './documents.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = [...textFiles(root)].filter(([file]) => /^(src|test|bench|scenarios|sweep|bin|console)\/.*\.(tsx?|mjs)$/.test(file));

/** About 300 is the aim; what passes this has more than one reason to exist. */
const MOST_LINES = 500;
/** The reason of a test is the file it stands beside. */
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);
const vague = /(^|\/)(common|shared|utils|util|helpers|services|misc)\//;

const rules: readonly { readonly rule: string; readonly broken: (file: string, text: string) => boolean }[] = [
  {
    rule: 'says its reason to exist in the first line',
    broken: (file, text) => !isTest(file) && !/^(#!.*\n)?\/\/ \S/.test(text),
  },
  { rule: `has fewer than ${MOST_LINES} lines`, broken: (_, text) => text.split('\n').length > MOST_LINES },
  { rule: 'lies in a folder named by a noun of the field', broken: (file) => vague.test(file) },
  {
    rule: 'inherits from nothing but Error',
    broken: (_, text) => /^(export )?(default )?(abstract )?class \w+(<[^{]*>)? extends (?!\w*Error\b)/m.test(text),
  },
  {
    rule: 'tells a story of the console in both languages by toldIn or toldBy of test/console/told-in.ts, one in each run',
    broken: (file, text) => /^test\/console\/.*\.test\.ts$/.test(file) && /\.each\(\s*\[\s*\[?\s*'(en|zh)'/.test(text),
  },
  { rule: 'has no enum', broken: (_, text) => /^(export )?(declare )?(const )?enum \w+/m.test(text) },
];

describe('every source file', () => {
  it.each(rules)('$rule', ({ broken }) => {
    expect(sources.filter(([file, text]) => broken(file, text)).map(([file]) => file)).toEqual([]);
  });
});

describe('the rules', () => {
  it('notice what breaks them', () => {
    const broken = (file: string, text: string): string[] => rules.filter((rule) => rule.broken(file, text)).map((rule) => rule.rule);
    expect(broken('src/core/a.ts', '// Why.\nexport class GuardError extends Error {}\n')).toEqual([]);
    expect(broken('src/core/a.ts', "import 'x';\n")).toEqual(['says its reason to exist in the first line']);
    expect(broken('src/utils/a.ts', '// Why.\n')).toEqual(['lies in a folder named by a noun of the field']);
    expect(broken('src/core/a.ts', '// Why.\nclass A extends B {}\n')).toEqual(['inherits from nothing but Error']);
    expect(broken('src/core/a.ts', '// Why.\nexport enum A {}\n')).toEqual(['has no enum']);
    for (const table of ["['en', 'zh'] as const", "[\n  ['zh', 'Name'],\n]"])
      expect(broken('test/console/a.slow.test.ts', `// Why.\nit.each(${table})('…');\n`)).toEqual([expect.stringMatching('toldIn')]);
    expect(broken('test/console/a.slow.test.ts', "// Why.\nit.each(toldIn('zh'))('…');\n")).toEqual([]);
    expect(broken('src/core/a.ts', `// Why.\n${'\n'.repeat(600)}`)).toEqual([`has fewer than ${MOST_LINES} lines`]);
  });
});

describe('package.json', () => {
  it('names exact versions, so that an install is the same on every machine', () => {
    const versions = ['package.json', 'console/package.json'].flatMap((file) => {
      const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, Record<string, string> | undefined>;
      return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((group) => Object.entries(manifest[group] ?? {}));
    });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
