// Every connector is registered, complete on disk, and says nothing in its manifest that could not be true.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sandbox } from '../src/cli/commands/data.ts';
import type { Connector } from '../src/connector-kit/contract.ts';
import { field, fieldsOf } from '../src/connector-kit/define.ts';
import { logoOf, readmeOf } from '../src/connector-kit/scaffold/new-connector.ts';
import { connectors } from '../src/connectors/index.ts';
import { memory } from '../src/connectors/memory/index.ts';
import { directoryTypes } from '../src/core/directory-types.ts';
import { jobSettingsSchema } from '../src/core/job-settings.ts';
import type { Label, ObjectTypeSpec } from '../src/core/model.ts';
import { prepareJob } from '../src/engine/prepare.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'src', 'connectors');
const folders = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();
const all: readonly Connector[] = connectors;

describe('the registry', () => {
  it('lists every folder of src/connectors, in the order of the alphabet', () => {
    expect(all.map((connector) => connector.manifest.id)).toEqual(folders);
  });

  it('has in the words of "tributary sandbox" every system that there is a sandbox of', () => {
    const able = all.filter((connector) => connector.simulate !== undefined).map((connector) => connector.manifest.id);
    expect(sandbox.usage).toMatch(new RegExp(`^sandbox ${able.join('\\|')} `));
  });

  it('imports them in the order of the alphabet, so that two additions do not collide', () => {
    const text = readFileSync(join(folder, 'index.ts'), 'utf8');
    const named = [...text.matchAll(/from '\.\/([^/']+)\/index\.ts'/g)].map((match) => match[1]!);
    expect(named).toEqual(folders);
  });
});

/** They speak to ports of our own. */
const withoutSides = new Set(['console', 'directory']);

function missingFiles(connector: Connector, has: (file: string) => boolean): string[] {
  const { id, roles, logo } = connector.manifest;
  const wanted = ['index.ts', 'README.md', 'logo.svg', `${id}.test.ts`];
  if (!withoutSides.has(id)) wanted.push(...roles.map((role) => `${role}.ts`));
  if (connector.simulate) wanted.push('client.ts', 'wire.ts', 'simulator.ts');
  const missing = wanted.filter((file) => !has(file)).map((file) => `${file} is missing`);
  if (!logo.endsWith('logo.svg')) missing.push('the logo of the manifest is not logo.svg');
  if (!connector.simulate && has('wire.ts')) missing.push('wire.ts is there, but no simulator: a protocol needs one');
  return missing;
}

/** What `npm run new-connector` left to be written. While the summary is the model's, nobody has begun. */
function unfinished({ id, summary }: Connector['manifest'], read: (file: string) => string): string[] {
  if (id === memory.manifest.id || summary.en === memory.manifest.summary.en) return [];
  const written = new Set(read('README.md').split('\n'));
  // Headings, rules and heads of tables may well stay.
  const left = readmeOf(id)
    .split('\n')
    .filter((line) => written.has(line) && !/^(#.*|\|[-|]+\||\| \| \||\| Field \| Enter \||)$/.test(line));
  const problems = left.map((line) => `README.md still says "${line}"`);
  if (read('logo.svg') === logoOf(id)) problems.push(`logo.svg is still the one of ${memory.manifest.id}: draw one of your own`);
  return problems;
}

describe.each(all.map((connector) => [connector.manifest.id, connector] as const))('connector %s', (id, connector) => {
  const { manifest } = connector;

  it('has the files that every connector has', () => {
    expect(missingFiles(connector, (file) => existsSync(join(folder, id, file)))).toEqual([]);
  });

  it('has a README and a logo of its own', () => {
    expect(unfinished(manifest, (file) => readFileSync(join(folder, id, file), 'utf8'))).toEqual([]);
  });

  it('is called like its folder, in lower case', () => {
    expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(folders).toContain(id);
  });

  it('has every label in both languages', () => {
    expect(labelProblems(manifest)).toEqual([]);
  });

  it('has form metadata on every field of connection and part', () => {
    const fields = [...fieldsOf(manifest.config), ...fieldsOf(manifest.part)];
    for (const item of fields) {
      const shown = item.meta.showWhen;
      if (shown)
        expect(
          fields.map((other) => other.name),
          `showWhen of ${item.name}`,
        ).toContain(shown.field);
    }
  });

  it('says beside every setting where it is found, or what it is for', () => {
    expect(withoutHelp(manifest)).toEqual([]);
  });

  it('has a catalogue without contradictions', () => {
    expect(manifest.types.flatMap((type) => typeProblems(type, manifest.types))).toEqual([]);
    expect(duplicates(manifest.types.map((type) => type.id))).toEqual([]);
    expect(manifest.roles.length).toBeGreaterThan(0);
    expect(manifest.provenAgainst.length).toBeGreaterThan(0);
  });

  it('has limits that let something through', () => {
    expect(manifest.limits.inFlight).toBeGreaterThan(0);
    expect(manifest.limits.batchSize).toBeGreaterThan(0);
  });

  it('lies with the server where it keeps files in its folder: another machine has none of them', () => {
    const sources = readdirSync(join(folder, id)).filter((name) => name.endsWith('.ts') && !/test|simulator/.test(name));
    const keepsFiles = sources.some((name) => /\bcontext\.folder\b/.test(readFileSync(join(folder, id, name), 'utf8')));
    expect(manifest.place).toBe(keepsFiles ? 'server' : undefined);
  });

  it('starts an upstream job with rules that compile', (context) => {
    if (!manifest.defaults.up) return context.skip('it has no defaults for this direction');
    expect(jobProblems(connector, 'up')).toEqual([]);
  });

  it('starts a downstream job with rules that compile and fill what is required', (context) => {
    const { down } = manifest.defaults;
    if (!down) return context.skip('it has no defaults for this direction');
    expect(jobProblems(connector, 'down')).toEqual([]);
    const unfilled = manifest.types.flatMap((type) => {
      const rows = down.mapping[type.id];
      if (!rows) return [];
      const filled = new Set(rows.map((row) => row.target));
      return type.attributes
        .filter((attribute) => attribute.required && attribute.writable !== 'never' && !filled.has(attribute.name))
        .map((attribute) => `${type.id}.${attribute.name}`);
    });
    expect(unfilled).toEqual([]);
  });
});

function jobProblems(connector: Connector, direction: 'up' | 'down'): string[] {
  const { defaults, types } = connector.manifest;
  const rules = defaults[direction]!;
  // Types that only some connections have are mapped where they do (defaults-fit.test.ts).
  const offered = Object.fromEntries(Object.entries(rules.mapping).filter(([name]) => types.some((type) => type.id === name)));
  const settings = jobSettingsSchema.parse({ name: 'default', connection: 'one', direction, ...rules, mapping: offered });
  const [source, target] = direction === 'up' ? [types, directoryTypes] : [directoryTypes, types];
  return prepareJob(settings, source, target, {}).problems.map((item) => `${item.where}: ${item.problem.en}`);
}

function typeProblems(type: ObjectTypeSpec, types: readonly ObjectTypeSpec[]): string[] {
  const known = new Set(types.map((other) => other.id));
  const names = type.attributes.map((attribute) => attribute.name);
  const problems = duplicates([...names, ...type.relations.map((relation) => relation.name)]).map((name) => `${type.id}: ${name} twice`);
  if (!names.includes(type.title)) problems.push(`${type.id}: its title "${type.title}" is no attribute`);
  if (type.parent !== undefined && !names.includes(type.parent)) problems.push(`${type.id}: its parent "${type.parent}" is no attribute`);
  for (const attribute of type.attributes) {
    if (attribute.type === 'reference' && !known.has(attribute.to ?? '')) problems.push(`${type.id}.${attribute.name} refers to no type`);
    if (attribute.name === 'enabled') problems.push(`${type.id}: "enabled" is a state, never an attribute`);
  }
  for (const relation of type.relations) {
    for (const to of relation.to) if (!known.has(to)) problems.push(`${type.id}.${relation.name} leads to unknown type ${to}`);
  }
  return problems;
}

/** Walks the manifest and the form metadata for labels with an empty side. */
function labelProblems(manifest: Connector['manifest']): string[] {
  const problems: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('en' in value || 'zh' in value) {
      const { en, zh } = value as Partial<Label>;
      if (!en?.trim() || !zh?.trim()) problems.push(`${path} lacks a language`);
      return;
    }
    for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
  };
  const { config, part, ...rest } = manifest;
  visit(rest, 'manifest');
  for (const [name, schema] of Object.entries({ config, part })) {
    for (const item of fieldsOf(schema)) {
      visit({ label: item.meta.label, help: item.meta.help, group: item.meta.group }, `${name}.${item.name}`);
    }
  }
  return problems;
}

/** Beside each field of a form stands where it is found. */
const withoutHelp = ({ config, part }: Pick<Connector['manifest'], 'config' | 'part'>): string[] =>
  [...fieldsOf(config), ...fieldsOf(part)].filter(({ meta }) => !meta.help).map(({ name }) => `${name}: no help says where it is found`);

const duplicates = (names: readonly string[]): string[] => names.filter((name, index) => names.indexOf(name) !== index);

describe('what a manifest must not say is found', () => {
  const [good] = all;
  const type: ObjectTypeSpec = {
    id: 'person',
    label: { en: 'person', zh: '人员' },
    title: 'name',
    attributes: [{ name: 'name', label: { en: 'name', zh: '姓名' }, type: 'string' }],
    relations: [],
  };
  const attribute = (name: string, more = {}) => ({ name, label: { en: name, zh: name }, type: 'string' as const, ...more });

  it('a label without one of the languages', () => {
    expect(labelProblems({ ...good!.manifest, name: { en: 'Good', zh: ' ' } })).toEqual(['manifest.name lacks a language']);
    const types = [{ ...type, attributes: [attribute('name', { label: { en: 'name' } as Label })] }];
    expect(labelProblems({ ...good!.manifest, types })).toEqual(['manifest.types.0.attributes.0.label lacks a language']);
  });

  it('a setting without a word of where it is found, or of what it is for', () => {
    const label = { en: 'x', zh: 'x' };
    const config = z.object({
      address: field(z.string(), { label }),
      key: field(z.string().default(''), { label, secret: true }),
      user: field(z.string().default(''), { label, needed: true }),
      told: field(z.string(), { label, help: label, secret: true }),
      spare: field(z.string().default(''), { label }),
    });
    expect(withoutHelp({ config, part: z.object({}) }).map((problem) => problem.split(':')[0])).toEqual([
      'address',
      'key',
      'user',
      'spare',
    ]);
  });

  it.each<[string, Partial<ObjectTypeSpec>]>([
    ['person: name twice', { attributes: [attribute('name'), attribute('name')] }],
    ['person: its title "cn" is no attribute', { title: 'cn' }],
    ['person: its parent "above" is no attribute', { parent: 'above' }],
    ['person.boss refers to no type', { attributes: [attribute('name'), attribute('boss', { type: 'reference', to: 'chief' })] }],
    ['person: "enabled" is a state, never an attribute', { attributes: [attribute('name'), attribute('enabled')] }],
    ['person.of leads to unknown type team', { relations: [{ name: 'of', label: type.label, to: ['team'] }] }],
  ])('%s', (problem, more) => {
    expect(typeProblems(type, [type])).toEqual([]);
    expect(typeProblems({ ...type, ...more }, [type])).toEqual([problem]);
  });

  it('defaults that do not compile', () => {
    const broken = all.find((connector) => connector.manifest.defaults.up)!;
    const up = broken.manifest.defaults.up!;
    const mapping = { ...up.mapping, person: [{ target: 'displayName', cel: 'no_such_attribute + 1' }] };
    const correlation = { person: [{ attribute: 'noSuchAttribute' }] };
    const manifest = { ...broken.manifest, defaults: { up: { ...up, mapping, correlation } } };
    expect(jobProblems({ ...broken, manifest }, 'up').join('\n')).toContain('no_such_attribute');
    const unknown = { ...broken.manifest, defaults: { up: { ...up, correlation } } };
    expect(jobProblems({ ...broken, manifest: unknown }, 'up')).toEqual([
      'correlation.person[0]: The target has no attribute "noSuchAttribute".',
    ]);
  });
});

describe('what was started and not finished', () => {
  const { manifest } = memory;
  const own = { ...manifest, id: 'crm', summary: { en: 'Customers.', zh: '客户。' } };
  const started = { 'README.md': readmeOf('crm'), 'logo.svg': logoOf('crm') };
  const problems = (of: Connector['manifest'], files: Readonly<Record<string, string>>) => unfinished(of, (file) => files[file] ?? '');

  it('is let be while it is what the script wrote', () => {
    expect(problems({ ...manifest, id: 'crm' }, started)).toEqual([]);
  });

  it('is named once the connector has a summary of its own', () => {
    const found = problems(own, started);
    expect(found).toContain(
      'README.md still says "One paragraph for administrators: what this system is, and what Tributary does with it."',
    );
    expect(found).toContain('README.md still says "| World | |"');
    expect(found).toContain('logo.svg is still the one of memory: draw one of your own');
    expect(
      problems(own, { 'README.md': '# CRM\n\n## Set up\n\n| Field | Enter |\n|---|---|\n| Key | of the app |\n', 'logo.svg': '<svg/>' }),
    ).toEqual([]);
  });
});

describe('the rule about files', () => {
  const connector = (id: string, more: Partial<Connector> = {}): Connector => ({
    manifest: { ...all[0]!.manifest, id, roles: ['source'], logo: 'logo.svg' },
    open: all[0]!.open,
    ...more,
  });

  it('names what is missing', () => {
    expect(missingFiles(connector('crm'), (file) => file !== 'README.md')).toContain('README.md is missing');
    expect(missingFiles(connector('crm'), (file) => file !== 'crm.test.ts')).toContain('crm.test.ts is missing');
    expect(missingFiles(connector('crm'), (file) => file !== 'source.ts')).toContain('source.ts is missing');
  });

  it('asks for a simulator where there is a protocol', () => {
    expect(missingFiles(connector('crm'), () => true)).toEqual(['wire.ts is there, but no simulator: a protocol needs one']);
  });
});
