import type { ContainerProcess, SocketTable } from '../../../app/ports/container.ts';

/** A row of `/proc/<pid>/net/tcp{,6}` with the processes that hold the socket. */
export interface SocketRow {
  readonly family: 'tcp' | 'tcp6';
  /** `0100007F:1F90`: the address in words of the machine's byte order, then the port, both in hex. */
  readonly local: string;
  readonly remote: string;
  /** `0A` listening, `01` established, `08` closed by the other end alone. */
  readonly state: string;
  readonly owners: readonly ContainerProcess[];
}

/** The container's resolver stub: Docker's own listener, in every container on a network of its own. */
const DOCKER_RESOLVER = '127.0.0.11';

/** Decodes the kernel's socket tables; Docker's own resolver is left out. */
export function decodeSockets(rows: readonly SocketRow[]): SocketTable {
  const sockets = rows.map((row) => ({ ...row, at: endpoint(row.local), peer: endpoint(row.remote) }));
  return {
    listening: sockets
      .filter(({ state, at }) => state === '0A' && at.address !== DOCKER_RESOLVER)
      .map(({ family, at, owners }) => ({ family: family === 'tcp' ? 'ipv4' : 'ipv6', ...at, owners })),
    established: sockets
      .filter(({ state }) => state === '01')
      .map(({ at, peer, owners }) => ({
        localPort: at.port,
        remoteAddress: peer.address,
        remotePort: peer.port,
        owners,
      })),
    waiting: sockets
      .filter(({ state, owners }) => state !== '0A' && owners.length === 0)
      .map(({ at }) => ({ localPort: at.port })),
  };
}

/**
 * `0100007F:1F90` → 127.0.0.1:8080. Words are little-endian on the machines that Docker runs on.
 * An IPv4 peer of a dual-stack socket (`::ffff:a.b.c.d`) is told as IPv4.
 */
export function endpoint(text: string): { readonly address: string; readonly port: number } {
  const [hex = '', port = '0'] = text.split(':');
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  return { address: bytes.length === 4 ? bytes.join('.') : ipv6(bytes), port: Number.parseInt(port, 16) };
}

function ipv6(bytes: readonly number[]): string {
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return bytes.slice(12).join('.');
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) {
    groups.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  }
  // The longest run of zero groups is written `::` (RFC 5952).
  const zeros = [...groups.join(':').matchAll(/(^|(?<=:))0(:0)+(?=:|$)/g)].sort(
    (a, b) => b[0].length - a[0].length,
  )[0];
  const whole = groups.join(':');
  if (!zeros) return whole;
  const before = whole.slice(0, zeros.index).replace(/:$/, '');
  const after = whole.slice(zeros.index + zeros[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
