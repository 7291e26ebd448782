import type { Evidence, EvidenceOf } from './evidence.ts';
import { processTree } from './process-tree.ts';
import { textTable } from './text-table.ts';
import { formatBytes, formatDuration, formatOffset } from './units.ts';

/** What an evidence shows, as a heading. */
export function evidenceTitle(evidence: Evidence): string {
  switch (evidence.type) {
    case 'log':
    case 'timeline':
    case 'processes':
    case 'series':
      return evidence.title;
    case 'exit':
      return 'How the container ended';
    case 'reachability':
      return 'Who can reach the service';
    case 'sockets':
      return 'Listening sockets inside the container';
    case 'http':
      return 'What was asked and what came back';
    case 'layers':
      return 'Layers of the image';
    case 'build-grid':
      return 'Build steps, build by build';
    case 'dns':
      return 'Name resolution';
    case 'health':
      return 'Health probes';
  }
}

/** The text form of an evidence: lines without the heading, never empty, no trailing spaces. */
export function evidenceLines(evidence: Evidence): string[] {
  switch (evidence.type) {
    case 'log':
      return logLines(evidence);
    case 'exit':
      return exitLines(evidence);
    case 'timeline':
      return orNone(
        evidence.events.map((event) => `${formatOffset(event.atMs).padStart(10)}  ${event.what}`),
        'nothing happened',
      );
    case 'reachability':
      return textTable(
        ['from', 'address', 'result', 'detail'],
        evidence.rows.map((row) => [row.from, row.address, REACH_WORDS[row.reach], row.detail]),
      );
    case 'sockets':
      return socketLines(evidence);
    case 'http':
      return orNone(evidence.exchanges.flatMap(exchangeLines), 'nothing was asked');
    case 'processes':
      return processLines(evidence);
    case 'series':
      return seriesLines(evidence);
    case 'layers':
      return layerLines(evidence);
    case 'build-grid':
      return gridLines(evidence);
    case 'dns':
      return dnsLines(evidence);
    case 'health':
      return evidence.probes.length === 0
        ? ['no probe was run']
        : textTable(
            ['when', 'exit', 'status after it', 'output'],
            evidence.probes.map((p) => [formatOffset(p.atMs), String(p.exitCode), p.status, p.output]),
          );
  }
}

/** What became of one try to reach the service, in words that fit into a table. */
export const REACH_WORDS = {
  answered: 'answered',
  'other-answer': 'something else answered',
  refused: 'connection refused',
  reset: 'connection reset',
  timeout: 'no answer in time',
  'not-published': 'port not published',
  'not-tried': 'not tried',
} as const satisfies Record<EvidenceOf<'reachability'>['rows'][number]['reach'], string>;

/** States of /proc/<pid>/stat in words. */
export function processStateWords(state: string): string {
  return PROCESS_STATES.get(state.slice(0, 1)) ?? state;
}

const PROCESS_STATES: ReadonlyMap<string, string> = new Map([
  ['R', 'running'],
  ['S', 'sleeping'],
  ['D', 'waiting for a disk'],
  ['T', 'stopped'],
  ['t', 'traced'],
  ['Z', 'zombie'],
  ['X', 'dead'],
  ['I', 'idle'],
]);

/** A socket's address and port as `ss` writes them. */
export function socketAddress(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function logLines(log: EvidenceOf<'log'>): string[] {
  const lines = log.lines.map((line) => line.trimEnd());
  return orNone(log.truncated ? ['… (earlier lines left out)', ...lines] : lines, 'nothing was written');
}

function exitLines(exit: EvidenceOf<'exit'>): string[] {
  const code = exit.exitCode === null ? 'none' : String(exit.exitCode);
  return [
    `exit code: ${code}${exit.meaning === '' ? '' : ` (${exit.meaning})`}`,
    `command:   ${exit.argv.length === 0 ? 'none' : JSON.stringify(exit.argv)}`,
    `ran for:   ${exit.ranForMs === null ? 'it never started' : formatDuration(exit.ranForMs)}`,
    ...(exit.oomKilled ? ['memory:    the kernel killed it at the memory limit'] : []),
  ];
}

function socketLines(sockets: EvidenceOf<'sockets'>): string[] {
  if (sockets.rows.length === 0) return ['nothing listens'];
  return textTable(
    ['listening on', 'family', 'reachable from outside', 'owner'],
    sockets.rows.map((row) => [
      socketAddress(row.address, row.port),
      row.family === 'ipv4' ? 'IPv4' : 'IPv6',
      row.reachableFromOutside ? 'yes' : 'no',
      row.owners.map((owner) => `${owner.pid} ${owner.argv}`).join(', ') || 'unknown',
    ]),
  );
}

function exchangeLines(exchange: EvidenceOf<'http'>['exchanges'][number]): string[] {
  return [
    `${exchange.ok ? 'ok  ' : 'not '} ${exchange.request}`,
    `       expected: ${exchange.expected}`,
    `       observed: ${exchange.observed}`,
    ...exchange.body
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => `       | ${line.trimEnd()}`),
  ];
}

function processLines(processes: EvidenceOf<'processes'>): string[] {
  if (processes.rows.length === 0) return ['no process'];
  return textTable(
    ['pid', 'parent', 'state', 'uid', 'age', 'command'],
    processTree(processes.rows).map(({ row, depth }) => [
      String(row.pid),
      String(row.parentPid),
      processStateWords(row.state),
      String(row.user),
      formatDuration(row.ageMs),
      `${'  '.repeat(depth)}${row.argv === '' ? `[${row.name}]` : row.argv}`,
    ]),
  );
}

/** Longest bar of a series in characters. */
const BAR = 40;

function seriesLines(series: EvidenceOf<'series'>): string[] {
  const max = Math.max(1, ...series.points.map((point) => point.value));
  return orNone(
    series.points.map((point) => {
      const bar = '#'.repeat(Math.max(0, Math.round((point.value / max) * BAR)));
      return `${formatOffset(point.atMs).padStart(10)}  ${String(point.value).padStart(5)} ${series.unit}  ${bar}`.trimEnd();
    }),
    'nothing was measured',
  );
}

function layerLines(layers: EvidenceOf<'layers'>): string[] {
  const own = layers.layers.filter((layer) => !layer.fromBase);
  const head = `total ${formatBytes(layers.totalBytes)} = base ${formatBytes(layers.baseBytes)} + yours ${formatBytes(layers.totalBytes - layers.baseBytes)}${layers.limitBytes === 0 ? '' : `; limit ${formatBytes(layers.limitBytes)}`}`;
  return [
    head,
    ...textTable(
      ['line', 'size', 'wasted', 'instruction'],
      own.map((layer) => [
        layer.line === null ? '-' : String(layer.line),
        formatBytes(layer.bytes),
        layer.wastedBytes === 0 ? '-' : formatBytes(layer.wastedBytes),
        layer.instruction,
      ]),
    ),
    ...section(
      'biggest folders:',
      layers.folders.map((f) => `  ${formatBytes(f.bytes).padStart(8)}  ${f.path}`),
    ),
    ...section(
      'what could be left out:',
      layers.findings.map(
        (finding) =>
          `  ${formatBytes(finding.bytes).padStart(8)}  ${finding.path}: ${finding.what} (${finding.line === null ? '' : `line ${finding.line}, `}${finding.instruction})`,
      ),
    ),
  ];
}

function gridLines(grid: EvidenceOf<'build-grid'>): string[] {
  return textTable(
    ['line', 'step', ...grid.builds, ''],
    grid.steps.map((step) => [
      step.line === null ? '-' : String(step.line),
      step.name,
      ...grid.builds.map((_, build) => CELL_WORDS[step.cells[build] ?? 'absent']),
      step.note === '' ? '' : `<- ${step.note}`,
    ]),
  );
}

const CELL_WORDS = { cached: 'CACHED', ran: 'ran', absent: '-' } as const satisfies Record<
  EvidenceOf<'build-grid'>['steps'][number]['cells'][number],
  string
>;

function dnsLines(dns: EvidenceOf<'dns'>): string[] {
  const resolvers = dns.resolvers.map(
    (r) => `  ${r.via}: ${r.address} ${r.answers ? 'answers' : 'does not answer'}`,
  );
  const queries = dns.queries.map(
    (q) => `  ${formatOffset(q.atMs)}  ${q.name} ${q.recordType} asked of ${q.server}: ${q.answer}`,
  );
  return ['resolvers:', ...orNone(resolvers, '  none'), 'queries:', ...orNone(queries, '  none was seen')];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function orNone(lines: string[], none: string): string[] {
  return lines.length === 0 ? [none] : lines;
}
