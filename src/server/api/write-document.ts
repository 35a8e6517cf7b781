// `npm run docs`: writes docs/openapi.json as the server would say it.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';
import { API_PREFIX, api } from './api.ts';

/** The OpenAPI document as text. Nothing is asked of any engine for it. */
export async function openApiText(): Promise<string> {
  const app = Fastify();
  const desk = { call: () => Promise.reject(new Error('nobody is here')), follow: () => Promise.reject(new Error('nobody is here')) };
  const about = { publicUrl: null, version: '', isDemo: false };
  await app.register(api, { prefix: API_PREFIX, desk, onFault: () => {}, about, uploadsFolder: '' });
  const { body } = await app.inject({ url: `${API_PREFIX}/openapi.json` });
  await app.close();
  return `${JSON.stringify(JSON.parse(body), null, 1)}\n`;
}

if (import.meta.main) {
  const path = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'docs', 'openapi.json');
  const text = await openApiText();
  const isNew = readFileSync(path, 'utf8') !== text;
  if (isNew) writeFileSync(path, text);
  process.stdout.write(`${isNew ? 'written  ' : 'unchanged'} docs/openapi.json\n`);
}
