import { describe, expect, it } from 'vitest';
import { forgeEvent } from '../../../src/core/forge-push.ts';

const AFTER = 'c'.repeat(40);
const gitHub = { ref: 'refs/heads/feature/a', after: AFTER, repository: { full_name: 'Class/Ada' } };
const gitLab = {
  object_kind: 'push',
  ref: 'refs/heads/main',
  after: AFTER,
  project: { path_with_namespace: 'Class/Sub/Ada' },
};

describe('a webhook’s body', () => {
  it('is a push with its whole branch name, and the repository without regard to case', () => {
    expect(forgeEvent('github', 'push', gitHub)).toEqual({
      type: 'push',
      repository: 'class/ada',
      branch: 'feature/a',
      commit: AFTER,
    });
    expect(forgeEvent('gitlab', 'Push Hook', gitLab)).toMatchObject({
      repository: 'class/sub/ada',
      branch: 'main',
    });
  });

  it.each([
    ['a commit that is none', { ...gitHub, after: '--upload-pack=evil' }],
    ['no repository', { ref: 'refs/heads/main', after: AFTER }],
    ['something else', 'text'],
    ['nothing', undefined],
  ])('is not taken with %s', (_what, body) => {
    expect(forgeEvent('github', 'push', body)).toBeNull();
    expect(forgeEvent('gitea', 'push', body)).toBeNull();
  });

  it('of a tag, a deletion or anything else is ignored with the reason', () => {
    expect(forgeEvent('gitea', 'push', { ...gitHub, ref: 'refs/tags/v1' })).toMatchObject({
      type: 'ignored',
    });
    expect(forgeEvent('github', 'push', { ...gitHub, after: '0'.repeat(40) })).toMatchObject({
      reason: 'A branch was deleted.',
    });
    expect(forgeEvent('gitlab', 'Tag Push Hook', gitLab)).toMatchObject({ reason: 'Tags are not graded.' });
    expect(forgeEvent('github', 'ping', {})).toEqual({ type: 'test', repository: '' });
  });
});
