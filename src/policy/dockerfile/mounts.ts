import { quoted, type Findings } from '../findings.ts';
import { resolveBaseImage, type BaseImages } from './base-image.ts';
import type { Flag } from './read-dockerfile.ts';

/** Options that a cache mount has and the memory-backed mount that takes its place has not. */
const CACHE_ONLY = new Set(['id', 'sharing', 'uid', 'gid', 'mode', 'ro', 'readonly', 'rw', 'readwrite']);
const MOST_TMPFS_BYTES = 512 * 1024 * 1024;

/** Judges `RUN --mount=…` and returns the value to build with. */
export function judgeMount(
  flag: Flag,
  isStage: (name: string) => boolean,
  bases: BaseImages,
  findings: Findings,
): string {
  const options = flag.value.split(',').map(option);
  const type = options.find(({ key }) => key === 'type')?.value ?? 'bind';
  switch (type.toLowerCase()) {
    case 'bind':
      return withResolvedSource(flag, options, isStage, bases, findings);
    case 'cache':
      return asMemory(flag, options, findings);
    case 'tmpfs':
      capSize(flag, options, findings);
      return flag.value;
    case 'secret':
    case 'ssh':
      findings.refuse(
        `dockerfile.mount.${type.toLowerCase()}`,
        flag.at,
        `${quoted(flag.text)} asks the builder for a ${type === 'ssh' ? 'key agent' : 'secret'} of the one who runs the build. The grader has none to give to a submission. Leave the mount out; nothing in this lab needs credentials.`,
      );
      return flag.value;
    default:
      findings.refuse(
        'dockerfile.mount.type',
        flag.at,
        `${quoted(type)} is no kind of mount that is taken here. ${quoted('bind')} (from the build context or an earlier stage), ${quoted('cache')} and ${quoted('tmpfs')} are.`,
      );
      return flag.value;
  }
}

interface MountOption {
  readonly key: string;
  readonly value: string;
  readonly text: string;
}

function option(text: string): MountOption {
  const equals = text.indexOf('=');
  const key = equals < 0 ? text : text.slice(0, equals);
  return { key: key.toLowerCase(), value: equals < 0 ? '' : text.slice(equals + 1), text };
}

function withResolvedSource(
  flag: Flag,
  options: readonly MountOption[],
  isStage: (name: string) => boolean,
  bases: BaseImages,
  findings: Findings,
): string {
  return options
    .map(({ key, value, text }) => {
      if (key !== 'from' || value === '' || value === 'scratch' || isStage(value)) return text;
      return `from=${resolveBaseImage(value, bases, findings, 'dockerfile.mount.from', flag.at) ?? 'scratch'}`;
    })
    .join(',');
}

function asMemory(flag: Flag, options: readonly MountOption[], findings: Findings): string {
  if (options.some(({ key }) => key === 'from' || key === 'source' || key === 'src')) {
    findings.refuse(
      'dockerfile.mount.cache-source',
      flag.at,
      `${quoted(flag.text)} fills a cache from elsewhere, which has been a way out of the build container (CVE-2024-23651). A cache mount starts empty here; copy what it should hold with COPY.`,
    );
  }
  findings.notice(
    'dockerfile.mount.cache',
    flag.at,
    'A cache mount is kept between builds on your machine. Here it starts empty every time, so that no submission can leave something behind for another. Mind that a cache mount makes a step faster when it runs; it does not keep the step from running.',
  );
  return options
    .filter(({ key }) => !CACHE_ONLY.has(key))
    .map(({ key, text }) => (key === 'type' ? 'type=tmpfs' : text))
    .join(',');
}

function capSize(flag: Flag, options: readonly MountOption[], findings: Findings): void {
  const size = options.find(({ key }) => key === 'size')?.value;
  if (size === undefined) return;
  const match = /^(\d{1,15})(b|k|m|g)?b?$/i.exec(size);
  const unit = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[match?.[2]?.toLowerCase() ?? 'b'] ?? 1;
  if (match && Number(match[1]) * unit <= MOST_TMPFS_BYTES) return;
  findings.refuse(
    'dockerfile.mount.size',
    flag.at,
    `${quoted(flag.text)} asks for more memory than a build gets. A tmpfs lives in memory; 512m is the most that is taken.`,
  );
}
