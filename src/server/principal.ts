// Who asks: a signed-in person, a token or this machine, and what their roles let them do.
import type { Role } from '../engine/operations/operation.ts';
import { rolesAllow } from '../engine/sign-in/roles.ts';

export type { Role };

export interface Principal {
  readonly kind: 'person' | 'token' | 'local';
  readonly id: string;
  /** As the audit log and the history say it. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Of a token that was made for some connections and jobs only; missing = everywhere. */
  readonly scope?: TokenScope;
}

export interface TokenScope {
  readonly connections: readonly string[];
  readonly jobs: readonly number[];
}

/** Whether somebody may do what asks for `role`. */
export const mayAct = (principal: Principal, role: Role): boolean => rolesAllow(principal.roles, role);

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the sign-in plugin before any route; null = nobody is signed in. */
    principal: Principal | null;
    /** Asks anew, for answers that go on: who it is now, with the roles of now. Notes no use. */
    whoNow(): Promise<Principal | null>;
  }
}
