// Names that nothing else has yet.

/** `LDAP directory`, `LDAP directory 2` … */
export function freeName(wanted: string, taken: readonly string[]): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted} ${count}`;
    if (!taken.includes(name)) return name;
  }
}

/** `ldap`, `ldap-2` … */
export const freeId = (wanted: string, taken: readonly string[]): string =>
  freeName(
    wanted,
    taken.map((one) => one.replace(/-(\d+)$/, ' $1')),
  ).replace(' ', '-');
