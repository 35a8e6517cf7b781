// The types of the API as its clients see it: what every operation takes and answers on the wire. The console imports these and nothing else.
import type { z } from 'zod';
import type { operations } from '../../engine/commands.ts';
import type { RunView } from '../../engine/operations/views.ts';
import type { Role } from '../principal.ts';
import type { codesProposal, ownAccountView } from '../sign-in/own-account.ts';
import type { meView } from './me.ts';

type Operations = typeof operations;

/** Operations by the name that the OpenAPI document calls `operationId`. */
export type WireName = keyof Operations;

/** Lists take the `next` of the page before as `cursor`. */
export type WireInput<Name extends WireName> = z.input<Operations[Name]['input']> & { readonly cursor?: string };

/** On the wire the place where the next page begins is opaque text. */
export type WireOutput<Name extends WireName> =
  z.output<Operations[Name]['output']> extends infer Answer
    ? Answer extends { readonly next: unknown }
      ? Omit<Answer, 'next'> & { readonly next: string | null }
      : Answer
    : never;

/** Where an operation is found: `{job}` in the path stands for the input field `job`. */
export interface WireRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly role: Role;
  /** Who may beside that role. */
  readonly also?: Role;
}

/** Events of `GET /runs/{run}/events`. */
export interface WireProgress {
  readonly run: number;
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
}

export type { Role, RunView };

/** The answer of `GET /me`. */
export type Me = z.output<typeof meView>;

/** The answer of `GET /me/account`, for people who are signed in. */
export type OwnAccount = z.output<typeof ownAccountView>;

/** The answer of `POST /me/account/codes/proposal`. */
export type CodesProposal = z.output<typeof codesProposal>;
