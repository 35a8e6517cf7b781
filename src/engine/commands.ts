// The one table of what the engine can be asked and told. Socket, command line, status page and later REST serve from it.
import type { z } from 'zod';
import { accountChange, accountInvite, accountList, accountRemove, accountReset, adminReset } from './operations/accounts.ts';
import { directoryAt, directoryDifference, directoryRestore } from './operations/as-of.ts';
import { systemHealth } from './operations/health.ts';
import { sandboxAdd, sandboxKill, sandboxRemove, sandboxShow, sandboxTry } from './operations/sandbox.ts';
import { courseShow } from './operations/course.ts';
import { sizesShow } from './operations/sizes.ts';
import { settingsChange, settingsShow } from './operations/settings.ts';
import { attributeChange, attributeCreate, attributeList } from './operations/attributes.ts';
import { auditForward, auditForwarding, auditList, auditVerify } from './operations/audit.ts';
import {
  channelCreate,
  channelList,
  channelRemove,
  channelTest,
  channelUpdate,
  noticeRulesGet,
  noticeRulesPut,
} from './operations/channels.ts';
import { configApply, configExport, configPlan } from './operations/configuration.ts';
import { brakeHold, brakeRelease, connectionCheck, jobList, jobParting, jobResume, jobState, status } from './operations/control.ts';
import {
  connectionCreate,
  connectionGet,
  connectionList,
  connectionRemove,
  connectionUpdate,
  connectorList,
} from './operations/connections.ts';
import { departmentGet, departmentList, historyList, personGet, personList } from './operations/directory.ts';
import { editApply, editDiscard, editGet, editList, editPropose } from './operations/edits.ts';
import { explain } from './operations/explain.ts';
import { personErase } from './operations/people-erase.ts';
import { directoryGone } from './operations/gone.ts';
import { groupGet, groupList, groupMembers, groupRulePreview } from './operations/groups.ts';
import { heldDecide, heldList, heldPeople } from './operations/held.ts';
import { jobDuplicate, jobForecast, jobOrphans, jobRemove, jobRollback, jobUpdate, jobVersions } from './operations/job-edits.ts';
import { jobDepartments } from './operations/job-scope.ts';
import { jobCreate, jobGet } from './operations/jobs.ts';
import { lookupList, lookupPut, lookupRemove } from './operations/lookups.ts';
import { schemaGet } from './operations/schema.ts';
import { leaverClose, leaverPreview, leaverSheet } from './operations/leavers.ts';
import { leaverOpen } from './operations/open-accounts.ts';
import { linkConsequence, linkCut, linkList, linkMove } from './operations/links.ts';
import { linkCheck, linkExport, linkImport } from './operations/link-import.ts';
import { directoryPlace, directorySearch, directoryTree } from './operations/look-up.ts';
import { matchAccept, matchProtect, matchReject, matchRejected, matchTakeBack } from './operations/match-decisions.ts';
import { connectionTable } from './operations/connection-table.ts';
import { scopePreview } from './operations/scope-preview.ts';
import { correlationPreview } from './operations/correlation-preview.ts';
import { mappingPreview } from './operations/mapping-preview.ts';
import { uploadKeep } from './operations/uploads.ts';
import { matchGet, matchList, matchProposals, matchStart } from './operations/matching.ts';
import { noticeList, noticePreview, noticeResend } from './operations/notices.ts';
import { oidcChange, oidcShow, oidcTest } from './operations/oidc.ts';
import { apartList, apartSet, merge, mergePreview, personRecords, split, splitPreview } from './operations/persons.ts';
import { itemFixed, itemGroups, itemList, itemsRetry, itemTriage } from './operations/problems.ts';
import { recordsPrune } from './operations/prune.ts';
import { directoryTrees } from './operations/trees.ts';
import { storeCompact } from './operations/compact.ts';
import { keyRotate } from './operations/keys.ts';
import { runDepartments } from './operations/run-departments.ts';
import { runCancel, runChanges, runGet, runHoursList, runList, runPlan, runStart } from './operations/runs.ts';
import { jobTimes, riverRun, schedulePreview } from './operations/timing.ts';
import { draftCreate, draftFinish, draftGet, draftList, draftRemove, draftSave } from './operations/drafts.ts';
import { driftAdopt, driftCourse, driftEnforce, driftList } from './operations/drift.ts';
import { pinList, pinRemove, undoLosses, undoPreview, undoStart } from './operations/undo.ts';
import { connectionRenew } from './operations/renewal.ts';
import { protectedAdd, protectedList, protectedRemove } from './operations/protected.ts';
import { tokenCreate, tokenGive, tokenList, tokenRevoke } from './operations/tokens.ts';
import { waitingList } from './operations/waiting.ts';
import { onlyOnce, type Once } from './once.ts';
import type { Command, CommandContext, Query, QueryContext } from './operations/operation.ts';

export const operations = {
  'account.change': accountChange,
  'account.invite': accountInvite,
  'account.list': accountList,
  'account.remove': accountRemove,
  'account.reset': accountReset,
  'admin.reset': adminReset,
  'attribute.change': attributeChange,
  'attribute.create': attributeCreate,
  'attribute.list': attributeList,
  'audit.forward': auditForward,
  'audit.forwarding': auditForwarding,
  'audit.list': auditList,
  'audit.verify': auditVerify,
  'brake.hold': brakeHold,
  'brake.release': brakeRelease,
  'channel.create': channelCreate,
  'channel.list': channelList,
  'channel.remove': channelRemove,
  'channel.test': channelTest,
  'channel.update': channelUpdate,
  'config.apply': configApply,
  'config.export': configExport,
  'config.plan': configPlan,
  'connection.check': connectionCheck,
  'connection.create': connectionCreate,
  'connection.get': connectionGet,
  'connection.list': connectionList,
  'connection.remove': connectionRemove,
  'connection.renew': connectionRenew,
  'connection.table': connectionTable,
  'connection.update': connectionUpdate,
  'connector.list': connectorList,
  'correlation.preview': correlationPreview,
  'department.get': departmentGet,
  'department.list': departmentList,
  'directory.at': directoryAt,
  'directory.difference': directoryDifference,
  'directory.gone': directoryGone,
  'directory.place': directoryPlace,
  'directory.restore': directoryRestore,
  'directory.search': directorySearch,
  'directory.tree': directoryTree,
  'directory.trees': directoryTrees,
  'draft.create': draftCreate,
  'draft.finish': draftFinish,
  'draft.get': draftGet,
  'draft.list': draftList,
  'draft.remove': draftRemove,
  'draft.save': draftSave,
  'edit.apply': editApply,
  'edit.discard': editDiscard,
  'edit.get': editGet,
  'edit.list': editList,
  'edit.propose': editPropose,
  explain,
  'group.get': groupGet,
  'group.members': groupMembers,
  'group.list': groupList,
  'group.rule-preview': groupRulePreview,
  'held.decide': heldDecide,
  'held.list': heldList,
  'held.people': heldPeople,
  'item.fixed': itemFixed,
  'item.groups': itemGroups,
  'item.list': itemList,
  'item.retry': itemsRetry,
  'item.triage': itemTriage,
  'job.create': jobCreate,
  'job.departments': jobDepartments,
  'job.duplicate': jobDuplicate,
  'job.forecast': jobForecast,
  'job.get': jobGet,
  'job.list': jobList,
  'job.orphans': jobOrphans,
  'job.parting': jobParting,
  'job.remove': jobRemove,
  'job.resume': jobResume,
  'job.rollback': jobRollback,
  'job.state': jobState,
  'job.times': jobTimes,
  'job.update': jobUpdate,
  'job.versions': jobVersions,
  'history.list': historyList,
  'key.rotate': keyRotate,
  'leaver.close': leaverClose,
  'leaver.open': leaverOpen,
  'leaver.preview': leaverPreview,
  'leaver.sheet': leaverSheet,
  'link.check': linkCheck,
  'link.consequence': linkConsequence,
  'link.cut': linkCut,
  'link.export': linkExport,
  'link.import': linkImport,
  'link.list': linkList,
  'link.move': linkMove,
  'lookup.list': lookupList,
  'lookup.put': lookupPut,
  'lookup.remove': lookupRemove,
  'mapping.preview': mappingPreview,
  'match.accept': matchAccept,
  'match.get': matchGet,
  'match.list': matchList,
  'match.proposals': matchProposals,
  'match.protect': matchProtect,
  'match.reject': matchReject,
  'match.rejected': matchRejected,
  'match.start': matchStart,
  'match.take-back': matchTakeBack,
  'notice.list': noticeList,
  'notice.preview': noticePreview,
  'notice.resend': noticeResend,
  'notice.rules.get': noticeRulesGet,
  'notice.rules.put': noticeRulesPut,
  'oidc.change': oidcChange,
  'oidc.show': oidcShow,
  'oidc.test': oidcTest,
  'person.apart': apartSet,
  'person.erase': personErase,
  'person.get': personGet,
  'person.kept-apart': apartList,
  'person.list': personList,
  'person.merge': merge,
  'person.merge-preview': mergePreview,
  'person.records': personRecords,
  'person.split': split,
  'person.split-preview': splitPreview,
  'protected.add': protectedAdd,
  'protected.list': protectedList,
  'protected.remove': protectedRemove,
  'records.prune': recordsPrune,
  'river.run': riverRun,
  'drift.list': driftList,
  'drift.course': driftCourse,
  'drift.enforce': driftEnforce,
  'drift.adopt': driftAdopt,
  'pin.list': pinList,
  'pin.remove': pinRemove,
  'run.cancel': runCancel,
  'run.changes': runChanges,
  'run.departments': runDepartments,
  'run.get': runGet,
  'run.hours': runHoursList,
  'run.list': runList,
  'run.plan': runPlan,
  'run.start': runStart,
  'schedule.preview': schedulePreview,
  'sandbox.add': sandboxAdd,
  'sandbox.kill': sandboxKill,
  'sandbox.remove': sandboxRemove,
  'sandbox.show': sandboxShow,
  'sandbox.try': sandboxTry,
  'schema.get': schemaGet,
  course: courseShow,
  sizes: sizesShow,
  status,
  'system.health': systemHealth,
  'scope.preview': scopePreview,
  'settings.change': settingsChange,
  'settings.show': settingsShow,
  'store.compact': storeCompact,
  'token.create': tokenCreate,
  'token.give': tokenGive,
  'token.list': tokenList,
  'token.revoke': tokenRevoke,
  'upload.keep': uploadKeep,
  'undo.losses': undoLosses,
  'undo.preview': undoPreview,
  'undo.start': undoStart,
  'waiting.list': waitingList,
} as const;

export type Operations = typeof operations;
export type OperationName = keyof Operations;
export type InputOf<N extends OperationName> = z.input<Operations[N]['input']>;
export type OutputOf<N extends OperationName> = z.output<Operations[N]['output']>;

export const isOperation = (name: string): name is OperationName => Object.hasOwn(operations, name);

type Any = Query<z.ZodType, z.ZodType> | Command<z.ZodType, z.ZodType>;

/** Answers a query in any thread that can read. Input and output are checked. */
export async function answerQuery(name: OperationName, context: QueryContext, input: unknown): Promise<unknown> {
  const operation = operations[name] as Any;
  if (operation.where !== 'reader') throw new Error(`"${name}" is a command: it belongs to the engine's thread.`);
  return operation.output.parse(await operation.answer(context, operation.input.parse(input)));
}

/** Carries out a command, or answers a query, in the engine's thread. */
export async function carryOut(name: OperationName, context: CommandContext, input: unknown, once?: Once): Promise<unknown> {
  const operation = operations[name] as Any;
  const work = async (): Promise<unknown> => operation.output.parse(await operation.answer(context, operation.input.parse(input)));
  return once && operation.where === 'engine' ? onlyOnce(context.engine, once, name, input, work) : work();
}
