import { expect, it } from 'vitest';
import { redisVersion } from '../../scripts/bench/report.ts';
import { redisUrl } from './support/database.ts';

it('the bench tells the version of the Redis that it measured on, with a connection that was just begun', async () => {
  expect(await redisVersion(redisUrl())).toMatch(/^\d+\.\d+\.\d+$/);
});
