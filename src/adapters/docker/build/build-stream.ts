import { z } from 'zod';
import { GraderFault } from '../../../core/grader-fault.ts';
import type { BuildLog } from './build-log.ts';
import { stepOf, type BuildTrace } from './build-trace.ts';
import { jsonLines } from './json-lines.ts';
import { decodeStatus } from './status-response.ts';

/** Longest line of the build's answer: one trace message, base64. */
const LINE_BYTES = 16 * 1024 * 1024;

const Line = z.object({
  id: z.string().optional(),
  aux: z.unknown().optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).optional(),
});
const ImageId = z.object({ ID: z.string().regex(/^sha256:[0-9a-f]{64}$/) });

/** How the builder says that a build ended. */
export type BuildEnd = { readonly imageId: string } | { readonly error: string };

/**
 * Reads a build's answer to its end, into the trace and the log.
 * @throws GraderFault when it ends without an image and without an error, or isn't as the engine documents it.
 */
export async function readBuildStream(
  stream: AsyncIterable<unknown>,
  trace: BuildTrace,
  log: BuildLog,
): Promise<BuildEnd> {
  let end: BuildEnd | undefined;
  const announced = new Set<string>();
  for await (const document of jsonLines(stream, LINE_BYTES)) {
    const line = documented(Line, document);
    if (line.error !== undefined) end = { error: line.errorDetail?.message ?? line.error };
    else if (line.id === 'moby.buildkit.trace') takeStatus(line.aux, trace, log, announced);
    else if (line.id === 'moby.image.id') end ??= { imageId: documented(ImageId, line.aux).ID };
  }
  if (end) return end;
  throw new GraderFault("the engine's answer to a build ended without an image and without an error");
}

function takeStatus(aux: unknown, trace: BuildTrace, log: BuildLog, announced: Set<string>): void {
  const status = decodeStatus(Buffer.from(documented(z.string(), aux), 'base64'));
  for (const message of status.vertexes) {
    const vertex = trace.add(message);
    if (announced.has(vertex.digest) || !stepOf(vertex)) continue;
    if (vertex.cached) log.say(`${vertex.name} (cached)`);
    else if (vertex.started !== null) log.say(vertex.name);
    else continue;
    announced.add(vertex.digest);
  }
  for (const { vertex, stream, msg } of status.logs) log.write(vertex, stream, msg);
}

function documented<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new GraderFault("the engine's answer to a build isn't as it documents it", { cause: read.error });
}
