import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import protobuf from 'protobufjs';
import { z } from 'zod';

/** As much of OTLP as these tests look at; the rest is skipped by its numbers. */
const { root } = protobuf.parse(
  `syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message KeyValue { string key = 1; Value value = 2; }
  message Value { string string_value = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
  }`,
  { keepCase: true },
);
const Attributes = z.array(
  z.object({ key: z.string(), value: z.object({ string_value: z.string() }).partial() }),
);
const Request = z.object({
  resource_spans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scope_spans: z.array(
        z.object({
          spans: z.array(
            z.object({
              trace_id: z.string(),
              span_id: z.string(),
              parent_span_id: z.string().default(''),
              name: z.string(),
              start_time_unix_nano: z.string(),
              end_time_unix_nano: z.string(),
              attributes: Attributes.default([]),
            }),
          ),
        }),
      ),
    }),
  ),
});

export interface CollectedSpan {
  readonly service: string;
  readonly trace: string;
  readonly id: string;
  readonly parent: string;
  readonly name: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: ReadonlyMap<string, string>;
}

export interface Collector extends AsyncDisposable {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
}

/** Receives traces by OTLP over HTTP on the loopback, as a collector would. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'POST' && request.url === '/v1/traces')
        spans.push(...decode(Buffer.concat(chunks)));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    spans,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function decode(bytes: Buffer): CollectedSpan[] {
  const type = root.lookupType('Request');
  const request = Request.parse(
    type.toObject(type.decode(bytes), { bytes: String, longs: String, arrays: true }),
  );
  return request.resource_spans.flatMap(({ resource, scope_spans }) =>
    scope_spans.flatMap((scope) =>
      scope.spans.map((span) => ({
        service: mapOf(resource.attributes).get('service.name') ?? '',
        trace: span.trace_id,
        id: span.span_id,
        parent: span.parent_span_id,
        name: span.name,
        startNs: BigInt(span.start_time_unix_nano),
        endNs: BigInt(span.end_time_unix_nano),
        attributes: mapOf(span.attributes),
      })),
    ),
  );
}

function mapOf(attributes: z.infer<typeof Attributes>): Map<string, string> {
  return new Map(attributes.map(({ key, value }) => [key, value.string_value ?? '']));
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('the collector does not listen');
  return address.port;
}
