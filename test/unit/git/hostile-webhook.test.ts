import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forgeEvent, ForgeKind } from '../../../src/core/forge-push.ts';

const EVENTS = ['push', 'ping', 'Push Hook', 'Tag Push Hook', 'issues', ''];
const AFTER = 'c'.repeat(40);
const text = fc.oneof(
  fc.constantFrom(
    'refs/heads/main',
    'refs/tags/v1',
    'class/ada',
    AFTER,
    '0'.repeat(40),
    'push',
    '-x',
    '\0',
    '../..',
  ),
  fc.string({ unit: 'binary', maxLength: 400 }),
);
/** What a forge sends, with any of it replaced by anything. */
const body = fc.oneof(
  fc.record(
    {
      object_kind: text,
      ref: text,
      after: fc.oneof({ weight: 3, arbitrary: fc.constant(AFTER) }, { weight: 1, arbitrary: text }),
      repository: fc.oneof(fc.record({ full_name: text }), fc.jsonValue()),
      project: fc.oneof(fc.record({ path_with_namespace: text }), fc.jsonValue()),
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
  fc.anything(),
);

describe('a webhook of any content', () => {
  it('is a push, a test or ignored, or isn’t taken; what is kept of it is bounded and can be stored', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ForgeKind.options),
        fc.constantFrom(...EVENTS),
        body,
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
