import { describe, expect, it } from 'vitest';
import { BASE, compile, noticesOf } from './submission.ts';

function adviceFor(dockerfile: string): readonly string[] {
  return noticesOf(compile({ Dockerfile: dockerfile })).filter((rule) => rule.startsWith('advice.'));
}

describe('advice on a Dockerfile', () => {
  it('is silent for a good one', () => {
    const dockerfile = `FROM ${BASE} AS build
RUN pip install --no-cache-dir -r requirements.txt
FROM ${BASE}
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
COPY --from=build /x /x
USER app
ENTRYPOINT ["tini", "--"]
CMD ["python", "app.py"]
`;

    expect(adviceFor(dockerfile)).toEqual([]);
  });

  it.each([
    ['CMD python app.py\nUSER app', ['advice.shell-form']],
    ['ENTRYPOINT app\nUSER app', ['advice.shell-form']],
    ['USER app\nUSER root', ['advice.root-user']],
    ['USER 0:0', ['advice.root-user']],
    ['RUN ls', ['advice.root-user']],
    ['ADD a /a\nUSER app', ['advice.add']],
    ['ADD a.tar.gz /a\nUSER app', []],
    ['ENV API_KEY=x\nUSER app', ['advice.secret']],
    ['ARG DB_PASSWORD\nUSER app', ['advice.secret']],
    ['ENV TOKENIZERS_PARALLELISM=1\nUSER app', []],
    ['RUN pip install x\nUSER app', ['advice.pip-cache']],
    ['RUN python -m pip install x\nUSER app', ['advice.pip-cache']],
    ['ENV PIP_NO_CACHE_DIR=1\nRUN pip install x\nUSER app', []],
    ['RUN --mount=type=cache,target=/root/.cache pip install x\nUSER app', []],
    ['RUN apt-get update\nUSER app', ['advice.apt-update-alone']],
    [
      'RUN apt-get update && apt-get install -y tini\nUSER app',
      ['advice.apt-recommends', 'advice.apt-lists'],
    ],
    [
      'RUN apt-get update \\\n && apt-get install -y --no-install-recommends tini \\\n && rm -rf /var/lib/apt/lists/*\nUSER app',
      [],
    ],
  ])('for %j is %j', (lines, expected) => {
    expect(adviceFor(`FROM ${BASE}\n${lines}\n`)).toEqual(expected);
  });

  it('looks at the user of the stages that a stage goes on from', () => {
    expect(adviceFor(`FROM ${BASE} AS base\nUSER app\nFROM base\nRUN ls\n`)).toEqual([]);
  });
});
