// The part of the LDAP schema that the simulator enforces, in the order and words of slapd.
// @see https://www.rfc-editor.org/rfc/rfc4519, rfc2798 (inetOrgPerson), rfc2307 (posixGroup), rfc4530 (entryUUID)
import { dnKey, parseDn, valueKey, type Rdn } from './dn.ts';

export type Rule = 'text' | 'exact' | 'phone' | 'dn' | 'ascii' | 'integer' | 'time' | 'octets';

export interface AttributeType {
  readonly name: string;
  readonly rule: Rule;
  readonly single: boolean;
  /** Kept by the server: not for clients to write. */
  readonly operational: boolean;
  /** The form in which two values are compared. */
  readonly key: (value: string) => string;
}

interface ObjectClass {
  readonly name: string;
  readonly structural: boolean;
  readonly must: readonly string[];
  readonly may: readonly string[];
}

const keys: Readonly<Record<Rule, (value: string) => string>> = {
  text: valueKey,
  ascii: valueKey,
  exact: (value) => value,
  octets: (value) => value,
  integer: (value) => String(Number(value)),
  time: (value) => value,
  phone: (value) => value.replace(/[ -]/g, '').toLowerCase(),
  dn: dnKey,
};

const words = (text: string): string[] => text.trim().split(/\s+/);
const all = new Map<string, AttributeType>();
const define = (rule: Rule, names: string, more: { single?: boolean; operational?: boolean } = {}): void => {
  for (const name of words(names))
    all.set(name.toLowerCase(), {
      name,
      rule,
      single: more.single ?? false,
      operational: more.operational ?? false,
      key: keys[rule],
    });
};

define(
  'text',
  `cn sn givenName initials title description businessCategory l st street postalCode postalAddress postOfficeBox
  physicalDeliveryOfficeName o ou employeeType departmentNumber carLicense roomNumber generationQualifier objectClass
  registeredAddress destinationIndicator labeledURI homePostalAddress x121Address internationaliSDNNumber telexNumber`,
);
define('text', 'displayName employeeNumber preferredLanguage', { single: true });
define('ascii', 'uid mail dc memberUid homeDirectory loginShell gecos');
define('phone', 'telephoneNumber facsimileTelephoneNumber mobile pager homePhone');
define('dn', 'member uniqueMember owner manager secretary seeAlso roleOccupant');
define('integer', 'gidNumber uidNumber', { single: true });
define('octets', 'userPassword jpegPhoto userCertificate');
define('time', 'pwdAccountLockedTime', { single: true });
define('time', 'createTimestamp modifyTimestamp', { single: true, operational: true });
define('text', 'structuralObjectClass hasSubordinates', { operational: true });
define('time', 'entryCSN contextCSN', { operational: true });
define('dn', 'entryDN creatorsName modifiersName subschemaSubentry', { operational: true });
define('text', 'entryUUID', { single: true, operational: true });

/** uid may hold any text (directoryString); it is listed with the ASCII ones for its neighbours' sake. */
all.set('uid', { ...all.get('uid')!, rule: 'text' });
for (const [alias, name] of Object.entries({
  commonname: 'cn',
  surname: 'sn',
  userid: 'uid',
  rfc822mailbox: 'mail',
  organizationalunitname: 'ou',
  organizationname: 'o',
  localityname: 'l',
  gn: 'givenName',
  domaincomponent: 'dc',
  mobiletelephonenumber: 'mobile',
})) {
  all.set(alias, all.get(name.toLowerCase())!);
}

export const attributeType = (name: string): AttributeType | undefined => all.get(name.toLowerCase());

const person = 'userPassword telephoneNumber seeAlso description';
const place =
  'street postOfficeBox postalCode postalAddress physicalDeliveryOfficeName st l registeredAddress destinationIndicator x121Address telexNumber internationaliSDNNumber facsimileTelephoneNumber';
const organisational = `${person} ${place} title ou`;
const internet = `${organisational} businessCategory carLicense departmentNumber displayName employeeNumber employeeType givenName
  homePhone homePostalAddress initials jpegPhoto labeledURI mail manager mobile o pager roomNumber secretary uid userCertificate preferredLanguage`;
const group = 'businessCategory seeAlso owner ou o description';

const classes = new Map<string, ObjectClass>(
  (
    [
      ['top', false, '', ''],
      ['person', true, 'cn sn', person],
      ['organizationalPerson', true, 'cn sn', organisational],
      ['inetOrgPerson', true, 'cn sn', internet],
      ['organizationalUnit', true, 'ou', `userPassword seeAlso businessCategory telephoneNumber description ${place}`],
      ['organization', true, 'o', `userPassword seeAlso businessCategory telephoneNumber description ${place}`],
      ['groupOfNames', true, 'cn member', group],
      ['groupOfUniqueNames', true, 'cn uniqueMember', group],
      ['posixGroup', true, 'cn gidNumber', 'userPassword memberUid description'],
      ['organizationalRole', true, 'cn', `telephoneNumber seeAlso description ou roleOccupant ${place}`],
      ['domain', true, 'dc', `description o ${place} userPassword seeAlso businessCategory telephoneNumber`],
      ['dcObject', false, 'dc', ''],
      ['posixAccount', false, 'cn uid uidNumber gidNumber homeDirectory', 'userPassword loginShell gecos description'],
      ['simpleSecurityObject', false, 'userPassword', ''],
      ['uidObject', false, 'uid', ''],
      ['extensibleObject', false, '', [...all.values()].map(({ name }) => name).join(' ')],
    ] as const
  ).map(([name, structural, must, may]) => [
    name.toLowerCase(),
    { name, structural, must: words(must).filter(Boolean), may: words(may).filter(Boolean) },
  ]),
);

/** The classes that an entry of these classes belongs to, with all they derive from. */
const derived: Readonly<Record<string, readonly string[]>> = {
  inetorgperson: ['inetOrgPerson', 'organizationalPerson', 'person', 'top'],
  organizationalperson: ['organizationalPerson', 'person', 'top'],
};
export const withSuperiors = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) => derived[name.toLowerCase()] ?? [name, 'top']);

/** A name as slapd prints it: special characters in hexadecimal, attributes in the spelling of the schema. */
export const prettyRdn = (rdn: Rdn): string =>
  rdn
    .map(
      ({ type, value }) =>
        `${attributeType(type)?.name ?? type}=${value.replace(/[,+"\\<>;=]|^[# ]| $/g, (c) => `\\${c.charCodeAt(0).toString(16).toUpperCase()}`)}`,
    )
    .join('+');
export const prettyDn = (dn: string): string => parseDn(dn).map(prettyRdn).join(',');

/** A refusal: result code and slapd's diagnostic text. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
}
export const refusal = (code: number, message = ''): Refusal => ({ code, message });

/** Whether one value fits its attribute; slapd says "value #n invalid per syntax". */
export function fitsSyntax(type: AttributeType, value: string): boolean {
  if (value === '' && type.rule !== 'octets') return false;
  switch (type.rule) {
    case 'ascii':
      return /^[\x00-\x7f]*$/.test(value);
    case 'phone':
      // PrintableString, RFC 4517 section 3.3.31.
      return /^[A-Za-z0-9'()+,\-./:? ="]+$/.test(value) && /[A-Za-z0-9]/.test(value);
    case 'integer':
      return /^-?\d+$/.test(value);
    case 'time':
      return /^\d{10}(\d\d)?(\d\d)?([.,]\d+)?(Z|[+-]\d{2,4})$/.test(value);
    case 'dn':
      try {
        parseDn(value);
        return true;
      } catch {
        return false;
      }
    default:
      return type.name !== 'objectClass' || classes.has(value.toLowerCase());
  }
}

/** Whether an entry as a whole obeys its object classes; null when it does. */
export function checkEntry(held: (name: string) => readonly string[], names: readonly string[]): Refusal | null {
  const own = held('objectClass').map((name) => classes.get(name.toLowerCase())!);
  if (own.length === 0) return refusal(65, 'no objectClass attribute');
  if (!own.some(({ structural }) => structural)) return refusal(65, 'no structural object class provided');
  const allowed = new Set(own.flatMap(({ must, may }) => [...must, ...may]).map((name) => name.toLowerCase()));
  for (const { name, must } of own) {
    const absent = must.find((attribute) => held(attribute).length === 0);
    if (absent) return refusal(65, `object class '${name}' requires attribute '${absent}'`);
  }
  const foreign = names.find((name) => name !== 'objectClass' && !allowed.has(name.toLowerCase()) && name !== 'pwdAccountLockedTime');
  return foreign ? refusal(65, `attribute '${foreign}' not allowed`) : null;
}

/** The most derived structural class, which slapd keeps as structuralObjectClass. */
export const structuralClass = (names: readonly string[]): string =>
  names
    .map((name) => classes.get(name.toLowerCase()))
    .filter((one) => one?.structural)
    .sort((a, b) => b!.may.length + b!.must.length - a!.may.length - a!.must.length)[0]?.name ?? 'top';

export const attributeTypeDescriptions = (): readonly string[] =>
  [...new Set(all.values())].map(
    ({ name, single }, index) => `( 1.3.6.1.4.1.99999.1.${index + 1} NAME '${name}'${single ? ' SINGLE-VALUE' : ''} )`,
  );
