// The picture of the whole: the directory in the middle, sources flowing in from the left, apps out to the right.
import { Background, BackgroundVariant, Controls, ReactFlow, type Edge, type Node } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useMemo } from 'react';
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { useWords } from '../i18n/i18n.ts';
import { AddCard, DirectoryCard, JobCard } from './cards.tsx';
import { CARD, layOut } from './layout.ts';
import { Stream } from './stream.tsx';
import styles from './canvas.module.css';

export type Job = WireOutput<'status'>['jobs'][number];
export type Sizes = WireOutput<'sizes'>;

const nodeTypes = { job: JobCard, directory: DirectoryCard, add: AddCard };
const edgeTypes = { stream: Stream };
const CENTER = 'directory';

export function Canvas({ jobs, sizes }: { readonly jobs: readonly Job[]; readonly sizes: Sizes | undefined }) {
  const { t } = useWords();
  const { nodes, edges, rows } = useMemo(() => picture(jobs, sizes), [jobs, sizes]);
  return (
    <div className={styles.canvas} style={{ height: `max(460px, min(calc(100vh - 210px), ${rows}px))` }}>
      <ReactFlow
        key={`${jobs.length}`}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        fitView
        fitViewOptions={{ padding: 0.06, maxZoom: 1 }}
        minZoom={0.3}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        panOnScroll={false}
        aria-label={t('canvas.label')}
        ariaLabelConfig={{
          'controls.ariaLabel': t('canvas.controls'),
          'controls.zoomIn.ariaLabel': t('canvas.zoomIn'),
          'controls.zoomOut.ariaLabel': t('canvas.zoomOut'),
          'controls.fitView.ariaLabel': t('canvas.fit'),
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.2} color="var(--line)" />
        <Controls showInteractive={false} position="bottom-right" className={styles.controls!} />
      </ReactFlow>
    </div>
  );
}

function picture(jobs: readonly Job[], sizes: Sizes | undefined): { nodes: Node[]; edges: Edge[]; rows: number } {
  const up = jobs.filter((job) => job.direction === 'up');
  const down = jobs.filter((job) => job.direction === 'down');
  // The card with the plus stands below the others of its side.
  const layout = layOut(up.length + 1, down.length + 1);
  const { width, height } = CARD[layout.density];
  const cards = (side: readonly Job[], places: readonly { x: number; y: number }[]): Node[] =>
    side.map((job, index) => ({
      id: `job-${job.id}`,
      type: 'job',
      position: places[index]!,
      width,
      height,
      data: { job, size: sizes?.jobs.find((size) => size.job === job.id), density: layout.density },
    }));
  const add = (direction: 'up' | 'down', place: { x: number; y: number }): Node => ({
    id: `add-${direction}`,
    type: 'add',
    position: place,
    width,
    height,
    data: { direction, density: layout.density },
  });
  const all = [...layout.up, ...layout.down];
  return {
    nodes: [
      ...cards(up, layout.up),
      add('up', layout.up.at(-1)!),
      { id: CENTER, type: 'directory', position: layout.center, data: { sizes } },
      ...cards(down, layout.down),
      add('down', layout.down.at(-1)!),
    ],
    edges: jobs.map((job) => {
      const [source, target] = job.direction === 'up' ? [`job-${job.id}`, CENTER] : [CENTER, `job-${job.id}`];
      return { id: `stream-${job.id}`, type: 'stream', source, target, data: { job } };
    }),
    rows: Math.max(...all.map((place) => place.y + height)) - Math.min(...all.map((place) => place.y)) + 110,
  };
}
