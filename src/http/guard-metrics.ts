import type { Request, RequestHandler } from 'express';
import { isSameSecret } from '../app/is-same-secret.ts';

/**
 * Metrics are none of the public's business: they are for who brings the token, or, where there is none, for who asks on
 * this machine itself and not through a proxy.
 */
export function guardMetrics(token: string | null): RequestHandler {
  return (request, response, next) => {
    if (token === null ? isLocal(request) : brings(request, token)) {
      next();
      return;
    }
    if (token !== null) response.set('WWW-Authenticate', 'Bearer realm="metrics"');
    response
      .status(token === null ? 403 : 401)
      .type('text/plain')
      .send(
        token === null
          ? 'Metrics are for this machine itself. Set METRICS_TOKEN, and let Prometheus bring it as a bearer token.\n'
          : 'Metrics are for who brings METRICS_TOKEN as a bearer token.\n',
      );
  };
}

/** A proxy on this machine asks from here too, for anybody: it says so in a header. */
function isLocal(request: Request): boolean {
  const address = request.socket.remoteAddress ?? '';
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
  return (
    /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/.test(address) &&
    forwarded.every((name) => request.headers[name] === undefined)
  );
}

function brings(request: Request, token: string): boolean {
  const given = /^Bearer (\S{1,512})$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return isSameSecret(given, token);
}
