// A small streaming XML tokenizer: enough for the parts of a workbook, without building a tree.

export interface XmlHandler {
  /** `attributes` is the raw text between name and end of the tag; see `attributeIn`. */
  open(name: string, attributes: string): void;
  close(name: string): void;
  text(text: string): void;
}

/** Returns `push`, to be called with pieces of text in order. Names come without their prefix. */
export function xmlReader(handler: XmlHandler): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const text = rest === '' ? piece : rest + piece;
    let at = 0;
    while (at < text.length) {
      if (text.charCodeAt(at) !== 60) {
        const next = text.indexOf('<', at);
        if (next < 0) break;
        handler.text(unescape(text.slice(at, next)));
        at = next;
        continue;
      }
      const end = tagEnd(text, at);
      if (end < 0) break;
      emitTag(text, at, end, handler);
      at = end;
    }
    rest = text.slice(at);
  };
}

/** Index after the tag, comment or CDATA section that begins at `at`; -1 when its end has not come yet. */
function tagEnd(text: string, at: number): number {
  const after = (mark: string): number => {
    const found = text.indexOf(mark, at);
    return found < 0 ? -1 : found + mark.length;
  };
  if (text.charCodeAt(at + 1) === 33) {
    if (text.startsWith('<!--', at)) return after('-->');
    if (text.startsWith('<![CDATA[', at)) return after(']]>');
    if (text.length - at < 9) return -1;
  }
  const end = text.indexOf('>', at);
  if (end < 0) return -1;
  // A ">" inside quotes is rare; only then count quotes.
  let quotes = 0;
  for (let index = text.indexOf('"', at); index >= 0 && index < end; index = text.indexOf('"', index + 1)) quotes++;
  if (quotes % 2 === 0) return end + 1;
  const closing = text.indexOf('"', end);
  const next = closing < 0 ? -1 : text.indexOf('>', closing);
  return next < 0 ? -1 : next + 1;
}

function emitTag(text: string, at: number, end: number, handler: XmlHandler): void {
  const second = text.charCodeAt(at + 1);
  if (second === 63) return;
  if (second === 33) {
    if (text.startsWith('<![CDATA[', at)) handler.text(text.slice(at + 9, end - 3));
    return;
  }
  if (second === 47) {
    handler.close(localName(text.slice(at + 2, end - 1).trim()));
    return;
  }
  const single = text.charCodeAt(end - 2) === 47;
  const inner = text.slice(at + 1, end - (single ? 2 : 1));
  const blank = inner.search(/\s/);
  const name = localName(blank < 0 ? inner : inner.slice(0, blank));
  handler.open(name, blank < 0 ? '' : inner.slice(blank));
  if (single) handler.close(name);
}

const localName = (name: string): string => {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
};

const patterns = new Map<string, RegExp>();

/** The value of one attribute; undefined when it is not there. A prefix in the text does not matter. */
export function attributeIn(attributes: string, name: string): string | undefined {
  let pattern = patterns.get(name);
  if (!pattern) {
    pattern = new RegExp(`\\s(?:[\\w.-]+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    patterns.set(name, pattern);
  }
  const match = pattern.exec(attributes);
  const value = match?.[1] ?? match?.[2];
  return value === undefined ? undefined : unescape(value);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescape(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (whole, hex: string, decimal: string, name: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
