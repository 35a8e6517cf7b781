// Two of one name are told apart by what stands below it.
import styles from './matching.module.css';

export function Named({
  of,
  quiet = false,
}: {
  readonly of: { readonly title: string; readonly marks: readonly string[] };
  readonly quiet?: boolean;
}) {
  return (
    <span className={styles.named}>
      {quiet ? of.title : <b>{of.title}</b>}
      {of.marks.length > 0 && <small className={styles.marks}>{of.marks.join(' · ')}</small>}
    </span>
  );
}
