import { describe, expect, it } from 'vitest';
import { startProcess } from '../../faults/support/processes.ts';
import { sql } from '../support/database.ts';
import { startStack } from '../support/stack.ts';
import { waitUntil } from '../support/wait-until.ts';
import { startCollector } from './collector.ts';

describe('a trace', () => {
  it('is one from the acceptance in the API to the recorded verdict in a worker’s own process', async () => {
    await using collector = await startCollector();
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    await using stack = await startStack({ environment });
    await using _worker = await startProcess(
      'test/integration/support/worker-process.ts',
      stack.config,
      { ...environment, LOG_LEVEL: 'silent' },
      (output) => output.includes('taking runs as'),
    );
    const ada = await stack.person('ada', 'learner');

    const { id } = await ada.submit('fixed');
    await ada.until(id, 'done', 60_000);

    const accept = await waitUntil('the API’s span', () =>
      Promise.resolve(
        collector.spans.find(
          (span) => span.name === 'accept' && span.attributes.get('labgrader.submission') === id,
        ),
      ),
    );
    await waitUntil('the end of the run', () =>
      Promise.resolve(collector.spans.find((span) => span.name === 'run' && span.trace === accept.trace)),
    );
    const spans = collector.spans.filter((span) => span.trace === accept.trace);
    const names = (parent: string) =>
      spans
        .filter((span) => span.parent === parent)
        .toSorted((a, b) => Number(a.startNs - b.startNs))
        .map((span) => span.name);
    const run = spans.find((span) => span.name === 'run');
    expect(new Set(collector.spans.map((span) => span.trace)).size).toBe(1);
    expect(accept).toMatchObject({ parent: '', service: 'labgrader-api' });
    expect(names(accept.id).toSorted()).toEqual(['queue', 'run']);
    expect(names(run?.id ?? '')).toEqual(['claimed', 'building', 'recording']);
    for (const span of spans) {
      expect(span.service).toBe(span.name === 'accept' ? 'labgrader-api' : 'labgrader-worker');
      expect(span.endNs >= span.startNs).toBe(true);
    }
    expect(run?.attributes.get('labgrader.outcome')).toBe('recorded');
  });

  it('is none where no collector is configured', async () => {
    await using stack = await startStack();
    await stack.worker();
    const ada = await stack.person('ada', 'learner');

    const { id } = await ada.submit('fixed');
    await ada.until(id, 'done');

    const [run] = await sql(
      stack.config.databaseUrl,
      'SELECT trace_parent FROM run WHERE submission_id = $1',
      [id],
    );
    expect(run).toEqual({ trace_parent: null });
  });

  it('that nobody takes holds nothing up', async () => {
    await using stack = await startStack({
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
    });
    await stack.worker();
    const ada = await stack.person('ada', 'learner');

    const { id } = await ada.submit('fixed');
    const submission = await ada.until(id, 'done');

    expect(submission.verdict).toBe('passed');
  });
});
