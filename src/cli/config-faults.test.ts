// A configuration file with several faults is told all of them at once, each with its line.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch, told } from '../../test/support/told.ts';

const faulty = `connections:
  - id: hr
    connector: file
    config: { path: /tmp/people.csv }
  - id: book
    connector: fiel
  - id: scim
    connector: scim
    config: { url: "https://scim.example.org", token: "\${env:TOKEN_THAT_NOBODY_SET}" }
  - id: "a folder"
    connector: file
jobs:
  - { name: HR, connection: hr, direction: sideways }
  - { name: In, connection: hr, direction: up, colour: blue }
  - { name: Out, connection: nobody, direction: down, onError: perhaps }
  - { name: Book, connection: book, direction: down }
  - name: App
    name: Apps
    connection: scim
    direction: down
    onErrors: x
`;

/** `line: sentence` of what was found. */
const found = (out: string): string[] => [...out.matchAll(/^✗ \S+?:(\d+) {2}(.*)$/gm)].map(([, line, says]) => `${line}: ${says}`);

describe('a configuration file with many faults', () => {
  it('is told syntax, shape, references and secrets at once, by line, and nothing that only follows from another fault', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'all.yaml'), faulty);
    for (const words of [
      ['config', 'plan', '-f', 'all.yaml'],
      ['config', 'apply', 'all.yaml'],
    ]) {
      const { out, code } = await told(folder, ...words);
      const lines = found(out);
      expect(lines.map((line) => Number(line.split(':')[0]))).toEqual([6, 9, 10, 13, 14, 15, 15, 18, 21].toSorted((a, b) => a - b));
      expect(lines.join('\n')).toMatch(/^6: connections.1.connector {2}there is no connector "fiel"/m);
      expect(lines.join('\n')).toMatch(/^9: .*TOKEN_THAT_NOBODY_SET is not set/m);
      expect(lines.join('\n')).toMatch(/^14: jobs.1.colour .*unknown setting "colour"/m);
      expect(lines.join('\n')).toMatch(/^15: jobs.2.connection .*there is no connection "nobody"/m);
      expect(lines.join('\n')).toMatch(/^18: .*stands here a second time/m);
      expect(lines.join('\n')).toMatch(/^21: jobs.4.onErrors .*unknown setting "onErrors"/m);
      expect(out).toContain(`Nothing was changed: ${lines.length} to mend first.`);
      expect(code).toBe(1);
    }
  });

  it('a folder, a file that is not there and one in a folder that is none are told in a sentence', async () => {
    const folder = scratch();
    mkdirSync(join(folder, 'etc'));
    writeFileSync(join(folder, 'plain'), '');
    const says = async (...words: string[]) => (await told(folder, 'config', 'plan', '-f', ...words)).error;
    expect(await says('.')).toBe('✗ . is a folder. Name a file in it, such as NAME.\n');
    expect(await says('etc', '--lang', 'zh')).toBe('✗ etc 是文件夹。请指定其中的文件，例如 etc/文件名。\n');
    expect(await says('none.yaml')).toBe('✗ There is no file none.yaml. Correct its name, or give its whole path.\n');
    expect(await says('plain/none.yaml')).toContain('There is no file plain/none.yaml.');
  });
});
