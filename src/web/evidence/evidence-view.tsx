import type { Evidence } from '../../core/evidence.ts';
import { evidenceLines, evidenceTitle } from '../../core/evidence-text.ts';
import { BuildGrid } from './build-grid.tsx';
import { DnsPath } from './dns-path.tsx';
import { ExitCard } from './exit-card.tsx';
import { HealthStrip } from './health-strip.tsx';
import { HttpExchanges } from './http-exchanges.tsx';
import { LayerChart } from './layer-chart.tsx';
import { ProcessTable } from './process-table.tsx';
import { ReachTable } from './reach-table.tsx';
import { SeriesChart } from './series-chart.tsx';
import { SocketTable } from './socket-table.tsx';
import { Timeline } from './timeline.tsx';

/** One evidence: its heading, its drawing, and the same as text for whoever would rather read or copy it. */
export function EvidenceView({ evidence }: { readonly evidence: Evidence }) {
  const title = evidenceTitle(evidence);
  if (evidence.type === 'log') {
    return (
      <figure className="ev">
        <figcaption>{title}</figcaption>
        <TextForm evidence={evidence} label={title} />
      </figure>
    );
  }
  return (
    <figure className="ev">
      <figcaption>{title}</figcaption>
      <Drawing evidence={evidence} />
      <details className="ev-text">
        <summary>
          As text<span className="visually-hidden">: {title}</span>
        </summary>
        <TextForm evidence={evidence} label={`${title}, as text`} />
      </details>
    </figure>
  );
}

function TextForm({ evidence, label }: { readonly evidence: Evidence; readonly label: string }) {
  return (
    <pre
      className={evidence.type === 'log' ? 'ev-pre ev-log' : 'ev-pre'}
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      {evidenceLines(evidence).join('\n')}
    </pre>
  );
}

function Drawing({ evidence }: { readonly evidence: Exclude<Evidence, { type: 'log' }> }) {
  switch (evidence.type) {
    case 'exit':
      return <ExitCard exit={evidence} />;
    case 'timeline':
      return <Timeline timeline={evidence} />;
    case 'reachability':
      return <ReachTable reachability={evidence} />;
    case 'sockets':
      return <SocketTable sockets={evidence} />;
    case 'http':
      return <HttpExchanges http={evidence} />;
    case 'processes':
      return <ProcessTable processes={evidence} />;
    case 'series':
      return <SeriesChart series={evidence} />;
    case 'layers':
      return <LayerChart layers={evidence} />;
    case 'build-grid':
      return <BuildGrid grid={evidence} />;
    case 'dns':
      return <DnsPath dns={evidence} />;
    case 'health':
      return <HealthStrip health={evidence} />;
  }
}
