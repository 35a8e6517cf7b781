// The aggregates as the suite calls them: whatever is called is noted, so that a forgotten function is found.
import * as absentModule from '../absent.ts';
import * as accountsModule from '../accounts.ts';
import * as answeredModule from '../answered.ts';
import * as approvalsModule from '../approvals.ts';
import * as asOfModule from '../as-of.ts';
import * as attributesModule from '../attributes.ts';
import * as auditModule from '../audit.ts';
import * as changeListModule from '../change-list.ts';
import * as consoleModule from '../console.ts';
import * as courseModule from '../course.ts';
import * as createsModule from '../creates.ts';
import * as budgetsModule from '../budgets.ts';
import * as batchesModule from '../batches.ts';
import * as channelsModule from '../channels.ts';
import * as contributionsModule from '../contributions.ts';
import * as countersModule from '../counters.ts';
import * as deliveriesModule from '../deliveries.ts';
import * as directoryModule from '../directory.ts';
import * as doubtsModule from '../doubts.ts';
import * as draftsModule from '../drafts.ts';
import * as driftModule from '../drift.ts';
import * as edgeCountsModule from '../edge-counts.ts';
import * as endedRunsModule from '../ended-runs.ts';
import * as eraseModule from '../erase.ts';
import * as eraseTextsModule from '../erase-texts.ts';
import * as findModule from '../find.ts';
import * as forecastModule from '../forecast.ts';
import * as gaugesModule from '../gauges.ts';
import * as healthModule from '../health.ts';
import * as heldModule from '../held.ts';
import * as heldListModule from '../held-list.ts';
import * as jobRemovalModule from '../job-removal.ts';
import * as jobsModule from '../jobs.ts';
import * as keysModule from '../person-keys.ts';
import * as knownAgainModule from '../known-again.ts';
import * as leftoversModule from '../leftovers.ts';
import * as ledgerModule from '../ledger.ts';
import * as linksModule from '../links.ts';
import * as matchSignsModule from '../match-signs.ts';
import * as matchingModule from '../matching.ts';
import * as mirrorModule from '../mirror.ts';
import * as noticesModule from '../notices.ts';
import * as overviewModule from '../overview.ts';
import * as personsModule from '../persons.ts';
import * as pinsModule from '../pins.ts';
import * as protectedModule from '../protected.ts';
import * as problemsModule from '../problems.ts';
import * as realTimeModule from '../real-time.ts';
import * as regroupedModule from '../regrouped.ts';
import * as retentionModule from '../retention.ts';
import * as rewrapModule from '../rewrap.ts';
import * as runListModule from '../run-list.ts';
import * as runsModule from '../runs.ts';
import * as sessionsModule from '../sessions.ts';
import * as stagedModule from '../staged.ts';
import * as tokensModule from '../tokens.ts';
import * as treeModule from '../tree.ts';
import * as undoModule from '../undo.ts';
import * as upkeepModule from '../upkeep.ts';
import * as waitingModule from '../waiting.ts';

const modules: object[] = [];
const used = new Set<string>();

function watch<T extends object>(module: T): T {
  modules.push(module);
  return new Proxy(module, {
    get: (target, name) => {
      used.add(String(name));
      return Reflect.get(target, name) as unknown;
    },
  });
}

export const absent = watch(absentModule);
export const accounts = watch(accountsModule);
export const answered = watch(answeredModule);
export const approvals = watch(approvalsModule);
export const asOf = watch(asOfModule);
export const attributes = watch(attributesModule);
export const auditLog = watch(auditModule);
export const changeList = watch(changeListModule);
export const consoleStore = watch(consoleModule);
export const budgets = watch(budgetsModule);
export const batches = watch(batchesModule);
export const channels = watch(channelsModule);
export const contributions = watch(contributionsModule);
export const counters = watch(countersModule);
export const course = watch(courseModule);
export const creates = watch(createsModule);
export const deliveries = watch(deliveriesModule);
export const directory = watch(directoryModule);
export const doubts = watch(doubtsModule);
export const drafts = watch(draftsModule);
export const drift = watch(driftModule);
export const edgeCounts = watch(edgeCountsModule);
export const endedRunsStore = watch(endedRunsModule);
export const erase = watch(eraseModule);
export const eraseTexts = watch(eraseTextsModule);
export const find = watch(findModule);
export const forecast = watch(forecastModule);
export const gauges = watch(gaugesModule);
export const health = watch(healthModule);
export const held = watch(heldModule);
export const heldList = watch(heldListModule);
export const jobRemoval = watch(jobRemovalModule);
export const jobs = watch(jobsModule);
export const keys = watch(keysModule);
export const knownAgain = watch(knownAgainModule);
export const leftovers = watch(leftoversModule);
export const ledger = watch(ledgerModule);
export const links = watch(linksModule);
export const matchSigns = watch(matchSignsModule);
export const matching = watch(matchingModule);
export const mirror = watch(mirrorModule);
export const notices = watch(noticesModule);
export const overview = watch(overviewModule);
export const persons = watch(personsModule);
export const pins = watch(pinsModule);
export const protectedStore = watch(protectedModule);
export const problems = watch(problemsModule);
export const realTime = watch(realTimeModule);
export const regrouped = watch(regroupedModule);
export const retention = watch(retentionModule);
export const rewrap = watch(rewrapModule);
export const runList = watch(runListModule);
export const runs = watch(runsModule);
export const sessions = watch(sessionsModule);
export const staged = watch(stagedModule);
export const tokens = watch(tokensModule);
export const tree = watch(treeModule);
export const undo = watch(undoModule);
export const upkeep = watch(upkeepModule);
export const waiting = watch(waitingModule);

/** Functions of the aggregates that no test of the suite has called. */
export const notCalled = (): string[] =>
  modules
    .flatMap((module) =>
      Object.entries(module)
        .filter(([name, value]) => typeof value === 'function' && !used.has(name))
        .map(([name]) => name),
    )
    .sort();
