// Bodies are JSON, not too large, not too deep, without U+0000 and without keys that reach into prototypes.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Label } from '../../core/model.ts';
import type { ProblemCode } from './problem.ts';

export const LARGEST_BODY = 8 * 1024 * 1024;
const DEEPEST = 32;

/** A body that is refused before anybody looks at what it says. */
export class BodyError extends Error {
  readonly code: ProblemCode;
  readonly label: Label;
  constructor(code: ProblemCode, en: string, zh: string) {
    super(en);
    this.name = 'BodyError';
    this.code = code;
    this.label = { en, zh };
  }
}

export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string', bodyLimit: LARGEST_BODY },
    async (_request: FastifyRequest, text: string | Buffer) => parseBody(String(text)),
  );
}

export function parseBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  // Before parsing: a parser that recurses must not see it.
  if (depthOf(text) > DEEPEST)
    throw new BodyError('too-deep', `Nothing is nested deeper than ${DEEPEST} levels here.`, `嵌套不得超过 ${DEEPEST} 层。`);
  let body: unknown;
  try {
    body = JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__' || (key === 'constructor' && value !== null && typeof value === 'object' && 'prototype' in value))
        throw new BodyError('invalid', `"${key}" is not a field.`, `“${key}”不是字段。`);
      if (key.includes('\0') || (typeof value === 'string' && value.includes('\0')))
        throw new BodyError('invalid', `"${key.replaceAll('\0', '')}" holds U+0000.`, `“${key.replaceAll('\0', '')}”包含 U+0000。`);
      return value;
    });
  } catch (error) {
    if (error instanceof BodyError) throw error;
    const why = (error as Error).message;
    throw new BodyError('not-json', `The body is not JSON: ${why}`, `请求体不是 JSON:${why}`);
  }
  return body;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inText) {
      if (character === '\\') at++;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth--;
  }
  return deepest;
}
