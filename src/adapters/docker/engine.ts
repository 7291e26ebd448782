import Docker from 'dockerode';
import { GraderFault } from '../../core/grader-fault.ts';

/** Longest that one ordinary Engine call may take. Builds, saves and waits have deadlines of their own. */
const CALL_TIMEOUT_MS = 60_000;

/**
 * A client for the engine at `host` (`unix:///…` or `tcp://host:port`), or at the platform's own socket.
 * Nothing is sent before the first call.
 */
export function connectEngine(host: string | undefined): Docker {
  if (host === undefined || host === '') return new Docker({ socketPath: '/var/run/docker.sock' });
  const url = new URL(host);
  if (url.protocol === 'unix:') return new Docker({ socketPath: url.pathname });
  return new Docker({ protocol: 'http', host: url.hostname, port: Number(url.port || 2375) });
}

/** Version and operating mode of an engine, for reports. */
export async function engineVersion(docker: Docker): Promise<string> {
  const version = await engineCall('version', docker.version());
  return `Docker Engine ${version.Version}`;
}

/**
 * Waits for an Engine call, no longer than a minute.
 * @throws GraderFault when the engine refuses, is gone or doesn't answer in time.
 */
export async function engineCall<T>(what: string, call: Promise<T>, timeoutMs = CALL_TIMEOUT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new GraderFault(`the engine didn't answer within ${timeoutMs / 1000} s: ${what}`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([call, late]);
  } catch (error) {
    if (error instanceof GraderFault) throw error;
    throw new GraderFault(`the engine refused: ${what}: ${messageOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for an Engine call that removes something; that it is gone already, or going, is well. */
export async function removal(what: string, call: Promise<unknown>): Promise<void> {
  await engineCall(
    what,
    call.catch((error: unknown) => {
      const status = statusOf(error);
      if (status !== 404 && !(status === 409 && messageOf(error).includes('already in progress')))
        throw error;
    }),
  );
}

/** HTTP status of an Engine error, or undefined for anything else. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** What an error says, the engine's own words first. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('json' in error && typeof error.json === 'object' && error.json !== null && 'message' in error.json) {
    return String(error.json.message);
  }
  return error.message;
}
