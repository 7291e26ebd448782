import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { RunTrace, RunTraces, TraceLinks } from '../../app/ports/run-traces.ts';
import { contextOf, traceParentOf } from './trace-parent.ts';

export interface TracingOptions {
  /** Base address of the collector, without a slash at its end. */
  readonly collector: string;
  /** The process, as traces name it. */
  readonly service: string;
  readonly links: TraceLinks;
  readonly onError: (error: unknown) => void;
}

const SEND_EVERY_MS = 1_000;
const SEND_TIMEOUT_MS = 5_000;

/** Sends spans by OTLP in the background; what can't be sent is dropped. Disposing sends the rest. */
export function openRunTraces(options: TracingOptions): RunTraces & AsyncDisposable {
  const exporter = new OTLPTraceExporter({
    url: `${options.collector}/v1/traces`,
    timeoutMillis: SEND_TIMEOUT_MS,
  });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.service }),
    spanProcessors: [
      new BatchSpanProcessor(exporter, {
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: SEND_TIMEOUT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('labgrader');
  const { links, onError } = options;

  return {
    async accepted(run, since) {
      try {
        const attributes = {
          'labgrader.run': run.runId,
          'labgrader.submission': run.submissionId,
          'labgrader.attempt': run.attempt,
          'labgrader.scenario': run.scenario,
        };
        const span = tracer.startSpan(
          'accept',
          { kind: SpanKind.PRODUCER, startTime: since, attributes },
          ROOT_CONTEXT,
        );
        span.end();
        await links.keep(run.runId, traceParentOf(span.spanContext()));
      } catch (error) {
        onError(error);
      }
    },
    async claimed(runId, worker) {
      const link = await links.of(runId).catch((error: unknown) => {
        onError(error);
        return null;
      });
      const parent = contextOf(link?.traceParent ?? null);
      const attributes = { 'labgrader.run': runId };
      if (link !== null) {
        tracer.startSpan('queue', { startTime: link.queuedAt, attributes }, parent).end();
      }
      return tracedRun(tracer, parent, { ...attributes, 'labgrader.worker': worker });
    },
    async [Symbol.asyncDispose]() {
      await provider.shutdown().catch(onError);
    },
  };
}

function tracedRun(tracer: Tracer, parent: Context, attributes: Record<string, string>): RunTrace {
  const span = tracer.startSpan('run', { kind: SpanKind.CONSUMER, attributes }, parent);
  const inside = trace.setSpan(ROOT_CONTEXT, span);
  let current = tracer.startSpan('claimed', {}, inside);
  return {
    phase(name) {
      current.end();
      current = tracer.startSpan(name, {}, inside);
    },
    ended(outcome, error) {
      current.end();
      span.setAttribute('labgrader.outcome', outcome);
      if (error !== undefined) {
        span.setStatus({
          code: SpanStatusCode.ERROR,
          message: error instanceof Error ? error.message.slice(0, 500) : 'no error',
        });
      }
      span.end();
    },
  };
}
