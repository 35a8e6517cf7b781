// The built console: its page at `/`, its files at `/assets/`. They hold no data; what they show comes from the API, which asks who is there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import serveFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Scripts only from here; antd writes its styles into the page; the favicon and pictures of systems are data. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const YEAR_MS = 31_536_000_000;

/** Whether somebody has built the console into this folder. */
export const isBuilt = (folder: string): boolean => existsSync(join(folder, 'index.html'));

/** `folder`: where the build wrote index.html and assets/, each also as .br and .gz. */
export async function registerConsole(app: FastifyInstance, folder: string): Promise<void> {
  const page = readFileSync(join(folder, 'index.html'));
  await app.register(serveFiles, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    // Names of files hold a hash of what is in them.
    immutable: true,
    maxAge: YEAR_MS,
    preCompressed: true,
    index: false,
    list: false,
    // The header of every other answer says no-store.
    setHeaders: (reply) => void reply.header('cache-control', `public, max-age=${YEAR_MS / 1000}, immutable`),
  });
  app.get('/', async (_request, reply) =>
    reply.header('content-security-policy', POLICY).header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page),
  );
}
