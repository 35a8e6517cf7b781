// A SCIM server that we did not write: scimmy's protocol and schemas on express, with a Map for its data. @see https://scimmyjs.github.io
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import express from 'express';
import SCIMMYRouters, { SCIMMY } from 'scimmy-routers';

export type Stored = Record<string, unknown> & { readonly id: string };

export interface ScimServer {
  readonly config: Readonly<Record<string, unknown>>;
  users(): Promise<readonly Stored[]>;
  groups(): Promise<readonly Stored[]>;
  /** Requests that changed something, since start. */
  writes(): number;
  stop(): Promise<void>;
}

const TOKEN = 'scimmy-token-of-the-tests';

/** The package keeps its resource types for the whole process, so what they hold is swapped with each server. */
const data = { users: new Map<string, Stored>(), groups: new Map<string, Stored>() };
let declared = false;

type Kind = keyof typeof data;
interface Asked {
  readonly id?: string;
  readonly filter?: { match(all: readonly Stored[]): Stored[] };
}

function declare(): void {
  if (declared) return;
  declared = true;
  const natural: Record<Kind, string> = { users: 'userName', groups: 'displayName' };
  const handlers = (kind: Kind) => ({
    ingress: async (asked: Asked, instance: Record<string, unknown>): Promise<Stored> => {
      const name = natural[kind];
      const same = [...data[kind].values()].find((one) => String(one[name]).toLowerCase() === String(instance[name]).toLowerCase());
      if (same && same.id !== asked.id) throw new SCIMMY.Types.Error(409, 'uniqueness', `${name} is taken`);
      if (asked.id !== undefined && !data[kind].has(asked.id)) throw new SCIMMY.Types.Error(404, null as never, 'not found');
      const id = asked.id ?? randomUUID();
      const stored = { ...(JSON.parse(JSON.stringify(instance)) as Record<string, unknown>), id };
      data[kind].set(id, stored);
      return stored;
    },
    egress: async (asked: Asked): Promise<Stored | Stored[]> => {
      if (asked.id === undefined) {
        const all = [...data[kind].values()];
        return asked.filter ? asked.filter.match(all) : all;
      }
      const found = data[kind].get(asked.id);
      if (!found) throw new SCIMMY.Types.Error(404, null as never, 'not found');
      return found;
    },
    degress: async (asked: Asked): Promise<void> => {
      if (!data[kind].delete(asked.id ?? '')) throw new SCIMMY.Types.Error(404, null as never, 'not found');
    },
  });
  SCIMMY.Resources.declare(SCIMMY.Resources.User, handlers('users') as never);
  SCIMMY.Resources.declare(SCIMMY.Resources.Group, handlers('groups') as never);
  SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser as never, false as never);
}

export async function startScimmy(): Promise<ScimServer> {
  declare();
  data.users.clear();
  data.groups.clear();
  let writes = 0;
  const app = express();
  app.use((request, _response, next) => {
    if (!['GET', 'HEAD'].includes(request.method) && !request.path.endsWith('/.search')) writes += 1;
    next();
  });
  app.use(
    '/scim/v2',
    new SCIMMYRouters({
      type: 'bearer',
      handler: (request: express.Request) => {
        if (request.header('authorization') !== `Bearer ${TOKEN}`) throw new Error('Who are you?');
        return 'sync';
      },
    } as never),
  );
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    config: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`, token: TOKEN },
    users: async () => [...data.users.values()],
    groups: async () => [...data.groups.values()],
    writes: () => writes,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
