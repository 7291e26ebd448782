import { describe, expect, it } from 'vitest';
import { BASE, buildOf, compile, LOCAL, noticesOf, refusalsOf } from './submission.ts';

function built(dockerfile: string): string {
  return buildOf(compile({ Dockerfile: dockerfile })).dockerfile;
}

function refused(dockerfile: string): readonly string[] {
  return refusalsOf(compile({ Dockerfile: dockerfile }));
}

const FROM = `FROM ${BASE}\n`;
const FROM_LOCAL = `FROM ${LOCAL}\n`;

describe('the Dockerfile as built', () => {
  it.each([
    [`FROM ${BASE}`, `FROM ${LOCAL}\n`],
    [`from ${BASE} as Build\n`, `FROM ${LOCAL} AS Build\n`],
    [`FROM docker.io/library/${BASE}\n`, FROM_LOCAL],
    [`FROM library/${BASE}\n`, FROM_LOCAL],
    [`FROM --platform=linux/amd64 ${BASE}\n`, FROM_LOCAL],
    [`FROM --platform=$BUILDPLATFORM ${BASE} AS b\n`, `FROM ${LOCAL} AS b\n`],
    [`ARG V=3.11\nFROM python:\${V}-slim\n`, `ARG V=3.11\n${FROM_LOCAL}`],
    [`ARG V=3.11\nARG T=$V-slim\nFROM python:$T\n`, `ARG V=3.11\nARG T=$V-slim\n${FROM_LOCAL}`],
    [`FROM "${BASE}"\n`, FROM_LOCAL],
    [`FROM ${BASE.replace('-', '${NOTHING:--}')}\n`, FROM_LOCAL],
    [`FROM ${BASE} AS a\nFROM a AS b\nFROM A\n`, `FROM ${LOCAL} AS a\nFROM a AS b\nFROM A\n`],
    ['FROM scratch\nCOPY x /\n', 'FROM scratch\nCOPY x /\n'],
    [`${FROM}COPY --from=${BASE} /a /b\n`, `${FROM_LOCAL}COPY --from=${LOCAL} /a /b\n`],
    [
      `${FROM}COPY --chown=1:1 --from=${BASE} /a /b\n`,
      `${FROM_LOCAL}COPY --chown=1:1 --from=${LOCAL} /a /b\n`,
    ],
    [
      `FROM ${BASE} AS a\n${FROM}COPY --from=a /a /b\n`,
      `FROM ${LOCAL} AS a\n${FROM_LOCAL}COPY --from=a /a /b\n`,
    ],
    [`FROM ${BASE}\n${FROM}COPY --from=0 /a /b\n`, `${FROM_LOCAL}${FROM_LOCAL}COPY --from=0 /a /b\n`],
    [
      `${FROM}RUN --mount=from=${BASE},target=/x ls\n`,
      `${FROM_LOCAL}RUN --mount=from=${LOCAL},target=/x ls\n`,
    ],
    [
      `${FROM}RUN --mount=type=bind,source=a,target=/a ls\n`,
      `${FROM_LOCAL}RUN --mount=type=bind,source=a,target=/a ls\n`,
    ],
    [
      `${FROM}RUN --mount=type=cache,id=x,sharing=locked,target=/root/.cache ls\n`,
      `${FROM_LOCAL}RUN --mount=type=tmpfs,target=/root/.cache ls\n`,
    ],
    [`${FROM}RUN --network=none ls\n`, `${FROM_LOCAL}RUN ls\n`],
    [`${FROM}ONBUILD COPY --from=${BASE} /a /b\n`, `${FROM_LOCAL}ONBUILD COPY --from=${LOCAL} /a /b\n`],
    [
      `${FROM}ADD a.tar.gz /\nADD <<EOF /x\nhttp://x\nEOF\n`,
      `${FROM_LOCAL}ADD a.tar.gz /\nADD <<EOF /x\nhttp://x\nEOF\n`,
    ],
  ])('%j', (written, expected) => {
    expect(built(written)).toBe(expected);
  });

  it('keeps every instruction on its line', () => {
    const written = `# syntax=docker/dockerfile:1\n# escape=\`\n\nFROM \`\n  ${BASE}\n\nRUN a \`\n  # comment\n  b\nCOPY \`\n  --from=${BASE} \`\n  /a /b\n`;

    expect(built(written)).toBe(
      `# escape=\`\n#\n#\nFROM ${LOCAL}\n\n\nRUN a \`\n  # comment\n  b\nCOPY --from=${LOCAL} /a /b\n\n\n`,
    );
  });

  it('keeps what isn’t an instruction: here-documents, comments, carriage returns', () => {
    const written = `FROM ${BASE}\r\nRUN <<EOF\r\nFROM evil\r\nADD http://x /\r\nEOF\r\n# ADD http://x /\r\nRUN cat <<-"A B" <<C\nx\n\tA B\nCOPY --from=evil\nC\n`;

    expect(built(written)).toBe(written.replace(`FROM ${BASE}\r`, `FROM ${LOCAL}`));
  });

  it('has no byte order mark', () => {
    expect(built(`\uFEFF${FROM}`)).toBe(FROM_LOCAL);
  });

  it('sees the arguments that the compose file gives', () => {
    const outcome = compile({
      Dockerfile: 'ARG V=9\nFROM python:${V}-slim\n',
      'compose.yaml': 'services:\n  api:\n    build:\n      args: {V: 3.11}\n',
    });

    expect(buildOf(outcome).dockerfile).toBe(`ARG V=9\n${FROM_LOCAL}`);
  });
});

describe('directives', () => {
  it('are blanked where they are Docker’s own', () => {
    const outcome = compile({
      Dockerfile: `#syntax = docker.io/docker/dockerfile:1.7-labs\n# check=skip=all\n${FROM}`,
    });

    expect(buildOf(outcome).dockerfile).toBe(`#\n#\n${FROM_LOCAL}`);
    expect(noticesOf(outcome)).toContain('dockerfile.syntax');
  });

  it.each([
    `# syntax=evil/frontend\n${FROM}`,
    `#syntax =evil/frontend\n${FROM}`,
    `\uFEFF# SYNTAX=evil/frontend\n${FROM}`,
    `#\tsyntax=docker/dockerfile-evil\n${FROM}`,
    `// syntax=evil/frontend\n${FROM}`,
    `{"syntax": "evil/frontend"}\n${FROM}`,
    ` # syntax=evil/frontend\n${FROM}`,
  ])('%j is refused', (written) => {
    expect(refused(written)).toEqual(['dockerfile.syntax@1:1']);
  });

  it.each([
    [`#!/usr/bin/env x\n# syntax=evil/frontend\n${FROM}`, 'dockerfile.syntax@2:1'],
    [`# check=skip=all\n# syntax=evil/frontend\n${FROM}`, 'dockerfile.syntax@2:1'],
    [`# escape=x\n${FROM}`, 'dockerfile.escape@1:1'],
  ])('%j is refused', (written, expected) => {
    expect(refused(written)).toEqual([expected]);
  });

  it('are comments below the first one', () => {
    expect(built(`# a comment\n# syntax=evil/frontend\n# escape=\`\n${FROM}RUN a \\\n b\n`)).toBe(
      `#\n#\n#\n${FROM_LOCAL}RUN a \\\n b\n`,
    );
  });
});

describe('Dockerfiles that are refused', () => {
  it.each([
    ['', 'dockerfile.empty@1:1'],
    ['# nothing\n', 'dockerfile.empty@1:1'],
    ['RUN ls\n', 'dockerfile.from.missing@1:1'],
    ['FROM evil\n', 'dockerfile.from.not-allowed@1:6'],
    ['FROM --platform=x python\n', 'dockerfile.from.not-allowed@1:19'],
    ['FROM python:3.11-slim-bookworm\n', 'dockerfile.from.not-allowed@1:6'],
    [`FROM evil.example/${BASE}\n`, 'dockerfile.from.not-allowed@1:6'],
    [`FROM ${BASE}@sha256:${'0'.repeat(64)}\n`, 'dockerfile.from.digest@1:6'],
    ['FROM $BASE\n', 'dockerfile.from.variable@1:6'],
    ['ARG B=evil\nFROM $B\n', 'dockerfile.from.not-allowed@2:6'],
    [`ARG B=${BASE}\nFROM \${B%slim}\n`, 'dockerfile.from.form@2:6'],
    [`FROM ${BASE} builder\n`, 'dockerfile.from.syntax@1:6'],
    [`FROM --as=x ${BASE}\n`, 'dockerfile.from.flag@1:6'],
    [`FROM later\nFROM ${BASE} AS later\n`, 'dockerfile.from.not-allowed@1:6'],
    [`${FROM}COPY --from=evil /a /b\n`, 'dockerfile.copy.from.not-allowed@2:6'],
    [`${FROM}COPY --chown=1 --from=evil /a /b\n`, 'dockerfile.copy.from.not-allowed@2:16'],
    [`${FROM}COPY \\\n  --from=evil /a /b\n`, 'dockerfile.copy.from.not-allowed@3:3'],
    [`${FROM}COPY --from=$X /a /b\n`, 'dockerfile.copy.from.not-allowed@2:6'],
    [`${FROM}COPY --fr\\\nom=evil /a /b\n`, 'dockerfile.copy.from.not-allowed@2:6'],
    [`${FROM}CO\\\nPY --from=evil /a /b\n`, 'dockerfile.copy.from.not-allowed@3:4'],
    [
      `${FROM}COPY "--from=evil" --from=evil /a\n`.replace('"--from=evil" ', ''),
      'dockerfile.copy.from.not-allowed@2:6',
    ],
    [
      `${FROM}COPY --from="evil" /a /b\n`,
      'dockerfile.flag.quotes@2:6',
      'dockerfile.copy.from.not-allowed@2:6',
    ],
    [`${FROM}COPY --link --weird /a /b\n`, 'dockerfile.copy.flag@2:13'],
    [`${FROM}COPY --parents a /b\n`, 'dockerfile.copy.flag@2:6'],
    [`${FROM}ADD --exclude=x a /b\n`, 'dockerfile.add.flag@2:5'],
    [`${FROM}COPY --chmod=u+x a /b\n`, 'dockerfile.flag.chmod@2:6'],
    [`${FROM}ADD http://169.254.169.254/ /x\n`, 'dockerfile.add.remote@2:5'],
    [`${FROM}add --chown=1 HTTPS://x/ /x\n`, 'dockerfile.add.remote@2:15'],
    [`${FROM}ADD ["a", "git@github.com:a/b.git", "/x"]\n`, 'dockerfile.add.remote@2:5'],
    [`${FROM}ADD ssh://x/y /x\n`, 'dockerfile.add.remote@2:5'],
    [`${FROM}ADD github.com/a/b /x\n`, 'dockerfile.add.remote@2:5'],
    [`${FROM}ENV U=http://x\nADD $U /x\n`, 'dockerfile.add.remote@3:5'],
    [`${FROM}ARG P=htt\nADD \${P}p://x /x\n`, 'dockerfile.add.remote@3:5'],
    [`${FROM}ADD $UNKNOWN /x\n`, 'dockerfile.add.variable@2:5'],
    [`${FROM}\u00a0ADD http://x /x\n`, 'dockerfile.add.remote@2:6'],
    [`${FROM}RUN --network=host ls\n`, 'dockerfile.run.network@2:5'],
    [`${FROM}RUN --security=insecure ls\n`, 'dockerfile.run.flag@2:5'],
    [`${FROM}RUN --device=x ls\n`, 'dockerfile.run.flag@2:5'],
    [`${FROM}RUN --mount=type=secret,id=a ls\n`, 'dockerfile.mount.secret@2:5'],
    [`${FROM}RUN --mount=type=ssh ls\n`, 'dockerfile.mount.ssh@2:5'],
    [`${FROM}RUN --mount=from=evil,target=/x ls\n`, 'dockerfile.mount.from.not-allowed@2:5'],
    [`${FROM}RUN --mount=type=bind,FROM=evil,target=/x ls\n`, 'dockerfile.mount.from.not-allowed@2:5'],
    [`${FROM}RUN --mount=type=cache,from=evil,target=/x ls\n`, 'dockerfile.mount.cache-source@2:5'],
    [`${FROM}RUN --mount=type=tmpfs,target=/x,size=100g ls\n`, 'dockerfile.mount.size@2:5'],
    [`${FROM}RUN --mount=type=weird ls\n`, 'dockerfile.mount.type@2:5'],
    [
      `${FROM}RUN --mount="type=bind,from=evil" ls\n`,
      'dockerfile.flag.quotes@2:5',
      'dockerfile.mount.from.not-allowed@2:5',
    ],
    [`${FROM}WORKDIR /proc/self/fd/8\n`, 'dockerfile.workdir.kernel@2:9'],
    [`${FROM}WORKDIR /a/../sys\n`, 'dockerfile.workdir.kernel@2:9'],
    [`${FROM}WORKDIR /\nWORKDIR proc/self\n`, 'dockerfile.workdir.kernel@3:9'],
    [`${FROM}ENV D=/proc\nWORKDIR $D/self\n`, 'dockerfile.workdir.kernel@3:9'],
    [`FROM ${BASE} AS a\nWORKDIR /\nENV P=proc\nFROM a\nWORKDIR \${P}\n`, 'dockerfile.workdir.kernel@5:9'],
    [`${FROM}ONBUILD ADD http://x /\n`, 'dockerfile.add.remote@2:13'],
    [`${FROM}ONBUILD WORKDIR /proc/self/fd/8\n`, 'dockerfile.workdir.kernel@2:17'],
    [`${FROM}ONBUILD ONBUILD ADD http://x /\n`, 'dockerfile.onbuild.trigger@2:9'],
    [`${FROM}ONBUILD FROM evil\n`, 'dockerfile.onbuild.trigger@2:9'],
    [`${FROM}RUN a\rADD http://x /\n`, 'dockerfile.character@2:6'],
    [`${FROM}\u000bADD http://x /\n`, 'dockerfile.character@2:1'],
    [`${FROM}RUN a\u0000\n`, 'dockerfile.character@2:6'],
    [`${FROM}RUN cat <<"$X"\nx\n`, 'dockerfile.heredoc@2:1'],
    [`${FROM}RUN \${a%%b} <<EOF\nADD http://x /\nEOF\n`, 'dockerfile.heredoc@2:1'],
    [`${FROM}${'RUN a\n'.repeat(200)}`, 'dockerfile.instructions@201:1'],
    [FROM.repeat(17), 'dockerfile.stages@17:1'],
    [`${FROM}# ${'x'.repeat(65_536)}\n`, 'dockerfile.size@1:1'],
  ])('%j', (written, ...expected) => {
    expect(refused(written)).toEqual(expected);
  });

  it('say everything at once', () => {
    expect(refused('FROM evil\nADD http://x /\nWORKDIR /proc\n')).toEqual([
      'dockerfile.from.not-allowed@1:6',
      'dockerfile.add.remote@2:5',
      'dockerfile.workdir.kernel@3:9',
    ]);
  });

  it('name the files that might have been meant', () => {
    const outcome = compile({ 'compose.yaml': 'services:\n  api: {build: {dockerfile: dockerfile}}\n' });

    expect(refusalsOf(outcome)).toEqual(['dockerfile.missing@2:29']);
  });

  it('don’t matter where nothing builds them', () => {
    expect(refusalsOf(compile({ 'old/Dockerfile': 'FROM evil\n' }))).toEqual([]);
  });

  it('are left to the builder where its own message is better', () => {
    expect(built(`${FROM}RUNN ls\n`)).toBe(`${FROM_LOCAL}RUNN ls\n`);
  });
});
