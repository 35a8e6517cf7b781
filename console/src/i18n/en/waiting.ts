// Waiting for you: everything that needs a person, worst first.
export const waiting = {
  title: 'Waiting for you',
  about: 'Everything that needs a person, the worst first. What is settled leaves by itself.',
  urgency: {
    stopped: 'Stands still until somebody acts',
    asked: 'Waits for an answer',
    look: 'Nothing is blocked yet, but it will get worse',
  },
  empty: {
    title: 'Nothing waits for you',
    body: 'Every job does what it should, every question is answered, every credential is good. What comes up stands here; a channel of notices tells it, too.',
    runs: 'See what ran lately',
  },
  since: 'since',
  until: 'until',
  objects_one: '{{n}} record',
  objects_other: '{{n}} records',
  fresh: '{{n}} not looked at yet',
  by: { label: 'Held work', question: 'by question', person: 'by person' },
  see: 'View',
  fold: 'Collapse',
  ask: {
    title: '{{deed}}?',
    body: 'It happens at once, and stands in the audit log with your name.',
    readAgain:
      'The source is read again and compared with what it showed before. If it still shows less, the guard asks again; until then nobody is disabled or deleted because of it.',
    accept:
      'What the source shows now counts from this moment: whoever is not there is missing to the next run, and a field that is empty there is empty. What would be disabled, deleted or cleared by that still has to pass the limits, and is asked about as the job says.',
  },
  done: 'Done.',
  leftOut: 'Another {{n}} entries are not shown: settle some of these first.',
  people: {
    label: 'Held work by person',
    explain: 'What waits about one person, in every system, is confirmed once.',
    where: '{{deed}} in {{job}}',
  },
  problem: {
    example: 'For example {{title}}: {{message}}',
    counts: '{{new}} new · {{known}} known · {{waived}} waived · {{dead}} given up',
    retry: 'Retry',
    known: 'Known',
    waive: 'Waive',
    records: 'Show the records',
    whole: 'the whole record',
    run: 'Last seen in run {{run}}',
    more: 'Only the first {{n}} are shown; the export has all.',
    retried: 'They are tried again now.',
    marked: 'Noted.',
  },
} as const;
