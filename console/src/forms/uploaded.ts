// A file that somebody brought by the browser lies in the data folder under a name that says nothing to people.

/** Its own name, from the path that the server answered; null: the path of a file that lies elsewhere. @see src/server/api/uploads.ts */
export const uploadedName = (path: unknown): string | null =>
  (typeof path === 'string' ? /[\\/]uploads[\\/][\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}[\\/]([^\\/]+)$/.exec(path)?.[1] : undefined) ??
  null;
