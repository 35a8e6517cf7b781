// What may be shown of a body that we do not understand: its beginning, without anything that could be a credential.
const LENGTH = 160;
const HIDDEN = '•••';

const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[^\s"'<>,;]+/gi, `$1 ${HIDDEN}`],
  [/("?[\w-]*(?:token|secret|password|passwd|api_?key|authorization)[\w-]*"?\s*[:=]\s*)("[^"]*"|[^\s,;&}<]+)/gi, `$1${HIDDEN}`],
  // Anything long and without spaces may be a key; words and addresses are shorter.
  [/[\w+/=.-]{40,}/g, HIDDEN],
];

/** One line of at most 160 characters; `secrets` are hidden as they are, percent-encoded and in base 64. */
export function excerpt(text: string, secrets: readonly string[]): string {
  let shown = text.slice(0, 4000);
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) shown = shown.replaceAll(form, HIDDEN);
  }
  for (const [pattern, instead] of patterns) shown = shown.replace(pattern, instead);
  shown = shown.replace(/\s+/g, ' ').trim();
  return shown.length > LENGTH ? `${shown.slice(0, LENGTH)}…` : shown;
}
