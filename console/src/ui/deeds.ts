// Deeds that not every role has, by the operation behind them: what each is called where somebody is told which role has it.
import type { WireName } from '../../../src/server/api/wire.ts';

export const deeds = {
  'audit.forward': 'forward',
  'brake.release': 'release',
  'channel.create': 'addChannel',
  'channel.test': 'tryChannel',
  'connection.check': 'check',
  'connection.renew': 'renew',
  'directory.restore': 'restore',
  'drift.adopt': 'adopt',
  'drift.enforce': 'enforce',
  'edit.apply': 'applyEdit',
  'edit.discard': 'discardEdit',
  'edit.propose': 'edit',
  'held.decide': 'confirm',
  'item.retry': 'retry',
  'item.triage': 'triage',
  'job.resume': 'resume',
  'job.update': 'editJob',
  'leaver.close': 'close',
  'match.accept': 'accept',
  'match.start': 'compare',
  'notice.rules.put': 'tell',
  'oidc.change': 'signOn',
  'pin.remove': 'unpin',
  'run.start': 'run',
  'settings.change': 'settings',
  'token.give': 'giveToken',
  'token.revoke': 'revokeToken',
  'undo.start': 'undo',
} as const satisfies Partial<Record<WireName, string>>;

export type NamedDeed = keyof typeof deeds;
