import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { readArchive } from '../../../../src/adapters/archive/read-archive.ts';
import { decodeSockets, type SocketRow } from '../../../../src/adapters/docker/agents/socket-table.ts';
import { BuildLog } from '../../../../src/adapters/docker/build/build-log.ts';
import { readBuildStream } from '../../../../src/adapters/docker/build/build-stream.ts';
import { BuildTrace } from '../../../../src/adapters/docker/build/build-trace.ts';
import { withoutIgnored } from '../../../../src/adapters/docker/build/docker-ignore.ts';
import { IgnoreSyntaxError } from '../../../../src/adapters/docker/build/ignore-pattern.ts';
import { textFile } from '../../../../src/core/file-set.ts';
import { forgeEvent, ForgeKind } from '../../../../src/core/forge-push.ts';
import { GraderFault } from '../../../../src/core/grader-fault.ts';
import { DEFAULT_INTAKE_LIMITS } from '../../../../src/core/intake-limits.ts';
import { Refusal } from '../../../../src/core/refusal.ts';
import { tarGz, zip } from '../../archive/archives.ts';
import { DONE, TRACE_MESSAGE, encoded, from, traceLine } from '../../docker-build/hostile-traces.ts';
import { WEBHOOK_BODY, WEBHOOK_EVENTS } from '../../git/hostile-webhooks.ts';
import { COMPOSE_TEXT, DOCKERFILE_TEXT, DOTENV_TEXT } from '../../policy/hostile-texts.ts';
import { compile } from '../../policy/submission.ts';
import type { Chance } from './chance.ts';

interface Parser {
  readonly inputs: number;
  /** Fewer bytes than an input that is kept for good would take, with a cache's entry for it. */
  readonly bytesEach: number;
  /** Reads an input that it has not seen before; refusing it is reading it too. */
  readonly parse: (chance: Chance) => Promise<void> | void;
}

const SAMPLES = 200;
const samplesOf = <T>(arbitrary: fc.Arbitrary<T>): readonly T[] =>
  fc.sample(arbitrary, { numRuns: SAMPLES, seed: 1 });

const dockerfiles = samplesOf(DOCKERFILE_TEXT);
const composeFiles = samplesOf(COMPOSE_TEXT);
const dotenvs = samplesOf(DOTENV_TEXT);
const bodies = samplesOf(WEBHOOK_BODY);
const messages = samplesOf(TRACE_MESSAGE).map((message) => encoded(message));
const patterns = samplesOf(
  fc
    .array(fc.constantFrom('a', '**', '*', '?', '[a-c]', '/', '!', '\n', '\\', '[', '.js', '#'), {
      maxLength: 60,
    })
    .map((parts) => parts.join('')),
);
const context = new Map(['a', 'a/b', 'a/b.js', '.env'].map((path) => [path, textFile(path)]));

const TEXT_AT = 512;
const ARCHIVED = 4_096;
const tar = gunzipSync(
  await tarGz([
    { name: 'Dockerfile', text: 'x'.repeat(ARCHIVED) },
    { name: 'src/app.py', text: 'y' },
  ]),
);

function archive(chance: Chance): Buffer {
  if (chance.below(2) === 0)
    return zip([
      { name: chance.word(60), text: chance.word(ARCHIVED) },
      { name: 'Dockerfile', text: 'x' },
    ]);
  const copy = Buffer.from(tar);
  copy.write(chance.word(ARCHIVED), TEXT_AT);
  return gzipSync(copy, { level: 1 });
}

/** Some of the bytes changed, and the end cut off, of one input in two. */
function damaged(bytes: Uint8Array, chance: Chance): Buffer {
  const copy = Buffer.from(bytes);
  if (chance.below(2) === 0 || copy.length === 0) return copy;
  for (let hits = chance.below(4); hits >= 0; hits--) copy[chance.below(copy.length)] = chance.below(256);
  return copy.subarray(0, chance.below(4) === 0 ? chance.below(copy.length) : copy.length);
}

/** The more inputs, the less counts what is kept once: what is compiled, or fills a pool. */
const MANY = { inputs: 10_000, bytesEach: 256 };

export const PARSERS: Readonly<Record<string, Parser>> = {
  archives: {
    // Unpacking takes longer than all else, so there are fewer of them, and larger ones.
    inputs: 3_000,
    bytesEach: 1_024,
    async parse(chance) {
      const body = Readable.from([damaged(archive(chance), chance)]);
      await readArchive(body, DEFAULT_INTAKE_LIMITS).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      });
    },
  },
  'compose files': {
    ...MANY,
    inputs: 5_000,
    parse(chance) {
      const compose = `services:\n  api:\n    build: .\n    ${chance.mixed(composeFiles)}`;
      compile({ 'compose.yaml': compose, '.env': chance.mixed(dotenvs) });
    },
  },
  Dockerfiles: {
    ...MANY,
    parse(chance) {
      compile({ Dockerfile: chance.mixed(dockerfiles) });
    },
  },
  'ignore patterns': {
    ...MANY,
    parse(chance) {
      try {
        withoutIgnored(context, chance.mixed(patterns));
      } catch (error) {
        if (!(error instanceof IgnoreSyntaxError)) throw error;
      }
    },
  },
  'bodies of webhooks': {
    ...MANY,
    parse(chance) {
      const body = bodies[chance.below(bodies.length)];
      const named = { full_name: chance.word(), path_with_namespace: chance.word() };
      const own = {
        ref: `refs/heads/${chance.word()}`,
        after: chance.word(40),
        repository: named,
        project: named,
      };
      const sent = chance.below(3) === 0 || typeof body !== 'object' ? body : { ...body, ...own };
      forgeEvent(chance.of(ForgeKind.options), chance.of(WEBHOOK_EVENTS), sent);
    },
  },
  'traces of BuildKit': {
    ...MANY,
    async parse(chance) {
      const said = encoded({ logs: [{ vertex: chance.word(), stream: 1, msg: Buffer.from(chance.word()) }] });
      const message = Buffer.concat([damaged(chance.of(messages), chance), said]);
      const stream = from([Buffer.from(`${traceLine(message)}\n${DONE}`)]);
      const log = new BuildLog(4_000, () => undefined);
      await readBuildStream(stream, new BuildTrace(), log).catch((error: unknown) => {
        if (!(error instanceof GraderFault)) throw error;
      });
    },
  },
  'tables of sockets': {
    ...MANY,
    parse(chance) {
      const place = (): string => chance.word(chance.of([8, 32]));
      const row = (): SocketRow => ({
        family: chance.of(['tcp', 'tcp6']),
        local: `${place()}:${chance.word(4)}`,
        remote: damaged(Buffer.from(`${place()}:1F90`), chance).toString('latin1'),
        state: chance.of(['01', '0A']),
        owners: [],
      });
      decodeSockets(Array.from({ length: 4 }, row));
    },
  },
};
