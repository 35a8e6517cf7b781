// The members of a group, page by page: asked for before they are seen, and only the rows that are seen are drawn; two of one name have their numbers beside it.
import { useEffect, useMemo } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { usePages } from '../../api/hooks.ts';
import { Trouble } from '../../ui/trouble.tsx';
import { useSeenRows } from '../../ui/seen-rows.ts';
import { sharedAmong, useNumber } from '../../ui/told-apart.ts';
import { addressOf } from './addresses.ts';
import styles from './person.module.css';

const ROW = 40;

/** Fewer rows than this below those that are seen: the next page is asked for. */
const AHEAD = 100;

interface MembersProps {
  readonly group: string;
  /** How many there are. */
  readonly count: number;
}

type Found = WireOutput<'group.members'>['members'][number];
const asNamed = ({ id, name, type }: Found) => ({ type, title: name, key: id, targetKey: null, attributes: [] });

function Member({ of, isShared }: { readonly of: Found; readonly isShared: boolean }) {
  const number = useNumber(asNamed(of), isShared);
  return (
    <span>
      <Link to={addressOf(of.type, of.id)}>{of.name}</Link>
      {isShared && number !== null && <span className="soft number"> {number}</span>}
    </span>
  );
}

export function Members({ group, count }: MembersProps) {
  const pages = usePages('group.members', { group });
  const members = useMemo(() => (pages.data?.pages ?? []).flatMap((page) => page.members), [pages.data]);
  const isShared = useMemo(() => sharedAmong(members.map(asNamed)), [members]);
  const { box, first, end } = useSeenRows(members.length, ROW);
  const { hasNextPage, isFetching, fetchNextPage } = pages;
  const wanted = hasNextPage && !isFetching && end + AHEAD > members.length;
  useEffect(() => {
    if (wanted) void fetchNextPage();
  }, [wanted, fetchNextPage]);
  if (pages.error) return <Trouble error={pages.error} onRetry={() => void pages.refetch()} />;
  return (
    <div
      ref={box}
      aria-busy={isFetching}
      {...(members.length > 0 ? { role: 'list' } : {})}
      tabIndex={-1}
      style={{ height: Math.min(count * ROW, 480), overflowY: 'auto' }}
    >
      <div role="presentation" style={{ height: first * ROW }} />
      {members.slice(first, end).map((member) => (
        <div key={member.id} role="listitem" className={styles.member}>
          <Member of={member} isShared={isShared(asNamed(member))} />
        </div>
      ))}
      <div role="presentation" style={{ height: Math.max(0, members.length - end) * ROW }} />
    </div>
  );
}
