// PUT /uploads/{name}: a file from the browser, streamed into the data folder under a name that means nothing to the system.
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { failureOf, routeGroups, type Issue } from '../../engine/operations/operation.ts';
import { BodyError } from './body.ts';
import { unknownQuery } from './input.ts';
import { problemSchema, sendFailure } from './problem.ts';
import { invalid, type Served } from './routes.ts';

/** What a connection of files can read. */
const KINDS = ['csv', 'tsv', 'txt', 'xlsx'] as const;
const LARGEST = 200 * 1024 * 1024;
const LONGEST_NAME = 80;

/** The name that people know it by, without anything a file system or a shell could take for more than a name; null: no kind we read. */
function safeName(given: string): string | null {
  const ending = KINDS.find((kind) => given.toLowerCase().endsWith(`.${kind}`));
  if (!ending) return null;
  const stem = given
    .normalize('NFC')
    .slice(0, -ending.length - 1)
    .replaceAll(/[^\p{L}\p{N}_-]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LONGEST_NAME);
  return `${stem || 'file'}.${ending}`;
}

const notReadable: Issue = {
  field: 'name',
  message: {
    en: `must end in ${KINDS.map((kind) => `.${kind}`).join(', ')}: these can be read`,
    zh: `须以 ${KINDS.map((kind) => `.${kind}`).join('、')} 结尾，仅可读取这些类型`,
  },
};

/** `folder`: where they are kept; */
export async function registerUploads(app: FastifyInstance, served: Served, folder: string): Promise<void> {
  await app.register(async (own) => {
    own.removeAllContentTypeParsers();
    own.addContentTypeParser('application/octet-stream', async (_request: unknown, payload: unknown) => payload);
    own.route({
      method: 'PUT',
      url: '/uploads/:name',
      bodyLimit: LARGEST,
      config: { role: 'admin' },
      schema: {
        operationId: 'upload',
        summary: `Brings a file (${KINDS.join(', ')}) into the data folder, for a connection of the kind file; answers its path`,
        tags: [routeGroups.connections.en],
        'x-role': 'admin',
        consumes: ['application/octet-stream'],
        params: z.object({ name: z.string() }),
        response: {
          201: z.object({ path: z.string(), bytes: z.int() }),
          default: { description: 'Anything else', content: { 'application/problem+json': { schema: problemSchema } } },
        },
      } as object,
      validatorCompiler: () => (value: unknown) => ({ value }),
      serializerCompiler: () => JSON.stringify,
      async handler(request, reply) {
        const name = safeName((request.params as { name: string }).name);
        const issues = [...unknownQuery(request), ...(name === null ? [notReadable] : [])];
        if (name === null || issues.length > 0) return sendFailure(request, reply, invalid(issues));
        const place = join(folder, randomUUID());
        await mkdir(place, { recursive: true, mode: 0o700 });
        try {
          const bytes = await store(request.body as Readable, join(place, 'part'));
          const path = join(place, name);
          await rename(join(place, 'part'), path);
          await served.desk.call('upload.keep', { path, name, bytes }, request.principal!.name);
          return await reply.code(201).send({ path, bytes });
        } catch (error) {
          await rm(place, { recursive: true, force: true });
          if (error instanceof BodyError) throw error;
          const failure = failureOf(error);
          if (failure.kind === 'fault') served.onFault(error);
          return sendFailure(request, reply, failure);
        }
      },
    });
  });
}

/** Counted while it comes: what a header says of its length may be wrong. */
async function store(body: Readable, path: string): Promise<number> {
  let bytes = 0;
  await pipeline(
    body,
    async function* counted(pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        bytes += piece.length;
        if (bytes > LARGEST) throw tooLarge();
        yield piece;
      }
    },
    createWriteStream(path, { mode: 0o600, flush: true }),
  );
  return bytes;
}

const tooLarge = (): BodyError =>
  new BodyError('too-large', `The file is larger than ${LARGEST / 1024 / 1024} MB.`, `文件超过 ${LARGEST / 1024 / 1024} MB。`);
