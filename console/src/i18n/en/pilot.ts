// A job that is tried with a few: whom it writes for.
export const pilot = {
  deed: 'Pilot',
  start: 'Start a pilot …',
  change: 'Change the pilot …',
  title: 'Pilot of “{{name}}”',
  what: 'A pilot is the real thing for a few: the job runs and writes, but only for the departments and people chosen here, and the departments above them. Everybody else is passed over as if no run had come by: nobody of them is created, changed, disabled or deleted. Groups take no part.',
  later: 'You can change who is in it at any time. Enable the job when it shall count for everybody.',
  choose: 'Tick a department or add a person to continue.',
  peopleWithin: '{{people}} in these departments today.',
  peopleUnknown: 'How many people that is shows when the source is read: a dry run says so.',
  peopleBut: '{{people}} belong today.',
  peopleRest: '{{people}} stay out by department or expression.',
  peopleLeftOut: 'Left out by name: {{people}}.',
  peopleNamed: 'Added by name: {{people}}.',
  enableAsk: 'Enable “{{name}}” for everybody?',
  enableMany:
    'The pilot has {{now}} here today; its last whole run read {{all}}. From the next run on the job writes for all of them, except who is out of its scope or gets no account. What exceeds the limits still waits for you.',
  enableUnknown:
    'From the next run on the job writes for everybody in its scope. No whole run has read them yet: a dry run says how many they are. What exceeds the limits still waits for you.',
  begin: 'Start the pilot',
  save: 'Save',
  begun: '“{{name}}” is a pilot now',
  saved: 'Saved. It counts from the next run on.',
  path: 'Pilot: {{what}}',
} as const;
