// Where a command writes a file: asked before the work begins, so that what cannot be written is said at once, in words.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathFrom } from '../settings.ts';
import { CliError } from './errors.ts';

/** The whole path of a file that may be there already. `name` is as the caller wrote it. Throws a `CliError` where none can be written. */
export function pathToWrite(name: string): string {
  const path = pathFrom(process.cwd(), name);
  const [folder, shown, file] = [dirname(path), dirname(name), basename(name)];
  if (!existsSync(folder))
    throw new CliError(
      `There is no folder ${shown} to write ${file} into. Make it first, or choose another place.`,
      `没有文件夹 ${shown}，无法写入 ${file}。请先创建该文件夹，或换一个位置。`,
    );
  if (!statSync(folder).isDirectory())
    throw new CliError(
      `${shown} is not a folder: ${file} cannot be written into it. Choose another place.`,
      `${shown} 不是文件夹，无法在其中写入 ${file}。请换一个位置。`,
    );
  if (!mayWrite(folder))
    throw new CliError(
      `Nothing may be written into ${shown} by the user that this runs as. Choose another place for ${file}.`,
      `当前用户无权写入文件夹 ${shown}。请为 ${file} 换一个位置。`,
    );
  return path;
}

/** The same for a file that must not be there yet. `option` is told where the caller may have left the name to us. */
export function pathOfNewFile(name: string, option: string | null = null): string {
  const path = pathToWrite(name);
  if (!existsSync(path)) return path;
  if (statSync(path).isDirectory())
    throw new CliError(
      `${name} is a folder. Name a file in it that is not there yet, such as ${join(name, 'NAME')}.`,
      `${name} 是文件夹。请指定其中尚不存在的文件，例如 ${join(name, '文件名')}。`,
    );
  throw option === null
    ? new CliError(`${name} is there already. Choose another name.`, `${name} 已存在，请换一个名称。`)
    : new CliError(`${name} is there already. Choose another name with ${option}.`, `${name} 已存在，请用 ${option} 指定其他名称。`);
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
