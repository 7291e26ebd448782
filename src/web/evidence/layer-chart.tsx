import type { EvidenceOf } from '../../core/evidence.ts';
import { formatBytes } from '../../core/units.ts';
import { WideTable } from './wide-table.tsx';

type Layers = EvidenceOf<'layers'>;

export function LayerChart({ layers }: { readonly layers: Layers }) {
  const own = layers.layers.filter((layer) => !layer.fromBase);
  const widest = Math.max(1, ...own.map((layer) => layer.bytes));
  return (
    <div className="stack tight">
      <Whole layers={layers} />
      <WideTable
        label="Layers that the Dockerfile added"
        head={['Line', 'Instruction', 'Size', 'Wasted']}
        numeric={[0, 2, 3]}
      >
        {own.map((layer, index) => (
          <tr key={index}>
            <td className="right muted">{layer.line ?? '–'}</td>
            <th scope="row" className="wide">
              <span className="mono ev-instruction" title={layer.instruction}>
                {layer.instruction}
              </span>
              <span className="ev-bar" aria-hidden="true">
                <i className="own" style={{ width: percent(layer.bytes - layer.wastedBytes, widest) }} />
                <i className="waste" style={{ width: percent(layer.wastedBytes, widest) }} />
              </span>
            </th>
            <td className="right nowrap">{formatBytes(layer.bytes)}</td>
            <td className="right nowrap">
              {layer.wastedBytes === 0 ? <span className="muted">–</span> : formatBytes(layer.wastedBytes)}
            </td>
          </tr>
        ))}
      </WideTable>
      <Findings layers={layers} />
      <Folders layers={layers} />
    </div>
  );
}

/** The image as one bar against its limit. */
function Whole({ layers }: { readonly layers: Layers }) {
  const wasted = layers.layers.reduce((sum, layer) => sum + (layer.fromBase ? 0 : layer.wastedBytes), 0);
  const own = Math.max(0, layers.totalBytes - layers.baseBytes - wasted);
  const scale = Math.max(layers.totalBytes, layers.limitBytes, 1);
  const over = layers.limitBytes > 0 && layers.totalBytes > layers.limitBytes;
  return (
    <div>
      <p className="ev-total">
        <strong className={over ? 'over' : ''}>{formatBytes(layers.totalBytes)}</strong>{' '}
        <span className="muted">
          {over ? 'over' : 'of'} the limit of {formatBytes(layers.limitBytes)}
        </span>
      </p>
      <div className="ev-whole" aria-hidden="true">
        <i className="base" style={{ width: percent(layers.baseBytes, scale) }} />
        <i className="own" style={{ width: percent(own, scale) }} />
        <i className="waste" style={{ width: percent(wasted, scale) }} />
        {layers.limitBytes > 0 ? <b style={{ left: percent(layers.limitBytes, scale) }} /> : null}
      </div>
      <ul className="ev-legend">
        <li className="base">base image {formatBytes(layers.baseBytes)}</li>
        <li className="own">added {formatBytes(own)}</li>
        <li className="waste">wasted {formatBytes(wasted)}</li>
      </ul>
    </div>
  );
}

function Findings({ layers }: { readonly layers: Layers }) {
  if (layers.findings.length === 0) return null;
  return (
    <WideTable
      label="What needs not be in the image"
      head={['What needs not be there', 'Line', 'Would save']}
      numeric={[1, 2]}
    >
      {layers.findings.map((finding, index) => (
        <tr key={index}>
          <th scope="row" className="wide">
            <code>{finding.path}</code> <span className="small">{finding.what}</span>
            <div className="mono muted ev-instruction">{finding.instruction}</div>
          </th>
          <td className="right">{finding.line ?? '–'}</td>
          <td className="right nowrap">{formatBytes(finding.bytes)}</td>
        </tr>
      ))}
    </WideTable>
  );
}

function Folders({ layers }: { readonly layers: Layers }) {
  if (layers.folders.length === 0) return null;
  const widest = Math.max(1, ...layers.folders.map((folder) => folder.bytes));
  return (
    <WideTable label="Biggest folders" head={['Biggest folders', 'Size']} numeric={[1]}>
      {layers.folders.map((folder) => (
        <tr key={folder.path}>
          <th scope="row" className="wide">
            <code>{folder.path}</code>
            <span className="ev-bar" aria-hidden="true">
              <i className="base" style={{ width: percent(folder.bytes, widest) }} />
            </span>
          </th>
          <td className="right nowrap">{formatBytes(folder.bytes)}</td>
        </tr>
      ))}
    </WideTable>
  );
}

function percent(part: number, whole: number): string {
  return `${Math.max(0, Math.min(100, (part / whole) * 100)).toFixed(2)}%`;
}
