import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEngine } from '../../src/adapters/docker/engine.ts';
import { GraderFault } from '../../src/core/grader-fault.ts';
import { TestBuilds } from './support/builds.ts';

const signal = AbortSignal.timeout(110_000);

describe('a build on an engine that fails', () => {
  const socket = join(tmpdir(), `labgrader-engine-${process.pid}.sock`);
  let server: Server;
  let answer: (response: PassThrough) => void;

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      const body = new PassThrough();
      body.pipe(response);
      if (request.url?.startsWith('/build') === true) answer(body);
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const build = (host: string, seconds = 60): ReturnType<TestBuilds['build']> =>
    new TestBuilds(connectEngine(host), 'fails').build(
      { dockerfile: 'FROM scratch\n', limits: { buildSeconds: seconds } },
      signal,
    );

  it('is a fault where there is no engine', async () => {
    await expect(build('unix:///nonexistent/engine.sock')).rejects.toThrow(GraderFault);
  });

  it('is a fault where the answer breaks off', async () => {
    answer = (body) => {
      body.write('{"stream":"x"}\r\n');
      setTimeout(() => {
        server.closeAllConnections();
      }, 100);
    };

    await expect(build(`unix://${socket}`)).rejects.toThrow(GraderFault);
  });

  it('is a fault where the answer ends without a result', async () => {
    answer = (body) => body.end('{"stream":"x"}\r\n');

    await expect(build(`unix://${socket}`)).rejects.toThrow(/without an image and without an error/);
  });

  it('is a fault, soon after the time limit, where the engine never answers again', async () => {
    answer = () => undefined;

    await expect(build(`unix://${socket}`, 1)).rejects.toThrow(GraderFault);
  });
});
