import { textFile } from '../../../src/core/file-set.ts';
import type { Scenario } from '../../../src/core/scenario-bundle.ts';
import { ScenarioFile } from '../../../src/core/scenario.ts';

/** A scenario that needs no engine: the fake grader decides by the Dockerfile's text. */
export function fakeScenario(id = 'port-bind'): Scenario {
  const declaration = ScenarioFile.parse({
    id,
    title: 'Nobody answers',
    summary: 'The port is published and nobody answers.',
    part: 'D.2',
    checks: [
      {
        id: 'answers',
        kind: 'http',
        title: 'It answers',
        points: 60,
        hints: { default: 'Look at the address.' },
      },
      {
        id: 'stays',
        kind: 'stays-running',
        title: 'It stays',
        points: 40,
        hints: { default: 'Look at PID 1.' },
      },
    ],
  });
  return {
    ...declaration,
    digest: 'd'.repeat(64),
    briefing: '# Nobody answers\n',
    starter: new Map([
      ['Dockerfile', textFile('FROM python:3.11-slim\nCMD broken\n')],
      ['src/app.py', textFile('print("hello")\n')],
      ['entrypoint.sh', textFile('#!/bin/sh\n', true)],
    ]),
  };
}
