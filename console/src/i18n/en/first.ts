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
  unharmed: 'Nobody was harmed: {{after}} of {{before}} people are still active.',
  fewer: '{{after}} of {{before}} people are still active.',
  held_one: '{{count}} change became a question for you instead of a deed.',
  held_other: '{{count}} changes became questions for you instead of deeds.',
  see: 'See what the run did',
  remove: 'Remove the sandbox',
  removeIt: 'Remove the sandbox company?',
  removeWhat: 'Its people, departments, jobs and files go. Everything else stays.',
  removed: 'The sandbox company is gone.',
} as const;
