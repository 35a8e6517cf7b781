// Where a page of a list ends, as callers see it: opaque text, good for the list that gave it.
import { createHash } from 'node:crypto';

const sign = (operation: string, text: string): string =>
  createHash('sha256').update(`${operation}\0${text}`).digest('base64url').slice(0, 6);

export function writeCursor(operation: string, place: unknown): string {
  const text = JSON.stringify(place);
  return `${sign(operation, text)}${Buffer.from(text).toString('base64url')}`;
}

/** Undefined: not a cursor of this list. */
export function readCursor(operation: string, cursor: string): unknown {
  const text = Buffer.from(cursor.slice(6), 'base64url').toString();
  if (cursor !== `${sign(operation, text)}${Buffer.from(text).toString('base64url')}`) return undefined;
  return JSON.parse(text) as unknown;
}
