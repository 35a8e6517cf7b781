// Secrets and sensitive values at rest: AES-256-GCM under a master key; a key per owner for sensitive attributes.
import { createCipheriv, createDecipheriv, createHmac, hash, randomBytes } from 'node:crypto';
import { canonicalText } from '../core/attribute.ts';

export interface Sealer {
  /** For credentials and one-shot secrets: a new ciphertext every time. */
  seal(text: string): string;
  open(sealed: string): string;
  /** `key` is an owner's (owner-keys.ts). Equal values of one owner have equal ciphertexts, so that diffs and hashes work without opening them. */
  sealFor(key: Buffer, value: unknown): string;
  openFor(key: Buffer, sealed: string): unknown;
  newOwnerKey(): Buffer;
  isSealed(value: unknown): value is string;
  /** Of the master key that seals. */
  readonly keyId: string;
  /** Of the others that open. */
  readonly others: readonly string[];
  /** From now on this key seals; the others open as before. */
  take(master: Buffer): void;
}

const MARK = '\u00a7s1.';
/** Whatever any key has sealed begins so. */
export const SEALED = MARK;
/** In the place of a master key's id: these follow from the owner's key alone, so that a new master key changes none of them. */
const OWNER = 'owner';

export const keyIdOf = (master: Buffer): string => hash('sha256', master).slice(0, 8);
/** What the master key of this id has sealed, wherever it stands in a text. */
export const sealedBy = (keyId: string): RegExp => new RegExp(`${MARK.replace('.', '\\.')}${keyId}\\.[\\w-]+`, 'g');
export const sealedPrefix = (keyId: string): string => `${MARK}${keyId}.`;

/** Keys are 32 bytes. `master` seals; `others` open too: one that takes over, those that were replaced. */
export function createSealer(master: Buffer, others: readonly Buffer[] = []): Sealer {
  let keyId = keyIdOf(master);
  const vaultOf = (key: Buffer): Buffer => createHmac('sha256', key).update('vault').digest();
  const vaults = new Map([master, ...others].map((key) => [keyIdOf(key), vaultOf(key)]));
  const encrypt = (key: Buffer, nonce: Buffer, text: string): string => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
  };
  const decrypt = (key: Buffer, sealed: string): string => {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  };
  const partsOf = (sealed: string): readonly [string, string] => sealed.slice(MARK.length).split('.') as [string, string];
  const vaultFor = (id: string): Buffer => {
    const found = vaults.get(id);
    if (!found)
      throw new Error(`This value was sealed with key ${id}, the key at hand is ${keyId}. Start with the key file of this data folder.`);
    return found;
  };
  return {
    get keyId() {
      return keyId;
    },
    get others() {
      return [...vaults.keys()].filter((id) => id !== keyId);
    },
    take(next) {
      vaults.set(keyIdOf(next), vaultOf(next));
      keyId = keyIdOf(next);
    },
    seal: (text) => `${MARK}${keyId}.${encrypt(vaultFor(keyId), randomBytes(12), text)}`,
    open(sealed) {
      const [id, body] = partsOf(sealed);
      return decrypt(vaultFor(id), body);
    },
    newOwnerKey: () => randomBytes(32),
    sealFor(key, value) {
      const text = canonicalText(value);
      // The nonce follows from the value (as in SIV): one nonce never serves two texts of one key.
      const nonce = createHmac('sha256', key).update(text).digest().subarray(0, 12);
      return `${MARK}${OWNER}.${encrypt(key, nonce, text)}`;
    },
    openFor: (key, sealed) => JSON.parse(decrypt(key, partsOf(sealed)[1])),
    isSealed: (value): value is string => typeof value === 'string' && value.startsWith(MARK),
  };
}
