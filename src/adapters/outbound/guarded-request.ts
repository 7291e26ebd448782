import { request as requestHttp, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { GraderFault } from '../../core/grader-fault.ts';
import { guardedAddress } from './guarded-address.ts';

export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of the answer's body; the rest is not read. */
  readonly maxBytes: number;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** False when there was more than `maxBytes` of it. */
  readonly whole: boolean;
}

/**
 * Asks an address that somebody gave, if it may be gone to: see `guardedAddress`. A redirect is an answer, not an
 * order.
 * @throws Refusal when the address may not be gone to; GraderFault when nobody answers there
 */
export async function guardedRequest(
  asked: OutboundRequest,
  privateHosts: readonly string[],
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  const { url, address, family } = await guardedAddress(asked.url, privateHosts);
  const options: RequestOptions = {
    method: asked.method,
    signal,
    // The address that was judged, whatever its name leads to a moment later.
    lookup: (_host, wanted, done) => {
      if (wanted.all === true) done(null, [{ address, family }]);
      else done(null, address, family);
    },
    headers: {
      ...asked.headers,
      ...(asked.body !== undefined && { 'Content-Length': Buffer.byteLength(asked.body) }),
      'User-Agent': 'labgrader',
    },
  };
  return new Promise((resolve, reject) => {
    const failed = (cause: unknown): void => {
      reject(new GraderFault(`${url.host} could not be reached`, { cause }));
    };
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes <= asked.maxBytes) chunks.push(chunk);
        else response.destroy();
      });
      response.once('error', failed);
      response.once('close', () => {
        const whole = bytes <= asked.maxBytes;
        if (whole && !response.complete) failed(new Error('the answer broke off'));
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, whole });
      });
    });
    request.once('error', failed);
    request.end(asked.body);
  });
}
