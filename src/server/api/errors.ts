// What goes wrong below /api/v1 outside an operation (a body, a media type, a fault of ours) as a problem document.
import type { FastifyError, FastifyInstance } from 'fastify';
import { BodyError } from './body.ts';
import { sendFailure, sendProblem, type ProblemCode } from './problem.ts';

/** Errors of the HTTP layer itself. */
const httpErrors: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid',
  FST_ERR_VALIDATION: 'invalid',
};

export function answerErrors(app: FastifyInstance, onFault: (error: unknown) => void): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof BodyError) return sendProblem(request, reply, error.code, { detail: error.label });
    const code = httpErrors[error.code] ?? ((error.statusCode ?? 500) < 500 ? 'invalid' : undefined);
    if (code) return sendProblem(request, reply, code, { detail: { en: error.message, zh: error.message } });
    onFault(error);
    return sendFailure(request, reply, { kind: 'fault', label: { en: error.message, zh: error.message } });
  });
}
