import { randomBytes } from 'node:crypto';
import { isInside, textFile, type FileEntry, type FileSet } from '../core/file-set.ts';
import { plantedFile, type Canary } from '../core/planted-files.ts';
import type { PolicyFinding } from '../core/policy-finding.ts';
import type { Scenario } from '../core/scenario-bundle.ts';

/** Where the service that every lab contains keeps the id of its build. */
const BUILD_ID_FILE = 'src/appcore/build_id.py';
const MOST_NAMED = 5;

export interface PreparedFiles {
  readonly files: FileSet;
  /** What was put back, for the learner to know. */
  readonly notices: readonly PolicyFinding[];
}

/** A submission as it is graded: protected folders replaced whole by the grader's own copy. */
export function prepareFiles(scenario: Scenario, submitted: FileSet): PreparedFiles {
  const isProtected = (path: string): boolean => scenario.protected.some((folder) => isInside(path, folder));
  const files = new Map<string, FileEntry>();
  for (const [path, entry] of submitted) {
    if (!isProtected(path)) files.set(path, entry);
  }
  const changed: string[] = [];
  for (const [path, entry] of scenario.starter) {
    if (!isProtected(path)) continue;
    files.set(path, entry);
    if (!sameBytes(submitted.get(path), entry)) changed.push(path);
  }
  for (const path of submitted.keys()) {
    if (isProtected(path) && !scenario.starter.has(path) && !isCompiled(path)) changed.push(path);
  }
  return { files, notices: changed.length > 0 ? [protectedNotice(changed)] : [] };
}

/** A build context: the files with the planted ones laid over, and the id that its build must tell. */
export interface BuildContext {
  readonly files: FileSet;
  readonly buildId: string;
  readonly canaries: readonly Canary[];
}

/** Plants the scenario's files, each with a fresh random text, and writes a fresh build id. */
export function buildContext(scenario: Scenario, files: FileSet): BuildContext {
  const planted = scenario.planted.map(({ path, bytes }) => ({ path, ...plantedFile(path, bytes) }));
  const context = new Map(files);
  for (const { path, entry } of planted) context.set(path, entry);
  return { ...withFreshBuildId(context), canaries: planted.map(({ canary }) => canary) };
}

/** The files with a fresh random build id written into the service's sources, where they hold one. */
export function withFreshBuildId(files: FileSet): { readonly files: FileSet; readonly buildId: string } {
  const buildId = randomBytes(12).toString('hex');
  if (!files.has(BUILD_ID_FILE)) return { files, buildId };
  const text = `"""Written by the grader before each build."""\n\nBUILD_ID = "${buildId}"\n`;
  return { files: new Map(files).set(BUILD_ID_FILE, textFile(text)), buildId };
}

function sameBytes(a: FileEntry | undefined, b: FileEntry): boolean {
  return a !== undefined && Buffer.compare(a.bytes, b.bytes) === 0;
}

/** Running the service at home leaves these; nobody changed anything. */
function isCompiled(path: string): boolean {
  return /(^|\/)(__pycache__\/|[^/]+\.egg-info\/)|\.(pyc|so)$/.test(path);
}

function protectedNotice(changed: readonly string[]): PolicyFinding {
  const named = changed.slice(0, MOST_NAMED).map((path) => `\`${path}\``);
  const more = changed.length > MOST_NAMED ? ` and ${changed.length - MOST_NAMED} more` : '';
  return {
    rule: 'files.protected',
    file: changed[0] ?? '',
    line: 1,
    column: 1,
    message:
      `These files belong to the grader and were replaced by its own copy before the build: ${named.join(', ')}${more}. ` +
      'The fault of this lab lies outside of them.',
  };
}
