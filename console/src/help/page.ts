// Pages of the help: the guides of the repository by name, what each is called, and which one a link in another leads to.

/** `admin/undo`, `expressions`, `connectors/feishu`; `help/faq` only as where a link stands. */
export type PageName = string;

export interface HelpPage {
  readonly name: PageName;
  readonly title: string;
  /** Markdown, without its title. */
  readonly text: string;
}

/** `docs/admin/undo.zh-CN.md` is `admin/undo`; what is no page of the help has no name. */
export function nameOf(file: string): PageName | null {
  const path = file.replace(/(\.zh-CN)?\.md$/, '');
  const connector = /^src\/connectors\/([\w-]+)\/README$/.exec(path)?.[1];
  if (connector !== undefined) return `connectors/${connector}`;
  return /^docs\/(admin\/[\w-]+|expressions)$/.exec(path)?.[1] ?? null;
}

const folderOf = (name: PageName): string => {
  const [room, what] = name.split('/');
  if (room === 'connectors') return `src/connectors/${what}/`;
  return room === 'admin' || room === 'help' ? `docs/${room}/` : 'docs/';
};

/** Which page a link leads to; null: none of the help. */
export function linked(from: PageName, to: string): PageName | null {
  const [path = ''] = to.split('#');
  if (path === '') return null;
  const { pathname } = new URL(path, `file:///${folderOf(from)}`);
  return nameOf(pathname.slice(1));
}

/** From the files of one language, by their path from the repository. */
export const pagesOf = (files: Readonly<Record<string, string>>): HelpPage[] =>
  Object.entries(files)
    .flatMap(([file, text]) => {
      const name = nameOf(file.replace(/^(\.\.\/)+/, ''));
      const title = /^# (.*)$/m.exec(text)?.[1]?.trim();
      // Under the title stands the way to the same page in the other language, which the console has by itself.
      const body = text.replace(/^# .*\n/m, '').replace(/^\s*\[[^\]]+\]\([\w.-]+\.md\)\s*$/m, '');
      return name === null || title === undefined ? [] : [{ name, title, text: body.trim() }];
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
