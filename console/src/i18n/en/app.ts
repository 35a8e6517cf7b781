// The frame of every page: navigation, brake, account, and what any page says while it loads, is empty or fails.
export const app = {
  name: 'Tributary',
  nav: {
    label: 'Main',
    home: 'Sync center',
    directory: 'Directory',
    runs: 'Runs',
    waiting: 'Waiting for you',
    settings: 'Settings',
    help: 'Help',
  },
  otherLanguage: '中文',
  theme: { label: 'Appearance', light: 'Light', dark: 'Dark', system: 'As the system' },
  account: { menu: 'Account', own: 'Password and codes', signOut: 'Sign out', demo: 'Demo: made-up people, nothing leaves this machine' },
  brake: {
    button: 'Brake',
    title: 'Put the brake on?',
    explain:
      'From this moment no job writes anything to any system. Reading and planning go on, so nothing is lost; when you release it, you see what piled up.',
    reason: 'Why (everybody sees this)',
    reasonExample: 'New HR system goes live today',
    hold: 'Put the brake on',
    release: 'Release the brake',
    banner: 'The brake is on: {{scope}}. Reading and planning go on; nothing is written.',
  },
  retry: 'Try again',
  cancel: 'Cancel',
  notFound: { title: 'There is no such page', body: 'The address may be old, or was cut when it was copied.', back: 'To the sync center' },
  skip: 'To the content',
} as const;
