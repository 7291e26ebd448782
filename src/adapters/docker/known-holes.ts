import type Docker from 'dockerode';
import { z } from 'zod';
import { engineCall } from './engine.ts';

/** What an engine says of its parts at `GET /version`. */
const EngineParts = z.object({
  Components: z
    .array(
      z.object({
        Name: z.string(),
        Version: z.string(),
        Details: z.object({ GitCommit: z.string().default('') }).prefault({}),
      }),
    )
    .default([]),
});
export type EngineParts = z.infer<typeof EngineParts>;

/** A way out of a container or a build that is known of a version. */
interface KnownHole {
  /** As the engine names the part. BuildKit is a part of the engine and has no version of its own there. */
  readonly part: 'Engine' | 'containerd' | 'runc';
  /** Advisories that tell of it. */
  readonly names: string;
  /** First releases without it, one a line of releases; later lines never had it. */
  readonly mendedIn: readonly string[];
  /** Builds of distributions whose version is older and that carry the fix, by the beginning of their full version. */
  readonly mendedBuilds?: readonly string[];
}

/** From the advisories of the projects themselves; Debian's builds from their changelogs. */
export const KNOWN_HOLES: readonly KnownHole[] = [
  {
    part: 'runc',
    names: 'CVE-2024-21626 (leaked descriptors)',
    mendedIn: ['1.1.12'],
    mendedBuilds: ['1.1.5+ds1-1+deb12u', '1.0.0~rc93+ds1-5+deb11u'],
  },
  {
    part: 'runc',
    names: 'CVE-2025-31133, CVE-2025-52565, CVE-2025-52881 (masked paths, console, writes to /proc)',
    mendedIn: ['1.2.8', '1.3.3', '1.4.0'],
  },
  {
    part: 'Engine',
    names: 'CVE-2024-23651, CVE-2024-23652, CVE-2024-23653 (BuildKit before 0.12.5)',
    mendedIn: ['25.0.2'],
  },
  {
    part: 'Engine',
    names: 'CVE-2024-29018 (names asked outside from internal networks)',
    mendedIn: ['23.0.11', '25.0.5', '26.0.0'],
  },
  { part: 'containerd', names: 'CVE-2020-15257 (shim sockets)', mendedIn: ['1.3.9', '1.4.3'] },
];

/** A known hole of this engine. */
export interface EngineHole {
  /**
   * `open`: the version has it. `untold`: a distribution's build of such a version, which may carry the fix without
   * saying so in its number.
   */
  readonly state: 'open' | 'untold';
  /** A sentence for operators: part, version, advisory, where it is mended. */
  readonly message: string;
}

/** Which known holes the parts of an engine have. A part that isn't named, or whose version can't be read, has none. */
export function holesOf({ Components: parts }: EngineParts): readonly EngineHole[] {
  return parts.flatMap((part) => {
    const version = numbersOf(part.Version);
    if (version === undefined) return [];
    const full = [part.Version, part.Details.GitCommit];
    return KNOWN_HOLES.filter(
      (hole) =>
        hole.part === part.Name &&
        !isMended(version, hole.mendedIn) &&
        !hole.mendedBuilds?.some((build) => full.some((text) => text.startsWith(build))),
    ).map((hole): EngineHole => {
      const state = full.some((text) => DISTRIBUTIONS.test(text)) ? 'untold' : 'open';
      const told = state === 'open' ? 'has' : 'may have';
      return {
        state,
        message: `${hole.part} ${part.Version} ${told} ${hole.names}; mended in ${hole.mendedIn.join(', ')}`,
      };
    });
  });
}

/** Asks an engine for its parts. @throws GraderFault when it doesn't answer. */
export async function engineHoles(docker: Docker): Promise<readonly EngineHole[]> {
  return holesOf(EngineParts.parse(await engineCall('version', docker.version())));
}

/** Marks of builds that distributions make, whose fixes come without a new upstream version. */
const DISTRIBUTIONS = /[+~]ds|[+~]dfsg|[+~]deb\d|debian|ubuntu|\.(?:el|fc|amzn|azl|suse)\d|\+azure/i;

type Numbers = readonly [major: number, minor: number, patch: number, isRelease: number];

function numbersOf(text: string): Numbers | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)([-~](?:rc|alpha|beta))?/.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch, before] = match;
  return [Number(major), Number(minor), Number(patch), before === undefined ? 1 : 0];
}

/** A line of releases is major and minor together; a line that isn't listed is mended if it is newer than all that are. */
function isMended(version: Numbers, mendedIn: readonly string[]): boolean {
  const firsts = mendedIn.map(required);
  const ofLine = firsts.find(([major, minor]) => major === version[0] && minor === version[1]);
  if (ofLine !== undefined) return compare(version, ofLine) >= 0;
  return firsts.every((first) => compare(version, first) > 0);
}

function required(text: string): Numbers {
  const numbers = numbersOf(text);
  if (numbers === undefined) throw new Error(`${text} is no version`);
  return numbers;
}

function compare(a: Numbers, b: Numbers): number {
  for (const [index, part] of a.entries()) {
    const difference = part - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
