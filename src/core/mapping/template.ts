// Templates: text with ${attribute} or ${CEL expression}, and {n} for the counter of unique().
import type { Attributes, Label, Value } from '../model.ts';
import {
  type AccountRead,
  accountReadsOf,
  type Accounts,
  type Expression,
  type ExpressionSpace,
  inspectSource,
  readsOf,
} from './expression.ts';
import { MAX_SOURCE, MAX_TEXT } from './limits.ts';
import { excerpt, label, unknownName } from './problem.ts';

type Part = { readonly text: string } | { readonly placeholder: string };
type Parsed = { readonly parts: readonly Part[] } | { readonly problem: Label };

/** Splits a template into text and placeholders. `$${` stands for a plain `${`. */
export function parseTemplate(template: string): Parsed {
  if (template.length > MAX_SOURCE) {
    return { problem: label(`the template is longer than ${MAX_SOURCE} characters`, `模板超过 ${MAX_SOURCE} 个字符`) };
  }
  const parts: Part[] = [];
  let text = '';
  let at = 0;
  while (at < template.length) {
    if (template.startsWith('$${', at)) {
      text += '${';
      at += 3;
    } else if (template.startsWith('${', at)) {
      const end = closingBrace(template, at + 2);
      if (end === undefined) {
        const near = excerpt(template.slice(at), 20);
        return { problem: label(`"${near}" is never closed; add the missing }`, `“${near}”没有结束，请补上 }`) };
      }
      const placeholder = template.slice(at + 2, end).trim();
      if (placeholder === '') {
        return {
          problem: label('an empty ${} in the template; name an attribute in it', '模板中有空的 ${}，请在其中写属性名'),
        };
      }
      if (text !== '') parts.push({ text });
      text = '';
      parts.push({ placeholder });
      at = end + 1;
    } else text += template[at++];
  }
  if (text !== '') parts.push({ text });
  return parts.length === 0
    ? { problem: label('the template is empty; write one or remove the row', '模板为空；请填写或删除该行') }
    : { parts };
}

/** Index of the brace that closes a placeholder; braces in CEL strings and maps do not count. */
function closingBrace(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"' || character === "'") {
      const quote = text.startsWith(character.repeat(3), at) ? character.repeat(3) : character;
      at += quote.length;
      while (at < text.length && !text.startsWith(quote, at)) at += text[at] === '\\' ? 2 : 1;
      at += quote.length - 1;
    } else if (character === '{') depth++;
    else if (character === '}' && depth-- === 0) return at;
  }
  return undefined;
}

/** Attributes and accounts that a template reads, without a catalogue: a placeholder that is no expression is a name. */
export function templateReads(
  template: string,
  names?: ReadonlySet<string>,
): { readonly reads: readonly string[]; readonly accounts: readonly AccountRead[] } {
  const parsed = parseTemplate(template);
  if ('problem' in parsed) return { reads: [], accounts: [] };
  const reads: string[] = [];
  const accounts: AccountRead[] = [];
  for (const part of parsed.parts) {
    if ('text' in part) continue;
    const facts = names?.has(part.placeholder) ? undefined : inspectSource(part.placeholder);
    reads.push(...(facts ? readsOf(facts) : [part.placeholder]));
    if (facts) accounts.push(...accountReadsOf(facts));
  }
  return { reads, accounts };
}

/** `pieces`: the texts between the places of {n}; one piece when there is none. `empty`: every placeholder was empty. */
export type Rendered =
  | { readonly pieces: readonly string[] }
  | { readonly empty: true }
  | { readonly unknown: true }
  | { readonly problem: Label };

export interface Template {
  readonly reads: readonly string[];
  readonly accounts: readonly string[];
  readonly numbered: boolean;
  /** Empty parts leave no double blanks and none at the ends. Never throws. */
  render(source: Attributes, accounts?: Accounts): Rendered;
}

/** Stands for {n} while blanks are tidied; normalisation refuses this character in values. */
const NUMBER = '\u0000';

type Reader = { readonly text: string } | { readonly attribute: string } | { readonly expression: Expression };

/** `numbers`: `{n}` in the text is the counter, as in the patterns of unique(). */
export function compileTemplate(
  template: string,
  space: ExpressionSpace,
  numbers: boolean,
): { readonly template: Template } | { readonly problem: Label } {
  const parsed = parseTemplate(template);
  if ('problem' in parsed) return parsed;
  const readers: Reader[] = [];
  for (const part of parsed.parts) {
    if ('text' in part) {
      const text = part.text.replaceAll(NUMBER, '');
      readers.push({ text: numbers ? text.replaceAll('{n}', NUMBER) : text });
    } else if (space.names.includes(part.placeholder)) readers.push({ attribute: part.placeholder });
    else {
      const compiled = space.compile(part.placeholder);
      if ('problem' in compiled) {
        const isName = /^[\p{L}\p{N}_ -]+$/u.test(part.placeholder);
        return {
          problem: isName ? unknownName(part.placeholder, space.names) : inPlaceholder(part.placeholder, compiled.problem),
        };
      }
      readers.push({ expression: compiled.expression });
    }
  }
  const reads = new Set<string>();
  const accounts = new Set<string>();
  for (const reader of readers) {
    if ('attribute' in reader) reads.add(reader.attribute);
    if (!('expression' in reader)) continue;
    for (const name of reader.expression.reads) reads.add(name);
    for (const system of reader.expression.accounts) accounts.add(system);
  }
  return {
    template: {
      reads: [...reads],
      accounts: [...accounts],
      numbered: readers.some((reader) => 'text' in reader && reader.text.includes(NUMBER)),
      render: (source, given) => render(readers, source, given),
    },
  };
}

const inPlaceholder = (placeholder: string, problem: Label): Label => ({
  en: `in \${${excerpt(placeholder)}}: ${problem.en}`,
  zh: `\${${excerpt(placeholder)}} 中：${problem.zh}`,
});

function render(readers: readonly Reader[], source: Attributes, accounts: Accounts | undefined): Rendered {
  let text = '';
  let filled = 0;
  let placeholders = 0;
  for (const reader of readers) {
    if ('text' in reader) {
      text += reader.text;
      continue;
    }
    let value: Value | null | undefined;
    if ('attribute' in reader) {
      value = source[reader.attribute];
      if (value === undefined) return { unknown: true };
    } else {
      const result = reader.expression.evaluate(source, accounts);
      if (!('value' in result)) return result;
      value = result.value;
    }
    const part = partText(value).replaceAll(NUMBER, '');
    if (part.length > MAX_TEXT) {
      return {
        problem: label(
          `a part of the template has more than ${MAX_TEXT} characters; shorten it`,
          `模板的一部分超过 ${MAX_TEXT} 个字符，请截短`,
        ),
      };
    }
    placeholders++;
    if (part.trim() !== '') filled++;
    text += part;
  }
  if (placeholders > 0 && filled === 0) return { empty: true };
  if (filled < placeholders) text = text.replace(/ {2,}/g, ' ').trim();
  return { pieces: text.split(NUMBER) };
}

function partText(value: Value | null): string {
  if (value === null) return '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
