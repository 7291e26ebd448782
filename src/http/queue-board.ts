import type { Express, RequestHandler } from 'express';
import { isAdmin } from '../app/actor.ts';
import { Refusal } from '../core/refusal.ts';
import { authenticate } from './authenticate.ts';
import { signedOut } from './route.ts';
import type { Service } from './service.ts';

export const BOARD_PATH = '/admin/queues';

/** Mounts the queue's own view for admins. Nothing can be changed there, so a cookie alone is enough. */
export function mountBoard(
  app: Express,
  service: Pick<Service, 'people' | 'clock'>,
  board: RequestHandler,
): void {
  const admit: RequestHandler = async (request, response, next) => {
    const actor = await authenticate(service, request);
    if (actor === null) throw signedOut();
    if (!isAdmin(actor)) throw new Refusal('forbidden', 'That is for admins.', { rule: 'access.role' });
    // Its page names its own folder as the base of its addresses.
    const policy = String(response.getHeader('Content-Security-Policy') ?? '');
    response.setHeader('Content-Security-Policy', policy.replace("base-uri 'none'", "base-uri 'self'"));
    next();
  };
  app.use(BOARD_PATH, admit, board);
}
