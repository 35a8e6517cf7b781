// For tests of this folder only: opens exports and closes them after each test, and makes what is written to them.
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Connection, DesiredObject } from '../../connector-kit/contract.ts';
import type { Attributes, Edges } from '../../core/model.ts';
import type { FilePart } from './config.ts';
import { type Desk, everything } from './test-support.ts';

const open: Connection<FilePart>[] = [];
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
});

export async function target(place: Desk, config: Record<string, unknown> = {}): Promise<Connection<FilePart>> {
  const connection = await place.open({ use: 'write', path: join(place.inbox, 'out.csv'), ...config });
  open.push(connection);
  return connection;
}

export const person = (directoryId: string, attributes: Attributes = {}, edges: Edges = {}): DesiredObject => ({
  directoryId,
  attributes: { employeeNumber: `N${directoryId}`, displayName: `人${directoryId}`, ...attributes },
  edges,
  enabled: true,
});

export const unit = (directoryId: string, attributes: Attributes): DesiredObject => ({
  directoryId,
  attributes,
  edges: {},
  enabled: true,
});

export const find = async (connection: Connection<FilePart>, type: string, id: string) => {
  const answer = (await connection.get!(type, [id], everything(type))).answers.get(id)!;
  return answer.state === 'found' ? answer.object : null;
};
