// What one tenant has of its own: custom fields, employee types, and who it is. Asked for once in a while.
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { z } from 'zod';
import type { Client } from './client.ts';
import type { Manners } from './objects.ts';
import { IDS } from './sight.ts';
import { customAttrShape, employeeTypeShape, pageOf, tenantShape, type CustomAttr } from './wire.ts';
import { nextOf } from './walk.ts';

export interface TenantFacts {
  readonly custom: readonly CustomAttr[];
  readonly employeeTypes: readonly string[];
}

const FRESH_MS = 600_000;
const NOTHING: TenantFacts = { custom: [], employeeTypes: [] };

export interface TenantMemory {
  facts(signal: AbortSignal): Promise<TenantFacts>;
  manners(signal: AbortSignal): Promise<Manners>;
}

export function rememberTenant(client: Client): TenantMemory {
  let last: { readonly facts: TenantFacts; readonly at: number } | undefined;
  const facts = async (signal: AbortSignal): Promise<TenantFacts> => {
    if (last && client.clock.now() - last.at < FRESH_MS) return last.facts;
    const read = await readFacts(client, signal);
    last = { facts: read, at: client.clock.now() };
    return read;
  };
  return {
    facts,
    manners: async (signal) => ({ timeZone: client.config.timeZone, custom: (await facts(signal)).custom }),
  };
}

/** A tenant whose fields may not be listed is read without them. */
async function readFacts(client: Client, signal: AbortSignal): Promise<TenantFacts> {
  try {
    const [custom, types] = await Promise.all([
      everyPage(client, 'customAttrs', customAttrShape, signal),
      everyPage(client, 'employeeTypes', employeeTypeShape, signal),
    ]);
    // 2 = switched off by the tenant.
    return { custom, employeeTypes: types.filter((type) => type.enum_status !== 2).map((type) => type.enum_value) };
  } catch (error) {
    if (isConnectorError(error) && (error.kind === 'permission' || error.kind === 'forbidden')) return NOTHING;
    throw error;
  }
}

async function everyPage<T>(
  client: Client,
  name: 'customAttrs' | 'employeeTypes',
  shape: z.ZodType<T>,
  signal: AbortSignal,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let token: string | undefined, more = true; more; more = token !== undefined) {
    const page = await client.call(name, pageOf(shape), { query: { ...IDS, page_size: 50, page_token: token }, signal });
    all.push(...(page.items ?? []));
    token = nextOf(page);
  }
  return all;
}

/** The tenant's key; of an app that may not ask for it, the app: then another app of the same tenant is not recognised. */
export async function systemIdOf(client: Client, signal: AbortSignal): Promise<string> {
  try {
    const { tenant } = await client.call('tenant', tenantShape, { signal });
    return `feishu:${tenant.tenant_key}`;
  } catch (error) {
    if (isConnectorError(error) && (error.kind === 'permission' || error.kind === 'forbidden')) return `feishu:app:${client.config.appId}`;
    throw error;
  }
}
