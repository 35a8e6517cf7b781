// The help beside the work.
export const help = {
  title: 'Help',
  search: 'Search: a symptom, a system, a word',
  guide: 'Guide',
  faq: 'Questions by symptom',
  systems: 'Systems',
  secret: '(secret)',
  nothing: 'Nothing about “{{text}}”. Try another word.',
} as const;
