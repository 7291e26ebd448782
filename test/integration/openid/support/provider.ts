import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../../support/wait-until.ts';
import type { Accounts } from './accounts.ts';

const PROGRAM = fileURLToPath(new URL('provider-process.ts', import.meta.url));

export interface RunningProvider extends AsyncDisposable {
  readonly issuer: string;
  /** What the service is told of it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a provider of OpenID Connect on the loopback. `host` decides whether a browser takes it for another site. */
export async function startProvider(
  accounts: Accounts,
  host: '127.0.0.1' | 'localhost' = '127.0.0.1',
): Promise<RunningProvider> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
    env: { ...process.env, ACCOUNTS: JSON.stringify(accounts), HOST: host },
    // It ends with its stdin, so also when this process is killed.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  async function stop(): Promise<void> {
    child.kill('SIGKILL');
    await ended;
  }
  try {
    const issuer = await waitUntil(
      'the provider listens',
      () => {
        if (child.exitCode !== null) throw new Error('the provider ended');
        return Promise.resolve(/^issuer (\S+)$/m.exec(output)?.[1]);
      },
      60_000,
    );
    return {
      issuer,
      environment: {
        OIDC_ISSUER: issuer,
        OIDC_CLIENT_ID: 'labgrader',
        OIDC_CLIENT_SECRET: 'client-secret-of-the-tests',
        OIDC_NAME: 'Example University',
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw new Error(output, { cause: error });
  }
}
