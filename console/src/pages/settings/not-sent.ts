// Why a collector did not take the audit log, in the reader's words: the server keeps what the network said, in its codes.

export type NotSent = 'refused' | 'silent' | 'unknownName' | 'closed' | 'certificate';

const known: readonly (readonly [RegExp, NotSent])[] = [
  [/\bECONNREFUSED\b/, 'refused'],
  [/\b(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b|no answer within/, 'silent'],
  [/\b(?:ENOTFOUND|EAI_AGAIN)\b/, 'unknownName'],
  [/certificate|altnames|\bCERT_/i, 'certificate'],
  [/\b(?:ECONNRESET|EPIPE)\b|closed the connection/, 'closed'],
];

/** null: something else, which is shown as it is. */
export const whyNotSent = (error: string): NotSent | null => known.find(([sign]) => sign.test(error))?.[1] ?? null;
