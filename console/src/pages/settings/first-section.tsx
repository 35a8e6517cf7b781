// The settings without the name of a sub-page: one's own account comes first, in the demo what everybody shares.
import { Navigate } from 'react-router';
import { useMe } from '../../api/hooks.ts';

export function FirstSection() {
  const me = useMe();
  if (!me) return null;
  return <Navigate to={me.kind === 'person' ? '/settings/account' : '/settings/general'} replace />;
}
