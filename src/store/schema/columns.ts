// What the schema says of itself: every table with its columns and its primary key, read from the CREATE statements.

export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns of the primary key, in order. */
  readonly key: readonly string[];
}

/** Of all `CREATE TABLE` and `ALTER TABLE … ADD COLUMN` statements, in the order in which tables were made. */
export function tableShapes(statements: readonly string[]): readonly TableShape[] {
  const shapes = new Map<string, { name: string; columns: string[]; key: string[] }>();
  for (const statement of statements) {
    const made = /^\s*CREATE TABLE (\w+) \(([\s\S]*)\)[^)]*$/.exec(statement);
    if (made) shapes.set(made[1]!, shapeOf(made[1]!, made[2]!));
    const added = /^\s*ALTER TABLE (\w+) ADD COLUMN (\w+)/.exec(statement);
    if (added) shapes.get(added[1]!)!.columns.push(added[2]!);
    const dropped = /^\s*DROP TABLE (\w+)/.exec(statement);
    if (dropped) shapes.delete(dropped[1]!);
  }
  return [...shapes.values()];
}

function shapeOf(name: string, body: string): { name: string; columns: string[]; key: string[] } {
  const columns: string[] = [];
  let key: string[] = [];
  for (const part of topLevel(body)) {
    const whole = /^PRIMARY KEY \(([^)]*)\)/.exec(part);
    if (whole) key = whole[1]!.split(',').map((column) => column.trim());
    else if (!/^(UNIQUE|CHECK|FOREIGN|CONSTRAINT)\b/.test(part)) {
      const column = /^(\w+)/.exec(part)![1]!;
      columns.push(column);
      if (/\{id\}|PRIMARY KEY/.test(part)) key = [column];
    }
  }
  if (key.length === 0) throw new Error(`Table "${name}" has no primary key: a copy of it could not be checked.`);
  return { name, columns, key };
}

/** Parts between commas that are in no parentheses. */
function topLevel(body: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of body) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += char;
  }
  return [...parts, part.trim()].filter((text) => text !== '');
}
