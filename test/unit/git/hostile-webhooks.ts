import fc from 'fast-check';

export const WEBHOOK_EVENTS = ['push', 'ping', 'Push Hook', 'Tag Push Hook', 'issues', ''];
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
export const WEBHOOK_BODY = fc.oneof(
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
