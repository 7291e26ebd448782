import { describe, expect, it } from 'vitest';
import { alignSteps } from '../../../src/checks/aligned-steps.ts';
import {
  finalStage,
  lineage,
  readStages,
  sourcesOf,
  stageNamed,
} from '../../../src/checks/dockerfile-stages.ts';
import { blameLayers, blameText } from '../../../src/checks/layer-blame.ts';
import { file, layer, step } from './support/image.ts';

const DOCKERFILE = `# a comment
ARG VERSION=3.11
FROM --platform=linux/amd64 python:$VERSION AS Base
WORKDIR /app
# between
RUN apt-get update && \\
    # inside
    apt-get install -y tini

FROM base
RUN <<EOF
COPY is no instruction here
EOF
COPY --from=0 --chown=app /x /y
RUN --mount=type=bind,from=base,source=/x,target=/z cp /z /w
`;

function linesOf(dockerfile: string): (readonly [string, number])[] {
  return readStages(dockerfile).flatMap((stage) =>
    stage.instructions.map(({ keyword, line }) => [keyword, line] as const),
  );
}

describe('stages of a Dockerfile', () => {
  it('are read with the lines that instructions begin on', () => {
    expect(linesOf(DOCKERFILE)).toEqual([
      ['FROM', 3],
      ['WORKDIR', 4],
      ['RUN', 6],
      ['FROM', 10],
      ['RUN', 11],
      ['COPY', 14],
      ['RUN', 15],
    ]);
  });

  it('are found by name or number, and continue each other', () => {
    const stages = readStages(DOCKERFILE);
    const final = finalStage(stages, undefined);

    expect(stages.map(({ name }) => name)).toEqual(['base', 'stage-1']);
    expect(stageNamed(stages, '0')).toBe(stages[0]);
    expect(finalStage(stages, 'BASE')).toBe(stages[0]);
    expect(final && lineage(stages, final)).toEqual(stages);
  });

  it('tell what their instructions take from others', () => {
    const [, last] = readStages(DOCKERFILE);

    expect(last?.instructions.map(sourcesOf)).toEqual([[], [], ['0'], ['base']]);
  });
});

describe('the layers of an image', () => {
  it('are blamed on the instructions that made them, in order', () => {
    const stages = readStages('FROM a\nWORKDIR /app\nCOPY a.txt b.txt ./\nRUN make\nCOPY --chown=1 . .\n');
    const layers = [
      layer('base', [file('/bin/sh', 1)], true),
      layer('WORKDIR /app', []),
      layer('COPY a.txt b.txt ./ # buildkit', []),
      layer('RUN |1 VERSION=2 /bin/sh -c make # buildkit', []),
      layer('COPY --chown=1 . . # buildkit', []),
    ];

    const blames = blameLayers(stages, stages[0], layers);

    expect(blames.map(({ line }) => line)).toEqual([null, 2, 3, 4, 5]);
    expect(blames.slice(3).map(blameText)).toEqual(['line 4 (`RUN make`)', 'line 5 (`COPY --chown=1 . .`)']);
  });
});

describe('the steps of a build', () => {
  const stages = readStages(
    'FROM a AS one\nWORKDIR /app\nRUN pip install x\nFROM b\nWORKDIR /app\nCOPY . .\n',
  );
  const linesWith = (steps: Parameters<typeof alignSteps>[1]) =>
    [...alignSteps(stages, steps)].map(([{ line }, { cached }]) => [line, cached]);

  it('are found by place and text', () => {
    const steps = [
      step('one', 2, 'WORKDIR /app', true),
      step('one', 3, 'RUN pip install x', true),
      step('stage-1', 2, 'WORKDIR /app', false),
      step('stage-1', 3, 'COPY . .', false),
    ];

    expect(linesWith(steps)).toEqual([
      [2, true],
      [3, true],
      [5, false],
      [6, false],
    ]);
  });

  it('are found by text where another build gave them its place', () => {
    expect(linesWith([step('other', 7, 'RUN pip  install x', true)])).toEqual([[3, true]]);
  });

  it('are found by place where variables are written out', () => {
    expect(linesWith([step('one', 3, 'RUN pip install x==1.0', false)])).toEqual([[3, false]]);
  });

  it('are left out where they are of no instruction', () => {
    expect(linesWith([step('other', 9, 'RUN something else', false)])).toEqual([]);
  });
});
