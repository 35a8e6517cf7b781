// The picture of the whole: the directory in the middle, sources flowing in from the left, apps out to the right.
import { Background, BackgroundVariant, Controls, Handle, Position, ReactFlow, type Edge, type Node, type NodeProps } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useMemo } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { AddCard, DirectoryCard, JobCard, RestingCard, type JobData } from './cards.tsx';
import { FIT, picture, type Job, type Sizes } from './picture.ts';
import { Peek } from './peek.tsx';
import { Stream } from './stream.tsx';
import styles from './canvas.module.css';

const HANDLE = { className: styles.handle! };

function JobNode({ data }: NodeProps) {
  const own = data as unknown as JobData;
  const isUp = own.job.direction === 'up';
  return (
    <>
      <Handle type={isUp ? 'source' : 'target'} position={isUp ? Position.Right : Position.Left} {...HANDLE} />
      {own.density === 'full' ? <JobCard {...own} /> : <Peek {...own} />}
    </>
  );
}

function DirectoryNode({ data }: NodeProps) {
  return (
    <>
      <Handle type="target" position={Position.Left} {...HANDLE} />
      <Handle type="source" position={Position.Right} {...HANDLE} />
      <DirectoryCard {...(data as { readonly sizes: Sizes | undefined })} />
    </>
  );
}

const RestingNode = ({ data }: NodeProps) => <RestingCard {...(data as { readonly count: number })} />;

const AddNode = ({ data }: NodeProps) => <AddCard {...(data as { readonly direction: 'up' | 'down' })} />;

const nodeTypes = { job: JobNode, directory: DirectoryNode, resting: RestingNode, add: AddNode };
const edgeTypes = { stream: Stream };

export function Canvas({ jobs, sizes }: { readonly jobs: readonly Job[]; readonly sizes: Sizes | undefined }) {
  const { t } = useWords();
  const { nodes, edges, height } = useMemo(() => flowing(jobs, sizes), [jobs, sizes]);
  return (
    <div className={styles.canvas} style={{ height }}>
      <ReactFlow
        attributionPosition="bottom-left"
        key={`${jobs.length}`}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        fitView
        fitViewOptions={{ padding: FIT.padding, maxZoom: FIT.most }}
        minZoom={FIT.least}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        // Two taps within half a second would be one of these, and the second opens nothing.
        zoomOnDoubleClick={false}
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

function flowing(jobs: readonly Job[], sizes: Sizes | undefined): { nodes: Node[]; edges: Edge[]; height: string } {
  const { cards, streams, height } = picture(jobs, sizes);
  return {
    height,
    nodes: cards.map(({ id, kind, at, size, data }) => ({ id, type: kind, position: at, ...size, data })),
    edges: streams.map(({ job, from, to }) => ({
      id: `stream-${job.id}`,
      type: 'stream',
      source: from,
      target: to,
      ariaLabel: job.name,
      data: { job },
    })),
  };
}
