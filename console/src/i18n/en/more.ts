// Settings of a job that are rarely needed: folded in the part they belong to, each with what it does.
export const more = {
  /** What an answer to the guard leads to. */
  answers: {
    readAgain:
      'The source is read again and compared with what it showed before. If it still shows less, the guard asks again; until then nobody is disabled or deleted because of it.',
    accept:
      'What the source shows now counts from this moment: whoever is not there is missing to the next run, and a field that is empty there is empty. What would be disabled, deleted or cleared by that still has to pass the limits, and is asked about as the job says.',
  },
  /** On the page of somebody who has left. */
  stillOpen: 'No longer active, and still open: {{names}}',
  /** Before held work is left alone, and about whom an answer is. */
  held: {
    lookFirst:
      '“{{job}}” does not show them at its source any more, or says that they left. Look at the source first: when it is right again, the next run of the job takes this question back by itself.',
    undone: 'It can be taken back from the page of the run that carries it out; who was deleted comes back under a new number.',
    undoneSoft: 'It can be taken back from the page of the run that carries it out.',
    ask: 'Confirm this?',
    two: '{{needs}} people must agree.',
    leave: 'Leave these as they are?',
    back: 'Go back',
    left: 'They stay as they are now: whoever is disabled already stays disabled. They are asked about again only after the source has shown them once more, or after “Ask again” on the page of run {{run}}.',
    disabledBefore: 'Before a deletion comes a disabling: within the limits it is done already, see run {{run}}.',
    whomMore: 'It is about {{names}} and {{n}} more.',
  },
  /** Before the brake is released. */
  brake: {
    holdTitle: 'Put the brake on?',
    explain:
      'From this moment no job writes anything to any system. Reading and planning go on, so nothing is lost; before it is released, you see what piled up.',
    reason: 'Why (everybody sees this)',
    reasonExample: 'for example: New HR system goes live today',
    hold: 'Put the brake on',
    release: 'Release the brake',
    banner: 'The brake is on: {{scope}}. Reading and planning go on; nothing is written.',
    title: 'Release the brake?',
    piled: 'These runs wait because of it. Once it is released they go on and write at once:',
    none: 'No run has planned anything that waits because of it.',
    asks: 'What asks for consent goes on asking.',
    run: '{{job}}, run {{run}}',
    does: '{{deed}}: {{what}}',
  },
  /** What an edit of a job leads to, and what was written after a run. */
  edits: {
    withNextRun: 'Saving alone changes nothing in the system: the next run does.',
    restStays: 'What is not named here stays there as it is: a department that is left out now, and values whose row was taken out.',
    nobodyToday: 'Today this takes nothing away from anybody.',
    fromNowOn: 'From the next run on it holds for everybody who leaves or disappears; what would be deleted is asked about first.',
    sinceThen: 'Written since then, for single people and after answers: {{n}}',
  },
  /** People who have left, and what of theirs is still open. */
  openAccounts: {
    title: 'Left, not closed',
    about:
      'Accounts that are still enabled, of people who have left, are suspended or were taken out of the directory. Of every system that a job writes to, as it was last seen. The leaver sheet says why, and what closes it.',
    none: 'Nobody who has left has an account that is still enabled.',
    seen: 'seen enabled',
  },
  /** Of the proof of the audit log. */
  audit: {
    noted: 'Value noted earlier (optional)',
    holds: 'The value noted earlier is in it: nothing before it was changed since.',
    notWhole: 'This is no such value: it has 64 characters, figures and letters from a to f. Copy it whole, as the verification gave it.',
  },
  /** Of notices that were sent. */
  sentTo: {
    person: 'to them',
    manager: 'to their manager',
    onlyOne: 'Only what is about one person.',
    all: 'Show all',
    about: 'Notices about them',
  },
  /** Of the review of a new job. */
  review: {
    troubles_one: '{{n}} record has a problem and gets nothing by this run. Its cause stands in the plan.',
    troubles_other: '{{n}} records have a problem and get nothing by this run. The cause of each stands in the plan.',
  },
  /** Of the lists of a comparison. */
  matching: {
    matched: 'A rule found exactly one account: the next run links it, unless you say that the two are not the same.',
    renamed:
      'A rule found exactly one account, but it bears another name: a value that was given anew, or an account of several. The next run links it, unless you say that the two are not the same.',
    ambiguous:
      'A rule found several accounts, one account for several people, or one that is somebody else’s. Say which one it is, or that it is not; until then none of them gets one here.',
    create: 'No account was found: the next run makes one. Where one below is likely the same person, accept it instead.',
    candidate:
      'Accounts without an owner that look like somebody of the directory: whose each may be stands below it. Of which a rule found several, they stand under “Not clear”.',
    nobody:
      'Accounts without an owner that look like nobody who still needs one. Whom the scope leaves out is not compared: accounts of theirs stand here, too, and say so where number, mail, phone or user name agree. They are left alone; mark them, so that no rule ever takes them.',
    untouched: 'Marked: no rule takes these, and nothing is written to them.',
    protected: 'A rule found an account that must not be touched. Nobody gets it until its protection is ended.',
    other:
      'Get no account by themselves (have left, are suspended, or a value is missing or taken: each row says why), and seem to have one. Once linked, the account of whoever has left or is suspended is disabled by the next run.',
    accepted: 'Linked by somebody here. Their values follow with the next run, through the guard.',
  },
  /** Of a value of a person. */
  made: 'Made by a rule in the mapping of “{{job}}”; its source does not say it. Give the source a field for it, or change the rule in the job.',
  open: 'More settings',
  close: 'Fewer settings',
  remove: 'Remove',
  about: {
    tree: 'Tree of departments',
    treeHelp:
      'The departments of this source are in the tree of this name, which the directory page shows alone: a tree of cost centres, for example. Somebody may be in several trees at once; within a tree the source that counts most says where.',
    treeFixed:
      'It cannot be changed once the job has run: what it holds lives in this tree. Duplicate the job, change the copy, and remove this one with its links kept.',
  },
  timing: {
    starts: 'Counts from',
    at: 'Time of day',
    weekday: 'Day of the week',
    day: 'Day of the month',
    dayHelp: 'In a month that has no such day: its last one.',
    notBefore: 'Not before',
    notBeforeHelp: 'Date and time in this time zone; nothing runs earlier. Minutes and hours count from it.',
    missed: 'A time that was missed',
    missedHelp: 'Because the server was off, or a blackout time was on.',
    missedWays: { once: 'One run makes up for it', skip: 'Skip it: the next time counts' },
    reads: 'What a run reads',
    readsHelp: 'Only a full run shows who is gone. What changed: faster, where the system can tell; else everything is read.',
    readsWays: { full: 'Everything', incremental: 'What changed' },
    blackout: 'Blackout times',
    blackoutHelp: 'No run begins inside. One that is under way is not stopped.',
    everyDay: 'Every day',
    days: 'Days on which it begins',
    from: 'From',
    to: 'Until',
    addHours: 'Add hours',
    addDates: 'Add dates',
    reconcile: 'Beside the events, compare everything on a schedule',
    reconcileHelp: 'Events can be lost. Without this comparison, a change that was missed stays missed until somebody runs the job.',
  },
  guard: {
    decides: 'This source decides who is there',
    decidesHelp: 'Off: it only adds values to people whom another source knows. It makes nobody, and nobody leaves because of it.',
    windowHours: 'Hours that count together',
    windowHoursHelp: 'What changed within so many hours counts together, so that many small runs do not pass a limit unseen.',
    creates: 'First run: new accounts',
    createsHelp: 'When the first run would create more than this in the system, a person is asked.',
    touched: 'First run: changes to what was there',
    touchedHelp: 'When the first run would change more than this of what was there before, a person is asked.',
    share: 'First run: at most this part of them',
    shareHelp: 'In percent of what was there; it counts in a small company, where the number would be most of it.',
    upgradeValues: 'Values a new version may change',
    upgradeValuesHelp: 'When a new version of Tributary alone would change more than this, a person is asked.',
    heldDays: 'Days until held work expires',
    heldDaysHelp: 'A question that nobody answers is dropped after so many days; the next run plans and asks anew.',
    coolingDays: 'Days until a user name is given again',
    coolingDaysHelp: 'A value made by “Unique of” is kept from others for so long after somebody has left.',
    itemTries: 'Tries of one record',
    itemTriesHelp: 'A record that fails is tried so often, with growing pauses, before it is listed for a person.',
    messages: 'Messages',
    messagesHelp: 'How many mails or invitations the changes of one run may set off before a person is asked.',
    shares: 'In a small company: at most this part of all',
    sharesHelp: 'Where a number above would be most of a small company, this percentage is the most. 100 switches it off.',
    shareOf: '{{what}}: at most this percent',
  },
  attribute: {
    drift: 'When somebody changes it in the system',
    driftHelp: 'What we have written, still want, and find otherwise. What is left as it is stands under Drift on the page of the job.',
    modes: {
      enforce: 'Changed there: write it over again',
      report: 'Changed there: leave it, and list it',
      adopt: 'Changed there: leave it, and offer it as an edit of the directory',
      follow: 'Changed there: take it over into the directory',
    },
    rank: 'Rank of this attribute',
    rankUsual: 'Rank: as the job, {{rank}}',
    rankHelp: 'Where several sources know it, the highest rank speaks. Without the tick, an empty value here is a word, too.',
    falls: 'Where it is empty, the next source speaks',
  },
  nothing: {
    source: 'empty',
    unread: 'the source says nothing of it: what the directory has stays',
    kept: 'empty: what is there stays',
    left: 'left empty',
    cleared: 'empty: a source says that there is none, so a value that is there is cleared',
    unsaid: 'left empty where it is new; a value that is there stays, since no source says anything of it',
  },
  cleared: 'Cleared is what a source says is empty, or what Tributary has written itself. What no source speaks of stays.',
  begun: {
    target: 'Choose an attribute',
    choose: 'Choose the attribute, and where its value comes from.',
    open: 'The new row counts once its attribute and its value are chosen.',
    remove: 'Remove the new row',
  },
  along: {
    title: 'Goes along without a row:',
    up: 'as the source shows it',
    upAt: 'as the source shows it: {{place}}',
    down: 'as in the directory; where it stands in the system follows from the settings of the connection',
    downAt: 'as in the directory; in the system: {{place}}',
    not: 'not synced, as the configuration says (withoutRelations)',
    moreOf: 'More about {{what}}',
    rankHelp: 'Where several sources know it, all of it comes from the one with the highest rank.',
  },
  notices: {
    rule: 'Rule {{number}}',
    add: 'Add a rule',
    removeOf: 'Remove rule {{number}}',
  },
  overdue: {
    read: 'Hours without a complete read',
    readHelp: 'After so many hours somebody is told. Empty: as in the general settings.',
    event: 'Hours without an event',
    eventHelp: 'For a job in real time: after so many hours of silence somebody is told. Empty: as in the general settings.',
    roles: 'Also everybody with the role',
    rolesHelp: 'Whose sign-in name here is a mail address.',
  },
} as const;
