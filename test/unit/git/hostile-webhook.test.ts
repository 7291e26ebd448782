import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forgeEvent, ForgeKind } from '../../../src/core/forge-push.ts';
import { WEBHOOK_BODY, WEBHOOK_EVENTS } from './hostile-webhooks.ts';

describe('a webhook of any content', () => {
  it('is a push, a test or ignored, or isn’t taken; what is kept of it is bounded and can be stored', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ForgeKind.options),
        fc.constantFrom(...WEBHOOK_EVENTS),
        WEBHOOK_BODY,
        (kind, event, sent) => {
          const read = forgeEvent(kind, event, sent);

          if (read === null) return;
          expect(read.repository.length).toBeLessThanOrEqual(300);
          // Postgres takes no NUL.
          expect(read.repository).not.toContain('\0');
          if (read.type !== 'push') return;
          expect(read.commit).toMatch(/^[0-9a-f]{40}$/);
          expect(read.commit).not.toMatch(/^0+$/);
          expect(read.branch.length).toBeLessThanOrEqual(300);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
