import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyOutcome } from '../../../src/policy/compile-submission.ts';
import { readDockerfile } from '../../../src/policy/dockerfile/read-dockerfile.ts';
import { COMPOSE_TEXT, DOCKERFILE_TEXT, DOTENV_TEXT } from './hostile-texts.ts';
import { BASE, compile, LOCAL } from './submission.ts';

function check(outcome: PolicyOutcome): void {
  if (!outcome.accepted) {
    expect(outcome.refusals.length).toBeGreaterThan(0);
    expect(outcome.refusals.length).toBeLessThanOrEqual(50);
    for (const { message, line, column } of outcome.refusals) {
      expect(message.length).toBeLessThanOrEqual(1000);
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
    }
    return;
  }
  for (const { image } of outcome.plan.services) {
    if (image.from === 'base') expect(image.reference).toBe(LOCAL);
    else checkBuilt(image.build.dockerfile);
  }
}

function checkBuilt(dockerfile: string): void {
  const { directives, instructions } = readDockerfile(dockerfile, 'Dockerfile');
  const stages = instructions.filter(({ keyword }) => keyword === 'FROM').map(({ args }) => args.split(' '));
  const names = stages.map(([, , name]) => name?.toLowerCase());

  expect(directives.map(({ name }) => name)).not.toContain('syntax');
  for (const [reference = ''] of stages) expect([LOCAL, 'scratch', ...names]).toContain(reference);
}

describe('whatever a submission holds', () => {
  it('compiling a Dockerfile ends, and its bases are resolved', () => {
    fc.assert(
      fc.property(DOCKERFILE_TEXT, (text) => {
        check(compile({ Dockerfile: text }));
        check(compile({ Dockerfile: `FROM ${BASE}\n${text}` }));
      }),
      { numRuns: 400 },
    );
  });

  it('compiling a compose file ends', () => {
    fc.assert(
      fc.property(COMPOSE_TEXT, DOTENV_TEXT, (text, dotenv) => {
        check(compile({ 'compose.yaml': text, '.env': dotenv }));
        check(compile({ 'compose.yaml': `services:\n  api:\n    build: .\n    ${text}`, '.env': dotenv }));
      }),
      { numRuns: 400 },
    );
  });

  it('compiling bytes of any kind ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        check(compile({ 'compose.yaml': text, Dockerfile: text, '.env': text }));
      }),
      { numRuns: 200 },
    );
  });
});
