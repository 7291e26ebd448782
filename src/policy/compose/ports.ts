import type { PortMapping } from '../../core/plan.ts';
import { quoted, type Findings, type Place } from '../findings.ts';
import { PORT_KEYS } from '../nested-keys.ts';
import { valueOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.ts';
import { checkKeys } from './check-keys.ts';
import { invalid, readInteger, readPrintable, readText, shown } from './values.ts';

const MOST_PORTS = 16;
const LOOPBACK_OR_ANY = /^(?:127(?:\.\d{1,3}){3}|0\.0\.0\.0|::1?)$/;

/** `ports` of a service. Nothing is published on the grader's machine; the mapping is followed by the prober. */
export function readPorts(node: YamlNode, findings: Findings): readonly PortMapping[] {
  if (node.kind !== 'list') {
    invalid(
      'ports',
      node.at,
      `${quoted('ports')} takes a list, such as ${quoted('- "8000:8000"')}.`,
      findings,
    );
    return [];
  }
  if (node.items.length > MOST_PORTS) {
    invalid('ports', node.at, `A service publishes at most ${MOST_PORTS} ports here.`, findings);
    return [];
  }
  const ports = node.items.flatMap((item) => readMapping(item, findings));
  if (ports.length > MOST_PORTS) {
    invalid('ports', node.at, `A service publishes at most ${MOST_PORTS} ports here.`, findings);
    return [];
  }
  // Compose takes two equal mappings for one.
  return [...new Map(ports.map((port) => [JSON.stringify(port), port])).values()];
}

/** A mapping as written, all parts still texts. */
interface WrittenPort {
  readonly target: string;
  readonly published: string;
  readonly hostIp: string;
  readonly protocol: string;
}

function readMapping(node: YamlNode, findings: Findings): readonly PortMapping[] {
  const written = node.kind === 'map' ? longForm(node, findings) : shortForm(node, findings);
  if (!written) return [];
  return eachOf(written, node.at, findings).flatMap((one) => readPort(one, node.at, findings) ?? []);
}

/** A range on both sides stands for as many mappings, port by port; the engine would choose where only one side is a range. */
function eachOf(written: WrittenPort, at: Place, findings: Findings): readonly WrittenPort[] {
  const published = portRange(written.published);
  const target = portRange(written.target);
  if (!published && !target) return [written];
  const length = target?.length ?? 0;
  const isPairwise = written.published === '' || published?.length === length;
  if (length === 0 || length > MOST_PORTS || !isPairwise) {
    const text = written.published === '' ? written.target : `${written.published}:${written.target}`;
    const message = `${quoted(text)} leaves open which port leads where. A range is taken where both sides have as many ports, ${MOST_PORTS} at most; else name each mapping by itself.`;
    findings.refuse('compose.ports.range', at, message);
    return [];
  }
  return Array.from({ length }, (_, step) => ({
    ...written,
    target: String((target?.first ?? 0) + step),
    published: published ? String(published.first + step) : '',
  }));
}

function portRange(text: string): { readonly first: number; readonly length: number } | undefined {
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  if (first === undefined || last === undefined) return undefined;
  return { first: Number(first), length: Math.max(0, Number(last) - Number(first) + 1) };
}

function readPort(written: WrittenPort, at: Place, findings: Findings): PortMapping | undefined {
  const protocol = judgeProtocol(written.protocol.toLowerCase(), at, findings);
  const target = portNumber(written.target, 'container', at, findings);
  // Port 0 leaves the choice to the engine, as no port does.
  const published = /^0*$/.test(written.published) ? null : hostPort(written.published, at, findings);
  const hostIp = judgeHostIp(written.hostIp, at, findings);
  if (protocol === undefined || target === undefined || published === undefined || hostIp === undefined)
    return undefined;
  return { published, target, protocol, ...(hostIp !== '' && { hostIp }) };
}

function longForm(map: YamlMap, findings: Findings): WrittenPort | undefined {
  checkKeys(map, PORT_KEYS, 'ports.', findings);
  const target = valueOf(map, 'target');
  const published = valueOf(map, 'published');
  const hostIp = valueOf(map, 'host_ip');
  const protocol = valueOf(map, 'protocol');
  if (!target) {
    invalid(
      'ports',
      map.at,
      `A port needs a ${quoted('target')}: the port inside of the container.`,
      findings,
    );
    return undefined;
  }
  const number = readInteger(target, 'ports.target', findings);
  if (number === undefined) return undefined;
  return {
    target: String(number),
    published: published ? (readPrintable(published, 'ports.published', findings) ?? '') : '',
    hostIp: hostIp ? (readText(hostIp, 'ports.host_ip', findings) ?? '') : '',
    protocol: protocol ? (readText(protocol, 'ports.protocol', findings) ?? 'tcp') : 'tcp',
  };
}

/** `[[IP:]HOST:]CONTAINER[/PROTOCOL]` */
function shortForm(node: YamlNode, findings: Findings): WrittenPort | undefined {
  const isNumber = node.kind === 'scalar' && typeof node.value === 'number' && Number.isInteger(node.value);
  const text =
    isNumber || (node.kind === 'scalar' && typeof node.value === 'string') ? node.printed : undefined;
  const match = /^(?:(?:(\[[^\]]*\]|[^[\]:]*):)?([^[\]:]*):)?([^[\]:/]+)(?:\/([^[\]:/]*))?$/.exec(text ?? '');
  if (!match) {
    const message = `${shown(node)} isn't a port mapping. It reads ${quoted('HOST:CONTAINER')}, for example ${quoted('"8000:8000"')}: first the port on the machine, then the one that the program listens on in the container. An IPv6 address goes into brackets.`;
    invalid('ports', node.at, message, findings);
    return undefined;
  }
  const [, hostIp = '', published = '', target = '', protocol = ''] = match;
  return {
    target,
    published,
    hostIp: hostIp.replace(/^\[|\]$/g, ''),
    protocol: protocol === '' ? 'tcp' : protocol,
  };
}

function judgeProtocol(protocol: string, at: Place, findings: Findings): 'tcp' | 'udp' | undefined {
  if (protocol === 'tcp' || protocol === 'udp') return protocol;
  findings.refuse(
    'compose.ports.protocol',
    at,
    `${quoted(protocol)} can't be published here; ${quoted('tcp')} and ${quoted('udp')} can. HTTP goes over tcp.`,
  );
  return undefined;
}

function portNumber(text: string, side: string, at: Place, findings: Findings): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  invalid('ports', at, `${quoted(text)} is no ${side} port: ports are numbers from 1 to 65535.`, findings);
  return undefined;
}

function hostPort(text: string, at: Place, findings: Findings): number | undefined {
  const port = portNumber(text, 'host', at, findings);
  if (port === undefined || port >= 1024 || port === 80 || port === 443) return port;
  findings.refuse(
    'compose.ports.reserved',
    at,
    `Port ${port} of the machine belongs to its own services, such as SSH on 22; only root may take it. Publish on a port from 1024 on. The port inside of the container is free to choose.`,
  );
  return undefined;
}

function judgeHostIp(address: string, at: Place, findings: Findings): string | undefined {
  if (address === '' || LOOPBACK_OR_ANY.test(address)) return address;
  findings.refuse(
    'compose.ports.host_ip',
    at,
    `${quoted(address)} is an address of one certain machine, and the grader's has another. ${quoted('127.0.0.1')} (this machine only), ${quoted('0.0.0.0')} or no address at all mean the same everywhere.`,
  );
  return undefined;
}
