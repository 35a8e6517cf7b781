// The picture of the sync center before its canvas has been fetched: the same cards at the same places, to read and to click; it does not move yet.
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { AddCard, DirectoryCard, JobCard } from './cards.tsx';
import { fitted, picture, type Card, type Job, type Sizes } from './picture.ts';
import styles from './canvas.module.css';

export function Sketch({ jobs, sizes }: { readonly jobs: readonly Job[]; readonly sizes: Sizes | undefined }) {
  const { cards, height } = useMemo(() => picture(jobs, sizes), [jobs, sizes]);
  const frame = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState<{ readonly width: number; readonly height: number } | null>(null);
  useLayoutEffect(() => {
    const { clientWidth, clientHeight } = frame.current!;
    setBox({ width: clientWidth, height: clientHeight });
  }, [height]);
  const view = box && fitted(cards, box);
  return (
    <div ref={frame} className={`${styles.canvas} ${styles.sketch}`} style={{ height }}>
      {view && (
        <div className={styles.layer} style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.zoom})` }}>
          {cards.map((card) => (
            <div key={card.id} className={styles.placed} style={{ ...card.size, transform: `translate(${card.at.x}px, ${card.at.y}px)` }}>
              <Shown {...card} />
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function Shown(card: Card) {
  switch (card.kind) {
    case 'job':
      return <JobCard {...card.data} />;
    case 'directory':
      return <DirectoryCard {...card.data} />;
    case 'add':
      return <AddCard {...card.data} />;
  }
}
