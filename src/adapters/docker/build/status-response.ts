import protobuf from 'protobufjs';
import { z } from 'zod';
import { GraderFault } from '../../../core/grader-fault.ts';

/** The part of BuildKit's `control.proto` that a build's trace is written in. */
const root = protobuf.Root.fromJSON({
  nested: {
    Timestamp: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
    Vertex: {
      fields: {
        digest: { type: 'string', id: 1 },
        name: { type: 'string', id: 3 },
        cached: { type: 'bool', id: 4 },
        started: { type: 'Timestamp', id: 5 },
        completed: { type: 'Timestamp', id: 6 },
        error: { type: 'string', id: 7 },
      },
    },
    VertexLog: {
      fields: {
        vertex: { type: 'string', id: 1 },
        stream: { type: 'int64', id: 3 },
        msg: { type: 'bytes', id: 4 },
      },
    },
    StatusResponse: {
      fields: {
        vertexes: { rule: 'repeated', type: 'Vertex', id: 1 },
        logs: { rule: 'repeated', type: 'VertexLog', id: 3 },
      },
    },
  },
});

/** Encodes and decodes a trace message; encoding serves tests. */
export const StatusResponseType = root.lookupType('StatusResponse');

/** Milliseconds since 1970. */
const Timestamp = z
  .object({ seconds: z.number(), nanos: z.number() })
  .transform(({ seconds, nanos }) => seconds * 1_000 + nanos / 1_000_000);

const Vertex = z.object({
  digest: z.string(),
  name: z.string(),
  cached: z.boolean(),
  started: Timestamp.nullable(),
  completed: Timestamp.nullable(),
  error: z.string(),
});
export type Vertex = z.infer<typeof Vertex>;

const VertexLog = z.object({ vertex: z.string(), stream: z.number(), msg: z.instanceof(Uint8Array) });
export type VertexLog = z.infer<typeof VertexLog>;

const StatusResponse = z.object({ vertexes: z.array(Vertex), logs: z.array(VertexLog) });
export type StatusResponse = z.infer<typeof StatusResponse>;

/** Decodes one `moby.buildkit.trace` message. @throws GraderFault for bytes that aren't one. */
export function decodeStatus(bytes: Uint8Array): StatusResponse {
  try {
    const message = StatusResponseType.decode(bytes);
    return StatusResponse.parse(
      StatusResponseType.toObject(message, { longs: Number, defaults: true, arrays: true }),
    );
  } catch (error) {
    throw new GraderFault("the engine's build trace can't be decoded", { cause: error });
  }
}
