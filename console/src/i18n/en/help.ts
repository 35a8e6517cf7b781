// The help beside the work.
export const help = {
  title: 'Help',
  search: 'Search: a symptom, a system, a word',
  guide: 'Guide',
  faq: 'Questions by symptom',
  systems: 'Systems',
  admin: 'Administrator’s guide',
  setUp: 'How to set this up',
  all: 'All help',
  noPage: 'There is no page about this yet.',
  secret: '(secret)',
  nothing: 'Nothing about “{{text}}”. Try another word.',
} as const;
