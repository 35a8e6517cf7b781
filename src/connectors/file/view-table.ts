// What a file looks like before anything is read from it: its header as it stands, what was made of it, and the first rows.
import type { TableRequest, TableView } from '../../connector-kit/table.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { isSensitive } from './catalogue.ts';
import { columnLabel } from './column-labels.ts';
import { guessable } from './columns.ts';
import type { FileConfig } from './config.ts';
import { openPeopleFile } from './open-table.ts';
import { findFiles } from './refresh.ts';
import { type Cell, cellText } from './table.ts';
import { excerpt, say } from './text.ts';

const offered = guessable('person').map((attribute) => ({ attribute, label: columnLabel('person', attribute) }));

const LONGEST_CELL = 60;
const DOTS = '••••••';

/** A date as people write it, not as a workbook counts days. */
const shown = (cell: Cell | undefined): string =>
  typeof cell === 'object' && 'isDate' in cell && cell.isDate && cell.day !== null ? cell.day : cellText(cell);

export async function viewTable(config: FileConfig, request: TableRequest): Promise<TableView> {
  const { people: files, place } = await findFiles(config);
  const newest = files[0];
  if (!newest)
    throw new ConnectorError(
      'config',
      say(`${place.folder} holds no file that fits "${place.name}".`, `${place.folder} 中没有符合“${place.name}”的文件。`),
    );
  const { people, departments } = await openPeopleFile(newest, config);
  try {
    const byIndex = new Map([...people.columns.indexes].map(([attribute, index]) => [index, attribute]));
    const columns = people.columns.names.map((header, index) => ({ header, attribute: byIndex.get(index) ?? null }));
    const rows: string[][] = [];
    for await (const batch of people.rows) {
      request.signal.throwIfAborted();
      for (const { cells } of batch)
        if (rows.length < request.rows)
          rows.push(
            columns.map(({ attribute }, index) => {
              const text = excerpt(shown(cells[index]), LONGEST_CELL);
              return text !== '' && attribute !== null && isSensitive('person', attribute) ? DOTS : text;
            }),
          );
      if (rows.length >= request.rows) break;
    }
    return { where: people.where, columns, offered, rows, setting: 'columns' };
  } finally {
    await people.close();
    await departments?.close();
  }
}
