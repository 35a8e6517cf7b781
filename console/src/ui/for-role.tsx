// A page for those whose role carries out its deed: who may not is told so before filling in anything, not by a refusal at the end.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { WireName } from '../../../src/server/api/wire.ts';
import { meQuery, useMay } from '../api/hooks.ts';
import { Answered } from './answered.tsx';
import { NoRole } from './no-role.tsx';

export function ForRole({ needs, children }: { readonly needs: WireName; readonly children: ReactNode }) {
  const may = useMay();
  // Until it is known who looks, neither is said.
  return <Answered of={useQuery(meQuery)}>{() => (may(needs) ? children : <NoRole needs={needs} />)}</Answered>;
}
