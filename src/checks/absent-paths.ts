import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { ImageFacts, ImageLayer, LayerEntry } from '../app/ports/bench.ts';
import type { Canary } from '../core/planted-files.ts';
import { formatBytes } from '../core/units.ts';
import { failed, passed, plural } from './outcome.ts';
import { stagesOf } from './dockerfile-stages.ts';
import { blameLayers, blameText, type Blame } from './layer-blame.ts';
import { layersEvidence } from './layers-evidence.ts';
import { globPattern, matchesAny } from './path-glob.ts';
import { isUnder, removedAfter } from './removed-paths.ts';

/** Litter of a kind that images often carry. `inBase`: the base image is searched for it, too. */
const GROUPS = {
  compilers: {
    what: 'compiler',
    inBase: true,
    paths: [
      '**/bin/gcc',
      '**/bin/g++',
      '**/bin/cc',
      '**/bin/c++',
      '**/bin/clang',
      '**/bin/tcc',
      '**/bin/*-gcc',
      '**/bin/*-gcc-*',
      '**/bin/gcc-*',
      '**/bin/g++-*',
      '**/bin/clang-*',
      '**/cc1',
      '**/cc1plus',
      '**/collect2',
    ],
  },
  'apt-lists': { what: 'package list of apt', inBase: false, paths: ['/var/lib/apt/lists/**'] },
  'apt-cache': { what: 'package kept by apt', inBase: false, paths: ['/var/cache/apt/archives/**'] },
  'pip-cache': { what: 'cache of pip', inBase: false, paths: ['**/.cache/pip/**'] },
  bytecode: { what: 'compiled Python file', inBase: false, paths: ['**/__pycache__/**'] },
} as const;
const GroupName = z.enum(['compilers', 'apt-lists', 'apt-cache', 'pip-cache', 'bytecode']);

const Parameters = z
  .strictObject({
    /** None of the files that the grader planted in the build context, under whatever name. */
    planted: z.boolean().default(false),
    /** Globs of absolute paths; one without a slash in front is looked for from the root. */
    paths: z.array(z.string().min(1).max(200)).max(40).default([]),
    groups: z.array(GroupName).default([]),
  })
  .refine((with_) => with_.planted || with_.paths.length > 0 || with_.groups.length > 0, {
    error: 'nothing to look for: `planted`, `paths` or `groups`',
  });
type Parameters = z.infer<typeof Parameters>;

type Finding = 'planted' | 'path' | z.infer<typeof GroupName>;

interface Rule {
  readonly finding: Finding;
  readonly inBase: boolean;
  /** What an entry is where the rule applies to it; null where it doesn't. */
  readonly match: (entry: LayerEntry) => string | null;
}

interface Hit {
  readonly finding: Finding;
  readonly what: string;
  readonly entry: LayerEntry;
  readonly blame: Blame;
  /** A later layer takes it out of sight. */
  readonly hidden: boolean;
}

/** What has no place in an image is in none of its layers, also not in one below a layer that deletes it. */
export const absentPaths = checkKind({
  name: 'absent-paths',
  schema: Parameters,
  findings: ['deleted-later', 'planted', ...GroupName.options, 'path'],
  needs: 'build',
  use: 'shared',
  async run(subject, parameters, signal) {
    const facts = await subject.imageFacts(signal);
    const { stages, final } = stagesOf(subject.service.image);
    const blames = blameLayers(stages, final, facts.layers);
    const hits = search(facts, blames, rulesOf(parameters, subject.build?.canaries ?? []));
    const findings = {
      expected: `In no layer of the image: ${wantedText(parameters)}.`,
      observed: observedOf(hits),
      explanation:
        'An image is the sum of its layers, and each one is pulled and kept whole. What one layer has brought, a later one can only hide: the bytes stay, and anyone with the image can read them, secrets included. The table names the instruction that brought each of them in.',
      evidence: [
        layersEvidence(facts, blames, { wasted: [], findings: hits.map(toEvidence), limitBytes: 0 }),
      ],
    };
    const [first] = hits;
    if (first === undefined) return passed(findings);
    return failed(hits.every((hit) => hit.hidden) ? 'deleted-later' : first.finding, findings);
  },
});

function rulesOf({ planted, paths, groups }: Parameters, canaries: readonly Canary[]): readonly Rule[] {
  const byHash = new Map(canaries.map((canary) => [canary.sha256, canary.path]));
  const rules: Rule[] = [];
  if (planted) {
    const match = ({ sha256 }: LayerEntry) => {
      const path = sha256 === undefined ? undefined : byHash.get(sha256);
      return path === undefined ? null : `\`${path}\` of the build context`;
    };
    rules.push({ finding: 'planted', inBase: false, match });
  }
  for (const name of groups) {
    const { what, inBase, paths: globs } = GROUPS[name];
    rules.push({ finding: name, inBase, match: pathMatch(globs, what) });
  }
  if (paths.length > 0)
    rules.push({ finding: 'path', inBase: false, match: pathMatch(paths, 'unwanted file') });
  return rules;
}

function pathMatch(globs: readonly string[], what: string): Rule['match'] {
  const patterns = globs.map(globPattern);
  // Empty files are marks that tools leave behind, such as apt's lock.
  return (entry) => (entry.bytes > 0 && matchesAny(entry.path, patterns) ? what : null);
}

function search(facts: ImageFacts, blames: readonly Blame[], rules: readonly Rule[]): readonly Hit[] {
  const hits = facts.layers.flatMap((layer, index) => {
    const applying = rules.filter((rule) => rule.inBase || !layer.fromBase);
    const found = layer.entries.flatMap((entry) => matched(entry, applying));
    if (found.length === 0) return [];
    const removed = removedAfter(facts.layers, index);
    const blame = blames[index] ?? { line: null, instruction: layer.createdBy };
    return found.map((hit) => ({
      ...hit,
      blame: blameOf(layer, blame),
      hidden: isUnder(hit.entry.path, removed),
    }));
  });
  const order = rules.map((rule) => rule.finding);
  return hits.sort(
    (a, b) => order.indexOf(a.finding) - order.indexOf(b.finding) || b.entry.bytes - a.entry.bytes,
  );
}

function matched(entry: LayerEntry, rules: readonly Rule[]): Omit<Hit, 'blame' | 'hidden'>[] {
  if (entry.kind !== 'file') return [];
  for (const rule of rules) {
    const what = rule.match(entry);
    if (what !== null) return [{ finding: rule.finding, what, entry }];
  }
  return [];
}

function blameOf(layer: ImageLayer, blame: Blame): Blame {
  return layer.fromBase ? { line: null, instruction: BASE } : blame;
}

function wantedText({ planted, paths, groups }: Parameters): string {
  return [
    ...(planted ? ['the files of the build context that no running service needs'] : []),
    ...groups.map((name) => `any ${GROUPS[name].what}`),
    ...paths.map((path) => `\`${path}\``),
  ].join(', ');
}

const MOST_SHOWN = 6;
const BASE = 'the base image';

function observedOf(hits: readonly Hit[]): string {
  if (hits.length === 0) return 'None of it is in any layer.';
  const shown = hits.slice(0, MOST_SHOWN).map(hitText);
  const more =
    hits.length > MOST_SHOWN ? ` And ${plural(hits.length - MOST_SHOWN, 'more file', 'more files')}.` : '';
  return `${shown.join(' ')}${more}`;
}

function hitText({ what, entry, blame, hidden }: Hit): string {
  const cause = blame.instruction === BASE ? `came with ${BASE}` : `came in by ${blameText(blame)}`;
  const later = hidden ? '; a later layer deletes it, and its bytes stay' : '';
  return `\`${entry.path}\` (${what}, ${formatBytes(entry.bytes)}) ${cause}${later}.`;
}

function toEvidence({ what, entry, blame, hidden }: Hit) {
  return {
    path: entry.path,
    what: hidden ? `${what}, deleted in a later layer` : what,
    bytes: entry.bytes,
    line: blame.line,
    instruction: blame.instruction,
  };
}
