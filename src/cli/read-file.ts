// Files that a command reads: what cannot be read is told in a sentence, with what to do.
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Label } from '../core/model.ts';
import { pathFrom } from '../settings.ts';
import { CliError } from './errors.ts';

/** The text of a file as its caller named it. Throws a `CliError`. */
export const textIn = (name: string): string => bytesIn(name).toString('utf8');

export function bytesIn(name: string): Buffer {
  try {
    return readFileSync(pathFrom(process.cwd(), name));
  } catch (error) {
    const { en, zh } = notReadable(name, error as NodeJS.ErrnoException);
    throw new CliError(en, zh);
  }
}

/** A file that something else opens: the same sentences, before it tries. */
export function assertReadable(name: string): void {
  try {
    closeSync(openSync(pathFrom(process.cwd(), name), 'r'));
    if (!statSync(pathFrom(process.cwd(), name)).isDirectory()) return;
  } catch (error) {
    const { en, zh } = notReadable(name, error as NodeJS.ErrnoException);
    throw new CliError(en, zh);
  }
  const { en, zh } = notReadable(name, { code: 'EISDIR' } as NodeJS.ErrnoException);
  throw new CliError(en, zh);
}

/** Why a file cannot be read. `name`: as whoever reads the sentence wrote it. */
export function notReadable(name: string, { code, message }: NodeJS.ErrnoException): Label {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        en: `There is no file ${name}. Correct its name, or give its whole path.`,
        zh: `没有文件 ${name}。请更正名称，或填写完整路径。`,
      };
    case 'EISDIR':
      return {
        en: `${name} is a folder. Name a file in it, such as ${join(name, 'NAME')}.`,
        zh: `${name} 是文件夹。请指定其中的文件，例如 ${join(name, '文件名')}。`,
      };
    case 'EACCES':
    case 'EPERM':
      return {
        en: `${name} may not be read by the user that this runs as. Give that user the right to read it.`,
        zh: `当前用户无权读取 ${name}。请为其授予读取权限。`,
      };
    default:
      return { en: `${name} cannot be read (${code ?? message}).`, zh: `无法读取 ${name}（${code ?? message}）。` };
  }
}

/** The data of a YAML or JSON file. Throws a `CliError` that names the lines with a fault. */
export async function yamlIn(name: string): Promise<unknown> {
  const { readYaml } = await import('../engine/config/document.ts');
  const { data, problems } = readYaml(textIn(name));
  if (problems.length === 0) return data;
  const lines = (language: 'en' | 'zh'): string =>
    problems.map(({ line, problem }) => `${name}:${line}  ${problem[language]}`).join('\n  ');
  throw new CliError(lines('en'), lines('zh'));
}
