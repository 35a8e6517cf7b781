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
  demo: {
    title: 'Make a system refuse, kill the process in the middle …',
    about:
      'Both need a system that can be told to refuse and a process that may die: the demo has them. In a clone of Tributary it runs beside this server, with data of its own that is gone afterwards, and with a sandbox LDAP directory, SCIM app and Feishu. It takes about half a minute and says why nobody was harmed.',
    refuse: 'LDAP refuses some of what is written',
    kill: 'The process is killed in the middle of a run',
    all: 'All of it, to try by hand',
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
    doubted: '“{{hr}}” does not believe its file: see “Waiting for you”, or put the file right again.',
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
