// A long list of members: only the rows that are seen are drawn.
import { Link } from 'react-router';
import { useSeenRows } from '../../ui/seen-rows.ts';
import { addressOf } from './addresses.ts';
import styles from './person.module.css';

const ROW = 40;

interface MembersProps {
  readonly members: readonly { readonly id: string; readonly type: string; readonly name: string }[];
}

export function Members({ members }: MembersProps) {
  const { box, first, end } = useSeenRows(members.length, ROW);
  return (
    <div ref={box} {...(members.length > 0 ? { role: 'list' } : {})} tabIndex={-1} style={{ maxHeight: 480, overflowY: 'auto' }}>
      <div role="presentation" style={{ height: first * ROW }} />
      {members.slice(first, end).map((member) => (
        <div key={member.id} role="listitem" className={styles.member}>
          <Link to={addressOf(member.type, member.id)}>{member.name}</Link>
        </div>
      ))}
      <div role="presentation" style={{ height: Math.max(0, members.length - end) * ROW }} />
    </div>
  );
}
