import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import type { RequestHandler } from 'express';
import type { BellJob } from './run-queue.ts';

/** The queue library's own view of the queue, to look at and not to touch. Whoever mounts it says who may see it. */
export function queueBoard(queue: Queue<BellJob>, path: string): RequestHandler {
  const server = new ExpressAdapter();
  server.setBasePath(path);
  createBullBoard({ queues: [new BullMQAdapter(queue, { readOnlyMode: true })], serverAdapter: server });
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- the library's router bears no type
  return server.getRouter();
}
