// The suite that every connector passes, against the central directory: what is put there, is put as a run stores it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { describeConformance } from '../../connector-kit/conformance/index.ts';
import type { FarSide } from '../../connector-kit/conformance/subject.ts';
import type { DesiredObject } from '../../connector-kit/contract.ts';
import type { DirectoryPort } from '../../connector-kit/directory-port.ts';
import { comparisonKeys } from '../../core/attribute.ts';
import { directoryTypes, LIFECYCLE } from '../../core/directory-types.ts';
import type { Attributes, Edges, ObjectTypeId } from '../../core/model.ts';
import { createDirectoryPort } from '../../engine/directory-port.ts';
import { factsText } from '../../engine/shapes.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { appendHistory, applyEdges, objectsOf, putObjects, replaceKeys, type EdgeOp, type KeyIn } from '../../store/directory.ts';
import { dropStore, openStore } from '../../../test/support/store.ts';
import { directory } from './index.ts';

/** The connector reads a thousand at once; here a page has as many as the kit takes for three pages. */
const PAGE = 4;
const TABLES = ['edge', 'object_key', 'object', 'history_edge', 'history'];

const folder = mkdtempSync(join(tmpdir(), 'tributary-directory-'));
let database: Database;
beforeAll(async () => {
  database = await openStore(folder);
});
afterAll(async () => {
  await database.close();
  await dropStore(folder);
  rmSync(folder, { recursive: true, force: true });
});

describeConformance({
  connector: directory,
  pageSize: PAGE,
  samples: {
    // Who is absent is not there to be read.
    values: Object.fromEntries(directoryTypes.map((type) => [`${type.id}.${LIFECYCLE}`, () => 'active'])),
  },
  async start(): Promise<FarSide> {
    await database.write(async (transaction) => {
      for (const table of TABLES) await transaction.run(`DELETE FROM ${table}`);
    });
    return {
      config: {},
      part: {},
      directory: inSmallPages(createDirectoryPort(database, 'this installation', directoryTypes)),
      seed: (type, objects) => database.write((transaction) => seed(transaction, type, objects)),
      change: (type, id, attributes) => database.write((transaction) => change(transaction, type, id, attributes)),
      erase: (type, id) => database.write((transaction) => change(transaction, type, id, { [LIFECYCLE]: 'absent' })),
      async stop() {},
    };
  },
});

const inSmallPages = (port: DirectoryPort): DirectoryPort => ({
  ...port,
  page: (type, after, limit) => port.page(type, after, Math.min(limit, PAGE)),
  changedSince: (sequence, limit) => port.changedSince(sequence, Math.min(limit, PAGE)),
});

async function seed(transaction: Transaction, type: ObjectTypeId, objects: readonly DesiredObject[]): Promise<readonly string[]> {
  await putObjects(
    transaction,
    objects.map((object) => rowOf(type, object.directoryId, object.attributes)),
  );
  const keys = objects.flatMap((object) => keysOf(type, object.directoryId, object.attributes));
  await replaceKeys(transaction, [], keys);
  const edges = objects.flatMap((object) => edgesOf(object.directoryId, object.edges));
  await applyEdges(transaction, edges, 'main', 1);
  // One entry of history each, as when people come one by one.
  for (const { directoryId: id } of objects) await note(transaction, type, id, 'create');
  return objects.map((object) => object.directoryId);
}

async function change(transaction: Transaction, type: ObjectTypeId, id: string, attributes: Attributes): Promise<void> {
  const [row] = await objectsOf(transaction, [id]);
  const before = JSON.parse(row!.data) as Attributes;
  const after = { ...before, [LIFECYCLE]: row!.lifecycle, ...attributes };
  await putObjects(transaction, [rowOf(type, id, after)]);
  await replaceKeys(transaction, keysOf(type, id, before), keysOf(type, id, after));
  await note(transaction, type, id, 'update');
}

function rowOf(type: ObjectTypeId, id: string, { [LIFECYCLE]: lifecycle, ...data }: Attributes) {
  const relations = directoryTypes.find((spec) => spec.id === type)!.relations.map((relation) => relation.name);
  return {
    id,
    type,
    lifecycle: String(lifecycle),
    data: JSON.stringify(data),
    relations: JSON.stringify(relations),
    hash: JSON.stringify(data),
  };
}

const keysOf = (type: ObjectTypeId, id: string, attributes: Attributes): readonly KeyIn[] =>
  directoryTypes
    .find((spec) => spec.id === type)!
    .attributes.flatMap((spec) => comparisonKeys(attributes[spec.name], spec).map((key) => ({ type, attribute: spec.name, key, id })));

const edgesOf = (owner: string, edges: Edges): readonly EdgeOp[] =>
  Object.entries(edges).flatMap(([relation, own]) =>
    own.map((edge) => ({
      owner,
      relation,
      toType: edge.to.type,
      toId: edge.to.id,
      op: 'add' as const,
      facts: factsText(edge),
      factsBefore: null,
    })),
  );

const note = (transaction: Transaction, type: ObjectTypeId, id: string, action: string): Promise<number> =>
  appendHistory(transaction, [{ type, id, action, before: null, after: null, change: null, edges: [] }], {
    at: 1,
    run: null,
    job: null,
    actor: 'test',
  });
