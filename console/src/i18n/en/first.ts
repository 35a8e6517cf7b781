// The first start: two ways to begin, and the sandbox company.
export const first = {
  title: 'How do you want to begin?',
  about: 'Nothing is connected yet. Whatever you choose, you see a plan before anything is written.',
  others: 'Nothing is connected yet. As soon as an administrator connects the first system, people and runs appear here.',
  real: {
    title: 'Connect the first real system',
    about: 'An Excel or CSV file of HR, an LDAP server, Feishu, a SCIM app … Four steps, and the first run is only a dry run.',
    go: 'Connect a system',
  },
  sandbox: {
    title: 'Try with the sandbox company',
    about:
      '300 made-up people from an HR file flow into the directory and on into a phone book. Hurt it as you like; it goes again with one click.',
    go: 'Try it',
    hr: 'Sandbox HR',
    book: 'Sandbox phone book',
  },
  try: 'Try to hurt it',
  tryAbout: 'made-up people, nothing leaves this machine',
  kill: {
    button: 'Kill the process in the middle',
    underWay:
      'A process of its own fills the phone book of a copy of the company, is killed in the middle, and another one goes on. That takes some seconds.',
    unharmed:
      'Nobody was harmed: the process was killed (kill -9) with {{before}} in the phone book, {{unnoted}} of them not noted yet. The next one looked which of those were there and wrote the other {{afterwards}}: {{people}}, each exactly once. One more run had nothing to write.',
    harmed:
      'It did not end as it should: killed with {{before}} in the phone book, the next process wrote {{afterwards}}, there are {{people}}, and one more run made {{again}} changes. Please report it.',
    copy: 'It was a process of its own with a copy of this company, so that your server and its other jobs went on. The copy is gone again.',
  },
  refused: {
    unharmed:
      'Nobody was harmed: the phone book refused {{refused}}. They are listed with the cause, everybody else was synced ({{synced}}), and {{after}} of {{before}} people in service are still active.',
    again_one: 'Try just this one again',
    again_other: 'Try just these {{count}} again',
    done: 'Tried again, and nobody else touched: {{people}} written.',
    byItself: 'They were tried again by themselves meanwhile, and are in the phone book.',
  },
  unharmed: 'Nobody was harmed: {{after}} of {{before}} people in service are still active.',
  fewer: '{{after}} of {{before}} people in service are still active.',
  away_one: '{{count}} of the {{all}} people of the company is suspended or has left, and gets no account.',
  away_other: '{{count}} of the {{all}} people of the company are suspended or have left, and get no account.',
  written_one: 'The directory took over {{count}} change:',
  written_other: 'The directory took over {{count}} changes, among them:',
  held_one: '{{count}} change became a question for you instead of a deed.',
  held_other: '{{count}} changes became questions for you instead of deeds.',
  next: {
    reading: 'Stage 1 of 3: the HR file is being read into the directory.',
    doubted: '“{{hr}}” asks about its file: see “Waiting for you”, or put the file right again.',
    planning: 'Stage 2 of 3: what “{{book}}” gets is worked out and written.',
    asked:
      'Stage 2 of 3: everybody is in the directory. “{{book}}” waits for your consent to {{n}} people and departments, and gets nothing of them until you have confirmed it.',
    behind: 'The directory has changed. “{{book}}” gets it with its next run.',
    done: 'Stage 3 of 3: “{{book}}” holds {{people}}. Try to hurt it, or look somebody up.',
  },
  toRun: 'See the run',
  toWaiting: 'Look and confirm',
  runBook: 'Run “{{book}}” now',
  toDirectory: 'To the directory',
  see: 'See what the run did',
  remove: 'Remove the sandbox',
  removeIt: 'Remove the sandbox company?',
  removeWhat:
    'Its jobs and its file go, and with them everybody who came from it alone: its people and departments leave the directory and cannot be brought back. Whoever another source has as well stays as they are; whoever has an account in another system stays in the recycle bin. What its runs did stays on record.',
  removed: 'The sandbox company is gone.',
} as const;
