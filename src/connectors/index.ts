// Every connector of the product, in alphabetical order. One line each.
import type { Connector } from '../connector-kit/contract.ts';
import { console } from './console/index.ts';
import { directory } from './directory/index.ts';
import { feishu } from './feishu/index.ts';
import { file } from './file/index.ts';
import { ldap } from './ldap/index.ts';
import { memory } from './memory/index.ts';
import { scim } from './scim/index.ts';

export const connectors: readonly Connector[] = [console, directory, feishu, file, ldap, memory, scim] as unknown as readonly Connector[];
