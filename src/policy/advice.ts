import { jsonWords, type DockerfileText, type Instruction } from './dockerfile/read-dockerfile.ts';
import { splitOnSpace, splitQuoted } from './dockerfile/words.ts';
import { quoted, type Findings } from './findings.ts';

/**
 * What a reviewer would say of a Dockerfile that is fine to build: lessons of hadolint and BuildKit's own checks that
 * these labs are about. Advice never costs points.
 */
export function adviseOn(source: DockerfileText, findings: Findings): void {
  const stages = stagesOf(source);
  const final = stages.at(-1) ?? [];
  for (const instruction of source.instructions) {
    adviseOnSecrets(instruction, source.escape, findings);
    if (instruction.keyword === 'FROM') adviseOnTag(instruction, stages, findings);
    if (instruction.keyword === 'ADD') adviseOnAdd(instruction, findings);
    if (instruction.keyword === 'RUN') adviseOnPackages(instruction, source, findings);
  }
  for (const instruction of final) {
    if (instruction.keyword === 'CMD' || instruction.keyword === 'ENTRYPOINT')
      adviseOnShellForm(instruction, findings);
  }
  adviseOnUser(final, stages, findings);
}

type StageText = readonly Instruction[];

function stagesOf(source: DockerfileText): readonly StageText[] {
  const stages: Instruction[][] = [];
  for (const instruction of source.instructions) {
    if (instruction.keyword === 'FROM') stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return stages;
}

/** hadolint DL3025, BuildKit JSONArgsRecommended */
function adviseOnShellForm(instruction: Instruction, findings: Findings): void {
  if (jsonWords(instruction.args) !== undefined || instruction.args === '') return;
  findings.notice(
    'advice.shell-form',
    instruction.at,
    `This ${instruction.keyword} is a line of text, so ${quoted('/bin/sh -c')} runs it and may stay in front of your program as PID 1, where it swallows the stop signal. As a list, ${quoted('["program", "argument"]')}, the program itself is started.`,
  );
}

/** hadolint DL3006, DL3007 */
function adviseOnTag(instruction: Instruction, stages: readonly StageText[], findings: Findings): void {
  const [image = ''] = splitOnSpace(instruction.args);
  const names = stages.map(([from]) => (splitOnSpace(from?.args ?? '')[2] ?? '').toLowerCase());
  if (
    image === 'scratch' ||
    image.includes('$') ||
    image.includes('@') ||
    names.includes(image.toLowerCase())
  )
    return;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  if (tag !== undefined && tag !== 'latest') return;
  findings.notice(
    'advice.latest-tag',
    instruction.argsAt,
    `${quoted(image)} means whatever is the latest on the day of the build, so the same Dockerfile gives another image next month. Name a version.`,
  );
}

/** hadolint DL3020 */
function adviseOnAdd(instruction: Instruction, findings: Findings): void {
  const sources = (jsonWords(instruction.args) ?? splitOnSpace(instruction.args)).slice(0, -1);
  if (sources.some((path) => /\.(?:tar|tgz|tbz2?|txz|tar\.\w+|gz|xz|bz2)$/.test(path))) return;
  findings.notice(
    'advice.add',
    instruction.at,
    'ADD unpacks archives and fetches addresses; COPY only copies. For plain files COPY says what is meant and never surprises.',
  );
}

/** BuildKit SecretsUsedInArgOrEnv */
function adviseOnSecrets(instruction: Instruction, escape: string, findings: Findings): void {
  if (instruction.keyword !== 'ENV' && instruction.keyword !== 'ARG') return;
  const words = splitQuoted(instruction.args, escape);
  const names = words.map((word) => word.split('=', 1)[0] ?? '');
  const name = names.find((candidate) =>
    /(?:^|_)(?:secret|token|password|passwd|api_?key|private_?key|credentials?)(?:$|_)/i.test(candidate),
  );
  if (name === undefined) return;
  findings.notice(
    'advice.secret',
    instruction.argsAt,
    `The value of ${quoted(name)} stays in the image: ${quoted('docker history')} and ${quoted('docker inspect')} show it to everyone who has the image. Secrets are given to the container when it starts.`,
  );
}

/** hadolint DL3009, DL3015, DL3042 */
function adviseOnPackages(instruction: Instruction, source: DockerfileText, findings: Findings): void {
  const commands = instruction.args.split(/&&|\|\||[;|]/).map((command) => splitOnSpace(command));
  const installs = commands.filter(
    (words) => calls(words, 'apt-get', 'install') || calls(words, 'apt', 'install'),
  );
  const updates = commands.some(
    (words) => calls(words, 'apt-get', 'update') || calls(words, 'apt', 'update'),
  );
  if (installs.some((words) => !words.includes('--no-install-recommends'))) {
    const message = `Without ${quoted('--no-install-recommends')} apt also installs what a package merely recommends, often several times its own size.`;
    findings.notice('advice.apt-recommends', instruction.at, message);
  }
  const cleans = /rm\s+-\w*r\w*\s[^&;|]*\/var\/lib\/apt\/lists/.test(instruction.args);
  if (installs.length > 0 && updates && !cleans) {
    const message = `The package lists that ${quoted('apt-get update')} fetched stay in this layer. Only a ${quoted('rm -rf /var/lib/apt/lists/*')} in the same RUN keeps them out: a later layer can't make an earlier one smaller.`;
    findings.notice('advice.apt-lists', instruction.at, message);
  }
  if (updates && installs.length === 0) {
    const message = `${quoted('apt-get update')} alone in a RUN is cached by itself, and a later install works with old lists. Update and install belong into one RUN.`;
    findings.notice('advice.apt-update-alone', instruction.at, message);
  }
  adviseOnPip(instruction, commands, source, findings);
}

function adviseOnPip(
  instruction: Instruction,
  commands: readonly (readonly string[])[],
  source: DockerfileText,
  findings: Findings,
): void {
  const installs = commands.filter(
    (words) => calls(words, 'pip', 'install') || calls(words, 'pip3', 'install'),
  );
  const isOff = source.instructions.some(
    ({ keyword, args }) => keyword === 'ENV' && args.includes('PIP_NO_CACHE_DIR'),
  );
  const isMounted = instruction.flags.some(
    ({ name, value }) => name === 'mount' && value.includes('type=cache'),
  );
  if (isOff || isMounted || installs.every((words) => words.includes('--no-cache-dir'))) return;
  const message = `pip keeps a copy of every package that it downloads, and the copies stay in this layer. ${quoted('--no-cache-dir')} leaves them out.`;
  findings.notice('advice.pip-cache', instruction.at, message);
}

function calls(words: readonly string[], program: string, command: string): boolean {
  const at = words.indexOf(program);
  return at >= 0 && words.slice(at + 1).find((word) => !word.startsWith('-')) === command;
}

/** hadolint DL3002, dockle CIS-DI-0001 */
function adviseOnUser(final: StageText, stages: readonly StageText[], findings: Findings): void {
  const users = withParents(final, stages).flatMap((stage) =>
    stage.filter(({ keyword }) => keyword === 'USER'),
  );
  const last = users.at(-1);
  const at = last?.at ?? final[0]?.at;
  if (!at || (last && !/^(?:root|0)(?::|$)/.test(last.args))) return;
  findings.notice(
    'advice.root-user',
    at,
    'The program runs as root. A container isn’t a wall as thick as a machine’s: a program that needs no rights should have none. Make a user and switch to it with USER.',
  );
}

/** The stages that a stage goes on from, first one first, itself last. */
function withParents(stage: StageText, stages: readonly StageText[]): readonly StageText[] {
  const chain: StageText[] = [];
  for (let current: StageText | undefined = stage; current;) {
    chain.unshift(current);
    const [image = ''] = splitOnSpace(current[0]?.args ?? '');
    const above: readonly StageText[] = stages.slice(0, stages.indexOf(current));
    current = above.findLast(
      ([from]) => splitOnSpace(from?.args ?? '')[2]?.toLowerCase() === image.toLowerCase(),
    );
  }
  return chain;
}
