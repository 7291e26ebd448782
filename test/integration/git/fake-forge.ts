import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { ForgeKind } from '../../../src/core/forge-push.ts';

export const CREDENTIAL = 'forge-token-0123456789';

const GitHubStatus = z.strictObject({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string(),
  target_url: z.url(),
  description: z.string().max(140),
});
const GitLabStatus = z.strictObject({
  state: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']),
  name: z.string(),
  target_url: z.url().max(255),
  description: z.string().max(255),
});
const SHA = '([0-9a-f]{40})';
const STATUS_PATH = {
  github: new RegExp(`^/api/v3/repos/([^/]+/[^/]+)/statuses/${SHA}$`),
  gitlab: new RegExp(`^/api/v4/projects/([^/]+)/statuses/${SHA}$`),
  gitea: new RegExp(`^/api/v1/repos/([^/]+/[^/]+)/statuses/${SHA}$`),
} as const;

export interface ToldStatus {
  readonly repository: string;
  readonly commit: string;
  readonly state: string;
  readonly description: string;
  readonly url: string;
}

/** A forge on the loopback: its git by git's own server program, its status API by the documented contract. */
export class FakeForge implements AsyncDisposable {
  readonly kind: ForgeKind;
  readonly folder: string;
  readonly statuses: ToldStatus[] = [];
  readonly broken: string[] = [];
  /** Takes no status while it is. */
  statusesAreDown = false;
  /** What git is answered: as it should be, 503, or nothing at all. */
  git: 'up' | 'down' | 'silent' = 'up';
  /** Sends git elsewhere. */
  redirectTo: string | null = null;
  gitRequests = 0;
  readonly #server: Server;

  private constructor(kind: ForgeKind, folder: string) {
    this.kind = kind;
    this.folder = folder;
    this.#server = createServer((request, response) => {
      this.#answer(request, response);
    });
  }

  static async start(kind: ForgeKind): Promise<FakeForge> {
    const forge = new FakeForge(kind, await mkdtemp(join(tmpdir(), 'labgrader-forge-')));
    await new Promise<void>((resolve) => forge.#server.listen(0, '127.0.0.1', resolve));
    return forge;
  }

  get host(): string {
    const bound = this.#server.address();
    return `127.0.0.1:${bound !== null && typeof bound === 'object' ? bound.port : 0}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** Cuts the requests off that nobody answers. */
  hangUp(): void {
    this.#server.closeAllConnections();
  }

  /** Makes a bare repository; gives the path to push to. */
  async repository(name: string): Promise<string> {
    const path = join(this.folder, `${name}.git`);
    await promisify(execFile)('git', ['init', '--quiet', '--bare', '--initial-branch=main', path]);
    return path;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    const told = STATUS_PATH[this.kind].exec(url.pathname);
    if (told !== null) void this.#status(request, response, told[1] ?? '', told[2] ?? '');
    else if (url.pathname.includes('.git/')) this.#git(request, response, url);
    else {
      this.broken.push(`${request.method ?? ''} ${url.pathname}`);
      response.writeHead(404).end();
    }
  }

  #git(request: IncomingMessage, response: ServerResponse, url: URL): void {
    this.gitRequests += 1;
    if (this.git === 'silent') return;
    if (this.git === 'down') {
      response.writeHead(503).end();
      return;
    }
    if (this.redirectTo !== null) {
      response.writeHead(302, { location: `${this.redirectTo}${url.pathname}${url.search}` }).end();
      return;
    }
    const expected = `Basic ${Buffer.from(`oauth2:${CREDENTIAL}`).toString('base64')}`;
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="forge"' }).end();
      return;
    }
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        GIT_PROJECT_ROOT: this.folder,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method ?? 'GET',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(child.stdin);
    child.stdin.on('error', () => undefined);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('close', () => {
      const output = Buffer.concat(chunks);
      const end = output.indexOf('\r\n\r\n');
      for (const line of output.subarray(0, end).toString('latin1').split('\r\n')) {
        const [name = '', value = ''] = line.split(': ', 2);
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      response.end(output.subarray(end + 4));
    });
  }

  async #status(
    request: IncomingMessage,
    response: ServerResponse,
    repository: string,
    commit: string,
  ): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const wrong = this.statusesAreDown ? '503' : this.#violation(request, text);
    if (wrong !== null) {
      if (!this.statusesAreDown) this.broken.push(wrong);
      response.writeHead(this.statusesAreDown ? 503 : 422).end();
      return;
    }
    const name = decodeURIComponent(repository);
    const body: unknown = JSON.parse(text);
    const status = this.kind === 'gitlab' ? GitLabStatus.parse(body) : GitHubStatus.parse(body);
    const { state, description, target_url: url } = status;
    this.statuses.push({ repository: name, commit, state, description, url });
    response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
  }

  /** What the documented contract is broken by; null when it is kept. */
  #violation(request: IncomingMessage, text: string): string | null {
    const { headers } = request;
    const shown = this.kind === 'gitlab' ? headers['private-token'] : headers.authorization;
    const expected = { github: `Bearer ${CREDENTIAL}`, gitlab: CREDENTIAL, gitea: `token ${CREDENTIAL}` }[
      this.kind
    ];
    if (request.method !== 'POST') return 'not a POST';
    if (shown !== expected) return 'not authorized';
    if (headers['content-type'] !== 'application/json') return 'not JSON';
    if (this.kind === 'github' && headers['user-agent'] === undefined) return 'no user agent';
    if (this.kind === 'github' && headers['x-github-api-version'] !== '2022-11-28') return 'no version';
    const schema = this.kind === 'gitlab' ? GitLabStatus : GitHubStatus;
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? null : parsed.error.message;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.folder, { recursive: true, force: true });
  }
}
