// The picture of the sync center before its canvas has been fetched: the same cards at the same places, to read and to click; it does not move yet.
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { AddCard, DirectoryCard, JobCard, RestingCard } from './cards.tsx';
import { fitted, picture, type Card, type Job, type Sizes } from './picture.ts';
import { toneOf } from './tone.ts';
import styles from './canvas.module.css';

export function Sketch({ jobs, sizes }: { readonly jobs: readonly Job[]; readonly sizes: Sizes | undefined }) {
  const { cards, streams, height } = useMemo(() => picture(jobs, sizes), [jobs, sizes]);
  const frame = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState<{ readonly width: number; readonly height: number } | null>(null);
  useLayoutEffect(() => {
    const { clientWidth, clientHeight } = frame.current!;
    setBox({ width: clientWidth, height: clientHeight });
  }, [height]);
  const view = box && fitted(cards, box);
  const byId = new Map(cards.map((card) => [card.id, card]));
  return (
    <div ref={frame} className={`${styles.canvas} ${styles.sketch}`} style={{ height }}>
      {view && (
        <div className={styles.layer} style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.zoom})` }}>
          <svg className={styles.streams} aria-hidden>
            {streams.map(({ job, from, to }) => (
              <path key={job.id} className={toneOf(job)} d={pathOf(byId.get(from)!, byId.get(to)!)} />
            ))}
          </svg>
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

/** From the right side of one card to the left of another, bent as React Flow does. */
function pathOf(from: Card, to: Card): string {
  const [x1, y1] = [from.at.x + from.size.width, from.at.y + from.size.height / 2];
  const [x2, y2] = [to.at.x, to.at.y + to.size.height / 2];
  const half = (x2 - x1) / 2;
  return `M${x1},${y1} C${x1 + half},${y1} ${x2 - half},${y2} ${x2},${y2}`;
}

function Shown(card: Card) {
  switch (card.kind) {
    case 'job':
      return <JobCard {...card.data} />;
    case 'directory':
      return <DirectoryCard {...card.data} />;
    case 'resting':
      return <RestingCard {...card.data} />;
    case 'add':
      return <AddCard {...card.data} />;
  }
}
