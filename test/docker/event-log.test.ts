import { describe, expect, it } from 'vitest';
import { EventLog } from '../../src/adapters/docker/event-log.ts';
import { LABEL } from '../../src/adapters/docker/labels.ts';
import { testBases, testEngine } from './support/engine.ts';

describe('EventLog', () => {
  it('keeps what it heard of a container for as long as that is there', async () => {
    const docker = testEngine();
    const Image = (await testBases(docker)).get('python:3.11-slim') ?? '';
    using log = await EventLog.open(docker);
    const container = await docker.createContainer({
      Image,
      Cmd: ['true'],
      Labels: { [LABEL.bench]: 'event-log' },
    });
    const actions = (): readonly string[] => log.of(container.id).map(({ action }) => action);
    const gone = new Promise<void>((resolve) => {
      log.listen(container.id, ({ action }) => {
        if (action === 'destroy') resolve();
      });
    });

    await expect.poll(actions, { timeout: 60_000 }).toContain('create');
    await container.remove({ force: true });
    await gone;

    expect(actions()).toEqual([]);
  });
});
