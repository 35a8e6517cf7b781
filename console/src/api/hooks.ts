// What pages ask the server with: answers that stay fresh, lists that go on, commands, and who is signed in.
import { useInfiniteQuery, useIsMutating, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { Me, Role, WireInput, WireName, WireOutput } from '../../../src/server/api/wire.ts';
import { call, get } from './client.ts';
import { routes } from './generated.ts';

interface Asking {
  /** false: not yet. */
  readonly enabled?: boolean;
  /** Asked again this often while the page is seen, in ms. */
  readonly everyMs?: number;
  /** Asked when the page is opened, however lately another page asked. */
  readonly anew?: boolean;
  /** It stays as it is for good: asked once, however long the list is. */
  readonly settled?: boolean;
  /** What the answer is about besides what is asked (the run that made it): another of these is another answer. */
  readonly about?: number;
}

/** The answer of one operation that reads. */
export const useAnswer = <Name extends WireName>(name: Name, input: WireInput<Name>, asking: Asking = {}) =>
  useQuery({
    queryKey: [name, input],
    queryFn: ({ signal }) => call(name, input, signal),
    enabled: asking.enabled ?? true,
    ...(asking.everyMs === undefined ? {} : { refetchInterval: asking.everyMs }),
    ...(asking.anew ? { refetchOnMount: 'always' as const } : {}),
  });

/** A list page by page: `data.pages`, `fetchNextPage`. */
export const usePages = <Name extends WireName>(name: Name, input: WireInput<Name>, asking: Asking = {}) =>
  useInfiniteQuery({
    // What was asked before it stood still is another answer: it may have been given before there was anything.
    queryKey: [name, input, 'pages', asking.settled === true, asking.about ?? null],
    queryFn: ({ pageParam, signal }) => call(name, { ...input, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page as { readonly next?: string | null }).next ?? null,
    enabled: asking.enabled ?? true,
    ...(asking.everyMs === undefined ? {} : { refetchInterval: asking.everyMs }),
    ...(asking.settled ? { staleTime: Number.POSITIVE_INFINITY, meta: { settled: true } } : {}),
  });

/** Everything on the page is asked again: what a command changed is rarely in one place alone. */
const refresh = (client: QueryClient): Promise<void> => client.invalidateQueries({ predicate: ({ meta }) => meta?.settled !== true });

/** A command: `mutate(input)`, `isPending`, `error`. */
export function useCommand<Name extends WireName>(name: Name) {
  const client = useQueryClient();
  return useMutation<WireOutput<Name>, Error, WireInput<Name>>({
    mutationKey: [name],
    mutationFn: (input) => call(name, input),
    onSuccess: () => refresh(client),
  });
}

/** From anywhere on the page, until what it has changed was asked for anew. */
export const useIsUnderWay = (name: WireName): boolean => useIsMutating({ mutationKey: [name] }) > 0;

export const meQuery = { queryKey: ['me'], queryFn: () => get<Me>('/me'), staleTime: Number.POSITIVE_INFINITY } as const;

export const useMe = (): Me | undefined => useQuery(meQuery).data;

/** Whether whoever is signed in may do this; what they may not do is not offered, or says which role it needs. */
export function useMay(): (name: WireName) => boolean {
  const may: readonly Role[] = useMe()?.may ?? [];
  return (name) => {
    const { role, also } = routes[name] ?? {};
    return [role, also].some((one) => one !== undefined && may.includes(one));
  };
}
