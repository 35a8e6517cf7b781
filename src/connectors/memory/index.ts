// The memory connector: a system inside this process, for tests, the demo, and as the one to copy.
//
// Reading order: this manifest → catalogue.ts (attributes) → client.ts (requests) → wire.ts (codes → kinds) →
// source.ts → target.ts → check.ts → events.ts. state.ts and simulator.ts are the system itself, which a real connector
// writes only as the simulator its tests run against. What changes with a network in between is said in client.ts.
import { z } from 'zod';
import type { Limits } from '../../connector-kit/contract.ts';
import { defineConnector, field } from '../../connector-kit/define.ts';
import { DIRECTORY_ID, types } from './catalogue.ts';
import { check } from './check.ts';
import { openClient } from './client.ts';
import { eventReceiver } from './events.ts';
import { simulate } from './simulator.ts';
import { openSource } from './source.ts';
import { openTarget } from './target.ts';

/** What a connection needs. Form, validation, docs and the handling of secrets all derive from this schema. */
const config = z.object({
  world: field(z.string().min(1).default('sandbox'), {
    label: { en: 'World', zh: '世界名称' },
    help: { en: 'Connections with the same world see the same objects.', zh: '同名的连接看到相同的数据。' },
  }),
  token: field(z.string().min(1), {
    label: { en: 'Access token', zh: '访问令牌' },
    help: {
      en: 'memory-full-access-7Q2 may do everything; memory-limited-view-9X4 only reads and does not see everything.',
      zh: 'memory-full-access-7Q2 拥有全部权限；memory-limited-view-9X4 只能读取，且看不到部分字段。',
    },
    secret: true,
  }),
  signingSecret: field(z.string().optional(), {
    label: { en: 'Signing secret of events', zh: '事件签名密钥' },
    help: { en: 'Leave empty when the system sends no events.', zh: '系统不推送事件时留空。' },
    secret: true,
  }),
  pageSize: field(z.int().min(1).max(10_000).default(100), {
    label: { en: 'Objects in one page', zh: '每页数量' },
    help: { en: 'A small number shows how reading in pages goes.', zh: '取较小的值可观察分页读取。' },
  }),
});
export type MemoryConfig = z.infer<typeof config>;

/** What of the connection one job covers. */
const part = z.object({
  department: field(z.string().optional(), {
    label: { en: 'Top department', zh: '顶层部门' },
    help: { en: 'Id of a department; empty covers everything.', zh: '部门 ID，留空表示全部。' },
  }),
});
export type MemoryPart = z.infer<typeof part>;

/** There is no vendor's page: this system has no limits of its own. */
const limits: Limits = { inFlight: 8, batchSize: 100 };

export const memory = defineConnector<MemoryConfig, MemoryPart>({
  manifest: {
    id: 'memory',
    name: { en: 'Memory', zh: '内存系统' },
    summary: { en: 'A directory inside this process, to try things out.', zh: '进程内的目录，用于试用和测试。' },
    logo: 'logo.svg',
    roles: ['source', 'target'],
    config,
    part,
    types,
    facts: {
      stableIds: true,
      assignsIds: true,
      ignoresCase: true,
      nestedGroups: true,
      serialWrites: false,
      carriesDirectoryId: DIRECTORY_ID,
      removeMeans: 'recoverable',
    },
    limits,
    provenAgainst: ['itself'],
    // Attributes of the directory are in core/directory-types.ts: up they are the targets, down the fields. A type that
    // is left out of `mapping` is not synced in that direction.
    defaults: {
      up: {
        mapping: {
          department: [
            { target: 'name', field: 'name' },
            { target: 'code', field: 'code' },
            { target: 'parent', field: 'parent' },
            { target: 'order', field: 'order' },
          ],
          person: [
            { target: 'displayName', field: 'displayName' },
            { target: 'userName', field: 'userName' },
            { target: 'employeeNumber', field: 'employeeNumber' },
            { target: 'email', field: 'mail' },
            { target: 'phone', field: 'mobile' },
            { target: 'title', field: 'title' },
            { target: 'manager', field: 'manager' },
            { target: 'startsAt', field: 'hiredOn' },
          ],
          group: [
            { target: 'name', field: 'name' },
            { target: 'description', field: 'description' },
          ],
        },
        correlation: {
          department: [{ attribute: 'code' }],
          person: [{ attribute: 'employeeNumber' }, { attribute: 'email' }],
          group: [],
        },
      },
      down: {
        mapping: {
          department: [
            { target: 'name', field: 'name' },
            { target: 'code', field: 'code' },
            { target: 'parent', field: 'parent' },
            { target: 'order', field: 'order' },
          ],
          person: [
            { target: 'userName', field: 'userName' },
            { target: 'displayName', field: 'displayName' },
            { target: 'mail', field: 'email' },
            { target: 'mobile', field: 'phone' },
            { target: 'employeeNumber', field: 'employeeNumber' },
            { target: 'title', field: 'title' },
            { target: 'manager', field: 'manager' },
            { target: 'hiredOn', field: 'startsAt' },
          ],
          group: [
            { target: 'name', field: 'name' },
            { target: 'description', field: 'description' },
          ],
        },
        correlation: {
          department: [{ attribute: 'code' }],
          person: [{ attribute: 'employeeNumber' }, { attribute: 'userName' }],
          group: [{ attribute: 'name' }],
        },
      },
    },
  },

  /** Nothing is sent yet: a connection that cannot be used is for `check` to explain. */
  async open(context) {
    const client = openClient(context);
    return {
      /** What only the far side knows: here, how many members it takes in one request. */
      describe: async () => ({ limits: { ...limits, membersPerCall: context.config.pageSize } }),
      check: (request) => check(client, request),
      close: async () => undefined,
      ...openSource(client),
      ...openTarget(client),
      events: context.config.signingSecret ? eventReceiver(context.config.signingSecret) : undefined,
    };
  },

  simulate,
});
