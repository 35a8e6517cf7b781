// The guides in English: fetched as a whole when somebody opens the help in this language.
import { pagesOf } from './page.ts';

export const pages = pagesOf(
  import.meta.glob<string>(
    ['../../../docs/{admin/*,expressions}.md', '../../../src/connectors/*/README.md', '!../../../docs/**/*.zh-CN.md'],
    {
      query: '?raw',
      import: 'default',
      eager: true,
    },
  ),
);
