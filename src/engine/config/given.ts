// A configuration that came over the API: data, or the text of a file. Nothing of this machine is read for it.
import type { Label } from '../../core/model.ts';
import { readYaml } from './document.ts';

interface Given {
  readonly data: unknown;
  /** Why the text is no YAML, each with its line. */
  readonly faults: readonly Label[];
}

const isPlaceholder = (value: unknown): boolean => typeof value === 'string' && /^\$\{(env|file):[^}]+\}$/.test(value);

/**
 * Placeholders are filled by the command line, on the machine of whoever runs it: the environment and the files of the server
 * are nothing that the API hands out. A setting that is one is taken as left out: a secret that is kept stays, a new one is asked for.
 */
export function givenConfig(document: unknown): Given {
  if (typeof document !== 'string') return { data: document, faults: [] };
  const { data, problems } = readYaml(document);
  const faults = problems.map(({ line, problem }) => ({ en: `Line ${line}: ${problem.en}`, zh: `第 ${line} 行：${problem.zh}` }));
  return { data: data === null ? null : withoutPlaceholders(data), faults };
}

/** Settings that are a placeholder, taken as left out. */
export function withoutPlaceholders(data: unknown): unknown {
  if (data === null || typeof data !== 'object') return data;
  const clean = (entry: unknown): unknown => {
    const config = (entry as { config?: unknown } | null)?.config;
    if (config === null || typeof config !== 'object') return entry;
    return { ...(entry as object), config: Object.fromEntries(Object.entries(config).filter(([, value]) => !isPlaceholder(value))) };
  };
  const sections = ['connections', 'channels'].flatMap((name): [string, unknown][] => {
    const entries = (data as Record<string, unknown>)[name];
    return Array.isArray(entries) ? [[name, entries.map(clean)]] : [];
  });
  return { ...data, ...Object.fromEntries(sections) };
}
