// Which test files belong to which run, and why: `npm test` says everything once, `npm run test:again` what says it a second time, the sweep the rest.
import { filesReaching, type ImportMap } from './imports.ts';

export const everything = [
  'src/**/*.test.ts',
  'test/**/*.test.ts',
  'scenarios/**/*.test.ts',
  'bench/**/*.test.ts',
  'console/src/**/*.test.ts',
];
export const sweep = ['sweep/**/*.test.ts', 'test/sweep/**/*.test.ts'];

/**
 * On PostgreSQL these run with the sweep, not each time. Two take minutes there: a store for each of 188 requests; the leases of killed servers, a
 * minute each, which scenarios/many-workers waits for. The third has both stores of its own. What comes after them is about the far side, which does
 * not know the store: servers that others wrote, whose like the simulated apps beside them are on both stores; the pace of a vendor, which
 * scenarios/real-time/figures keeps on both; and what an OpenLDAP server does with many people, with two jobs, and when it refuses or dies: two
 * other scenarios with such servers are on both.
 */
export const once = [
  'test/api/document.slow.test.ts',
  'scenarios/real-time/killed.slow.test.ts',
  'test/rotate-key-served.slow.test.ts',
  'scenarios/people-go-into-scim-apps/jackson.slow.test.ts',
  'scenarios/people-go-into-scim-apps/scimmy.test.ts',
  'scenarios/feishu/backlog.slow.test.ts',
  'scenarios/ldap-to-ldap/five-thousand-people.test.ts',
  'scenarios/ldap-to-ldap/the-target-says-no.test.ts',
  'scenarios/ldap-to-ldap/two-jobs-share-one-server.test.ts',
];

/** These try something random, on PostgreSQL a few times each time, and as often as on SQLite with the sweep. */
export const oftener = [
  'scenarios/undo/any-run.test.ts',
  'scenarios/nobody-is-harmed/two-thousand-runs.slow.test.ts',
  'scenarios/authority/any-order.test.ts',
  'scenarios/one-human-twice/any-two.test.ts',
  'src/engine/stages/creates.test.ts',
];

/** Not in `npm run test:quick`, which is to take under a minute: the conformance of each connector but memory, and the sandbox company, in and out again. */
export const notQuick = [
  'src/connectors/feishu/feishu.test.ts',
  'src/connectors/file/conformance.test.ts',
  'src/connectors/scim/conformance.test.ts',
  'test/api/sandbox-leaves-nothing.test.ts',
  'test/api/sandbox.test.ts',
];

/** On SQLite shorter in `npm test` than in `npm run test:again`: the law is the same, four hundred runs are forty times its limit. */
const longer = ['scenarios/nobody-is-harmed/two-thousand-runs.slow.test.ts'];

/** Only in `npm run test:again`: minutes of it, of what `npm test` says in a smaller way. */
export const later: Readonly<Record<string, string>> = {
  'test/console/every-page.slow.test.ts':
    'axe on every empty page, on the full ones with TRIBUTARY_EVERY_PAGE=yes; in `npm test` the stories ask it on their way',
  'test/console/wizard-keyboard.slow.test.ts':
    'every part of each step by keyboard, from a file and on into an app; in `npm test` both ways of the wizard by keyboard: wizard, wizard-custom',
  'src/cli/bad-words.slow.test.ts':
    'what was mistyped, with a start of the program for each; in `npm test`: src/cli/transcript, in one process',
  'test/rotate-key-served.slow.test.ts':
    'a new master key while servers run; in `npm test`: test/rotate-key and scenarios/a-new-key-takes-over',
  'scenarios/real-time/killed.slow.test.ts':
    'leases of killed servers, a minute each; in `npm test`: scenarios/many-workers and the sample of the kill sweep',
  'scenarios/feishu/backlog.slow.test.ts': 'the pace of a vendor for minutes; in `npm test`: scenarios/real-time/figures',
  'scenarios/people-go-into-scim-apps/jackson.slow.test.ts': 'a server that others wrote; in `npm test`: another one, beside it in scimmy',
  'src/connectors/feishu/big-read.slow.test.ts':
    '100,000 people at the pace of a vendor while things fail; in `npm test`: fewer, beside it',
  'src/connectors/file/big-read.slow.test.ts': 'the same of files',
  'src/connectors/file/conformance.slow.test.ts': 'the conformance of a file once more, as a workbook; in `npm test`: as CSV',
};

/**
 * What stands on a store and runs on PostgreSQL in `npm test`, too: beside the conformance of the stores, which asks every function, the promises and
 * one of each kind of statement. A whole second store took a third of the run.
 */
export const core: Readonly<Record<string, string>> = {
  'scenarios/deletions-wait-for-a-person/deletions-wait-for-a-person.test.ts': 'held work: asked, confirmed, carried out',
  'scenarios/a-source-shows-less/a-source-shows-less.test.ts': 'a job that pauses, its question, and the run that resumes it',
  'scenarios/confirmed-by-two/confirmed-by-two.test.ts': 'by two people: who was the first is looked up under a lock',
  'scenarios/two-sources-feed-the-same-people/two-sources-feed-the-same-people.test.ts':
    'who decides of several sources: the join of all that was said',
  'scenarios/a-second-run-writes-nothing/a-second-run-writes-nothing.test.ts':
    'values come back as they went in: comparison of texts and JSON',
  'scenarios/a-run-stops-and-goes-on/a-run-stops-and-goes-on.test.ts': 'marks, and going on from them',
  'scenarios/nothing-is-doubled/nothing-is-doubled.test.ts': 'sent and not answered: the ledger',
  'scenarios/nothing-is-doubled/a-dead-process.test.ts': 'a lease that lapses',
  'scenarios/nothing-is-doubled/taken-over.test.ts': 'a lease that somebody else takes',
  'scenarios/nothing-is-doubled/the-later-read-wins.test.ts': 'two runs at once: which row is the newer',
  'scenarios/values-that-only-one-may-have/values-that-only-one-may-have.test.ts': 'unique values: two at once',
  'scenarios/undo/undo.test.ts': 'what was there before: the history backwards',
  'scenarios/undo/as-of.test.ts': 'a day in the past: the history up to a moment',
  'scenarios/what-is-forgotten/what-is-forgotten.test.ts': 'deleting in batches, and what has to stay',
  'scenarios/drift/circles.test.ts': 'trees and circles: recursive queries',
  'scenarios/edges-that-a-target-counts/edges-that-a-target-counts.test.ts': 'memberships: sets of rows compared',
  'scenarios/who-is-who/matching.test.ts': 'candidates by key and by likeness of names',
  'scenarios/who-is-who/decided-meanwhile.test.ts': 'decided while a plan waits: asked in the transaction that sends',
  'scenarios/who-is-who/links.test.ts': 'links: cut and moved',
  'scenarios/who-is-who/lists.test.ts': 'lists of pairs, page by page',
  'scenarios/questions-to-the-store/questions-to-the-store.test.ts': 'how many statements a run takes',
  'scenarios/many-workers/too-late.test.ts': 'what only several processes meet',
  'scenarios/many-workers/woken.test.ts': 'a process that is told by another',
  'test/api/directory.test.ts': 'searching, sorting and paging',
  'test/api/sizes.test.ts': 'counting',
  'test/api/waiting.test.ts': 'the inbox: unions',
  'test/api/exports.test.ts': 'reading row by row',
  'test/api/audited.test.ts': 'the chain of the audit log',
  'test/api/configuration.test.ts': 'settings in and out',
  'test/erase.test.ts': 'a person gone from every table',
};

interface Runs {
  /** `npm test`, on PostgreSQL. */
  readonly postgres: readonly string[];
  /** `npm run test:again`: on PostgreSQL what `npm test` has on SQLite alone; the stories that are told in a second language; what is longer; what is only there. */
  readonly again: Readonly<Record<'postgres' | 'stories' | 'longer' | 'later', readonly string[]>>;
}

export function runsOf(tree: ImportMap): Runs {
  // What stands on a store of test/support/store.ts can stand on either.
  const onBoth = [...filesReaching(tree, 'test/support/workbench.ts').filter((file) => !once.includes(file)), 'sweep/sample.test.ts'];
  return {
    postgres: onBoth.filter((file) => file in core),
    again: {
      postgres: onBoth.filter((file) => !(file in core)),
      stories: filesReaching(tree, 'test/console/told-in.ts'),
      longer,
      later: Object.keys(later),
    },
  };
}

/**
 * What `npm test` says at its end of what it has not done; null when it has done all that there is.
 * @param filters  as given to vitest: parts of paths
 */
export function leftToAgain({ again }: Runs, filters: readonly string[]): string | null {
  const parts = filters.filter((filter) => !filter.startsWith('-')).map((filter) => filter.replace(/^\.\//, ''));
  const chosen = (files: readonly string[]): string[] =>
    files.filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)));
  const [postgres, stories, short, late] = [again.postgres, again.stories, again.longer, again.later].map(chosen) as [
    string[],
    string[],
    string[],
    string[],
  ];
  const left = [
    ...(postgres.length > 0 ? [`on PostgreSQL what was said on SQLite alone (${filesOf(postgres.length)})`] : []),
    ...(stories.length > 0 ? [`in their other language the stories in a browser (${filesOf(stories.length)})`] : []),
    ...(short.length > 0 ? [`at full length ${short.join(', ')}`] : []),
    ...(late.length > 0 ? [`altogether ${late.join(', ')}`] : []),
  ];
  return left.length > 0 ? `Left to "npm run test:again", which .ci/run runs, too: ${left.join('; ')}.` : null;
}

const filesOf = (count: number): string => (count === 1 ? '1 file' : `${count} files`);
