import type { RunEvent } from '../core/run-event.ts';

/** What a run tells while it goes on, a line each, on standard error. */
export function tellProgress(event: RunEvent): void {
  switch (event.type) {
    case 'phase':
      process.stderr.write(`· ${event.phase}\n`);
      return;
    case 'log':
      process.stderr.write(`  ${event.line}\n`);
      return;
    case 'check':
      process.stderr.write(`  ${event.result.status.padEnd(12)} ${event.result.title}\n`);
      return;
  }
}
