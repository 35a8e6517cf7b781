// What goes along without a row of the mapping (departments, members, leaders): that it does, and what is done about it.
import { useState, type ReactNode } from 'react';
import { Button } from 'antd';
import type { Direction } from '../forms/setting.ts';
import { useWords, type Label } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import type { TypeView } from './catalogue.ts';
import styles from './mapping-part.module.css';

type Relation = TypeView['relations'][number];

interface RelationsProps {
  readonly direction: Direction;
  readonly relations: readonly Relation[];
  /** Where they stand in the system, as the connection is set: once it was asked. */
  readonly places: readonly { readonly name: string; readonly place: Label | null }[];
  /** Names of those that the job leaves out. */
  readonly without: readonly string[];
  /** Drift in a target, rank of a source. */
  readonly policyOf: (relation: string) => ReactNode;
}

export function MappingRelations({ direction, relations, places, without, policyOf }: RelationsProps) {
  const { t } = useWords();
  if (relations.length === 0) return null;
  return (
    <>
      <p className="soft">{t('more.along.title')}</p>
      <ul className={styles.rows}>
        {relations.map((relation) => (
          <li key={relation.name}>
            <RelationRow
              relation={relation}
              place={places.find(({ name }) => name === relation.name)?.place ?? null}
              direction={direction}
              isLeftOut={without.includes(relation.name)}
              beside={policyOf(relation.name)}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

function RelationRow({
  relation,
  place,
  direction,
  isLeftOut,
  beside,
}: {
  readonly relation: Relation;
  readonly place: Label | null;
  readonly direction: Direction;
  readonly isLeftOut: boolean;
  readonly beside: ReactNode;
}) {
  const { t, say } = useWords();
  const [open, setOpen] = useState(false);
  const label = say(relation.label);
  const given = place ? t(`more.along.${direction}At`, { place: say(place) }) : t(`more.along.${direction}`);
  return (
    <div className={styles.row} role="group" aria-label={label}>
      <span>{label}</span>
      <span aria-hidden className="soft">
        ←
      </span>
      <span className={`soft ${styles.along}`}>{isLeftOut ? t('more.along.not') : given}</span>
      {!isLeftOut && (
        <Button
          size="small"
          type="text"
          aria-expanded={open}
          aria-label={t('more.along.moreOf', { what: label })}
          onClick={() => setOpen(!open)}
        >
          {t('wizard.parts.mapping.more')}
        </Button>
      )}
      {open && !isLeftOut && <div className={styles.more}>{beside}</div>}
    </div>
  );
}
