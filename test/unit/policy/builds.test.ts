import { describe, expect, it } from 'vitest';
import { BASE, buildOf, compile, LOCAL, noticesOf, refusalsOf } from './submission.ts';

describe('builds', () => {
  it('take a folder, a Dockerfile in it, arguments, labels and a target', () => {
    const text = `services:
  api:
    image: production-service
    build:
      context: ./app/
      dockerfile: ../docker/Dockerfile.prod
      target: runtime
      args: [A=1, FROM_ENV, UNSET]
      labels: {a: b}
      network: none
`;
    const outcome = compile({
      'compose.yaml': text,
      'docker/Dockerfile.prod': `FROM ${BASE} AS runtime\nUSER app\n`,
      '.env': 'FROM_ENV=x\n',
    });

    expect(buildOf(outcome)).toEqual({
      context: 'app',
      dockerfilePath: 'docker/Dockerfile.prod',
      dockerfile: `FROM ${LOCAL} AS runtime\nUSER app\n`,
      target: 'runtime',
      args: { A: '1', FROM_ENV: 'x' },
      labels: { a: 'b' },
    });
  });

  it('take a Dockerfile within the compose file', () => {
    const outcome = compile({
      'compose.yaml': `services:\n  api:\n    build:\n      dockerfile_inline: |\n        FROM ${BASE}\n        USER app\n`,
    });

    expect(buildOf(outcome)).toMatchObject({
      context: '.',
      dockerfilePath: 'compose.yaml/dockerfile_inline',
      dockerfile: `FROM ${LOCAL}\nUSER app\n`,
    });
  });

  it.each([
    ['build: https://github.com/a/b.git', 'compose.build.context.remote@3:12'],
    ['build: git@github.com:a/b.git', 'compose.build.context.remote@3:12'],
    ['build: ../other', 'compose.build.context.outside@3:12'],
    ['build: /etc', 'compose.build.context.outside@3:12'],
    ['build: {context: ., dockerfile: ../Dockerfile}', 'compose.build.dockerfile.outside@3:37'],
    ['build: {context: nowhere}', 'dockerfile.missing@3:5'],
    ['build: {dockerfile: a, dockerfile_inline: b}', 'compose.build.dockerfile.invalid@3:25'],
    ['build: {args: {HTTP_PROXY: x}}', 'compose.build.args.reserved@3:20'],
    ['build: {args: [BUILDKIT_SYNTAX=evil]}', 'compose.build.args.reserved@3:20'],
    ['build: {network: host}', 'compose.build.network@3:22'],
    ['build: {privileged: true}', 'compose.build.privileged@3:13'],
    ['build: {ssh: [default]}', 'compose.build.ssh@3:13'],
    ['build: {secrets: [a]}', 'compose.build.secrets@3:13'],
    ['build: {additional_contexts: {a: "docker-image://evil"}}', 'compose.build.additional_contexts@3:13'],
    ['build: {extra_hosts: [a=b]}', 'compose.build.extra_hosts@3:13'],
    ['build: {entitlements: [network.host]}', 'compose.build.entitlements@3:13'],
    ['build: {dockerfil: x}', 'compose.unknown-key@3:13'],
  ])('refuse %s', (line, expected) => {
    expect(refusalsOf(compile({ 'compose.yaml': `services:\n  api:\n    ${line}\n` }))).toEqual([expected]);
  });

  it.each([
    ['cache_from: [evil]', 'compose.build.cache_from'],
    ['cache_to: [type=local]', 'compose.build.cache_to'],
    ['tags: [grader:latest]', 'compose.build.tags'],
  ])('take no part of %s into the plan', (key, rule) => {
    const plain = compile({ 'compose.yaml': 'services:\n  api:\n    build: {context: .}\n' });
    const outcome = compile({ 'compose.yaml': `services:\n  api:\n    build: {context: ., ${key}}\n` });

    expect(noticesOf(outcome)).toContain(rule);
    expect(buildOf(outcome)).toEqual(buildOf(plain));
  });
});
