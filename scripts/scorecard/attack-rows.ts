/** An attack that earlier graders fell to or that this kind of service invites, and what it must lead to here. */
export interface AttackRow {
  readonly row: number;
  readonly area: string;
  readonly attack: string;
  readonly leadsTo: string;
  /** Tests that don't carry the row's number in their title: file and the beginning of the title. */
  readonly elsewhere?: readonly Elsewhere[];
  /** What one machine can't show of it, or why there is nothing to be shown. Needed where there is no test. */
  readonly notShown?: string;
}

export interface Elsewhere {
  readonly file: string;
  readonly title: string;
}

const FORGES = 'test/integration/git/hostile-forges.test.ts';
const PUSHES = 'test/integration/git/hostile-push.test.ts';
const REFUSED = 'refused with the rule that it breaks; no attempt used';
const OVERRIDDEN = 'the grader’s own value holds';

type Told = Omit<AttackRow, 'area' | 'row'>;

const INTAKE: Readonly<Record<number, Told>> = {
  1: { attack: 'paths that lead out of the upload', leadsTo: `${REFUSED}; nothing written` },
  2: { attack: 'links, devices and pipes in an archive', leadsTo: REFUSED },
  3: { attack: 'bombs, a million entries, headers of huge files', leadsTo: 'refused while it streams' },
  4: { attack: 'names that collide, hide or don’t fit', leadsTo: REFUSED },
  5: {
    attack: 'uploads that break off, drip, lie or come in crowds',
    leadsTo: 'ended or asked to come later',
  },
  6: { attack: 'the same upload a hundred times, racing', leadsTo: 'one submission, one run' },
  7: {
    attack: 'others’ submissions, claimed roles, expired tokens',
    leadsTo: 'not found, or not allowed',
    elsewhere: [
      { file: 'test/integration/access.test.ts', title: 'is as the table says' },
      { file: 'test/integration/access.test.ts', title: 'ends with a token that expires' },
    ],
  },
  8: {
    attack: 'webhooks unsigned, altered, or sent again',
    leadsTo: 'turned away; no run',
    elsewhere: [{ file: FORGES, title: 'turns away what isn’t signed' }],
  },
  9: {
    attack: 'repositories at hostile addresses, or full of traps',
    leadsTo: 'refused, or a bounded fetch of plain files',
    elsewhere: [
      { file: FORGES, title: 'follows no redirect' },
      { file: PUSHES, title: 'of few bytes that unpack to many' },
      { file: PUSHES, title: 'asks for no file of a repository' },
    ],
  },
  10: { attack: 'a result sent in by somebody', leadsTo: 'no route takes one' },
};

const COMPOSE: Readonly<Record<number, Told>> = {
  11: { attack: 'alias bombs, tags, merge keys, many documents', leadsTo: REFUSED },
  12: { attack: 'privileges, devices, namespaces of the host', leadsTo: REFUSED },
  13: { attack: 'mounts of the host, drivers’ options, foreign volumes', leadsTo: REFUSED },
  14: { attack: 'keys that run programs or lend the engine', leadsTo: REFUSED },
  15: { attack: 'files of the host, and of other projects', leadsTo: `${REFUSED}; never opened` },
  16: { attack: 'variables of the worker', leadsTo: 'empty, or refused' },
  17: { attack: 'networks of the host or of others', leadsTo: REFUSED },
  18: { attack: 'names that the grader uses', leadsTo: OVERRIDDEN },
  19: { attack: 'hundreds of services, circles', leadsTo: REFUSED },
  20: { attack: 'other log drivers, endless restarts, raised limits', leadsTo: `refused, or ${OVERRIDDEN}` },
  21: { attack: 'a health check each millisecond', leadsTo: OVERRIDDEN },
};

const BUILD: Readonly<Record<number, Told>> = {
  22: { attack: 'a frontend of its own, in every spelling', leadsTo: REFUSED },
  23: { attack: 'insecure steps, host network, secrets, foreign mounts', leadsTo: REFUSED },
  24: {
    attack: 'a working directory in a leaked descriptor; old runtimes',
    leadsTo: 'refused or failed; a worker takes no runs over a runtime with a known hole',
    elsewhere: [{ file: 'test/unit/docker/known-holes.test.ts', title: 'names a runc' }],
  },
  25: { attack: 'fork bombs, endless steps, memory without end', leadsTo: 'a named limit' },
  26: {
    attack: 'files that fill the disk, while building or in the image',
    leadsTo: 'a named limit; a disk that is full all the same is a fault, never a grade',
    notShown: 'millions of inodes, and thousands of layers, which the engine itself refuses',
  },
  27: { attack: 'foreign, private and unknown base images', leadsTo: REFUSED },
  28: { attack: 'calls out of a build', leadsTo: 'no answer from anywhere' },
  29: { attack: 'a poisoned build cache', leadsTo: 'nobody else’s step is met' },
  30: { attack: 'a Dockerfile that isn’t one, a context that is a link', leadsTo: REFUSED },
  31: { attack: 'a build log that lies, floods and is no text', leadsTo: 'bounded and harmless text' },
  32: { attack: 'an image whose settings are traps', leadsTo: 'runs without privileges, ends by force' },
};

const RUN: Readonly<Record<number, Told>> = {
  33: { attack: 'fork bombs that leave their session', leadsTo: 'a named limit; nothing left' },
  34: { attack: 'memory without end, also by files in memory', leadsTo: 'said to be memory' },
  35: { attack: 'signals that are ignored', leadsTo: 'ended by force; the check fails' },
  36: {
    attack: 'output without end, without a line',
    leadsTo: 'bounded text',
    notShown: 'the worker’s own memory meanwhile: only what comes of the run is looked at',
  },
  37: { attack: 'a score that it prints itself', leadsTo: 'not listened to' },
  38: { attack: 'yes to every question, recorded answers', leadsTo: 'fails by what nobody can know' },
  39: { attack: 'good behaviour for the grader alone', leadsTo: 'asked differently each time' },
  40: { attack: 'one right answer, then the end', leadsTo: 'fails: it has to last' },
  41: { attack: 'answers that drip, swell, turn in circles', leadsTo: 'bounded; the prober goes on' },
  42: { attack: 'games with names', leadsTo: 'names are the run’s own' },
  43: {
    attack: 'the machine, its services, the cloud, other benches',
    leadsTo: 'nothing answers, the canary hears nothing',
    elsewhere: [{ file: 'test/docker/sealing.test.ts', title: 'lets nothing of the host' }],
  },
  44: {
    attack: 'what a kernel would give to root',
    leadsTo: 'denied',
    notShown: 'a kernel exploit: the kernel is shared',
  },
  45: {
    attack: 'traps in the place where results are fetched',
    leadsTo: 'nothing is fetched',
    notShown:
      'there is no such place: nothing is read out of a container but bounded answers and saved images',
  },
  46: { attack: 'nothing that serves', leadsTo: 'fails by name' },
  47: { attack: 'a time or a score of the learner’s own', leadsTo: 'server time alone' },
};

const PLATFORM: Readonly<Record<number, Told>> = {
  48: { attack: 'five hundred submissions by one learner', leadsTo: 'others wait one place longer at most' },
  49: {
    attack: 'processes, services, engine and disk that fail at the worst moment',
    leadsTo: 'one verdict each, attempts untouched',
    notShown: 'a split between two machines: here, between two processes',
  },
  50: { attack: 'a worker that stalls while another finishes', leadsTo: 'the late one writes nothing' },
  51: { attack: 'a submission that breaks every worker', leadsTo: 'given up after some tries; others go on' },
  52: { attack: 'time limits of many learners in a row', leadsTo: 'none counts against the worker' },
  53: { attack: 'a regrade of everything during live use', leadsTo: 'learners come first' },
  54: { attack: 'a cancellation that races the verdict', leadsTo: 'one legal end' },
  55: {
    attack: 'formulas and scripts in names and files',
    leadsTo: 'text stays text',
    elsewhere: [{ file: 'test/integration/course.test.ts', title: 'gives tables that no spreadsheet' }],
  },
  56: {
    attack: 'calls of ours to addresses inside',
    leadsTo: 'judged after the name was resolved; no redirect followed',
    elsewhere: [{ file: FORGES, title: 'follows no redirect' }],
  },
  57: { attack: 'code in names, fields nobody may set', leadsTo: 'a name that isn’t there; refused' },
};

/** Every row, in order. */
export const ATTACK_ROWS: readonly AttackRow[] = [
  ...rowsOf('Intake', INTAKE),
  ...rowsOf('Compose files', COMPOSE),
  ...rowsOf('Builds', BUILD),
  ...rowsOf('Runs', RUN),
  ...rowsOf('Queue and platform', PLATFORM),
];

function rowsOf(area: string, rows: Readonly<Record<number, Told>>): AttackRow[] {
  return Object.entries(rows).map(([row, told]) => ({ row: Number(row), area, ...told }));
}
