import { quoted, type Findings } from '../findings.ts';
import type { DockerfileText } from './read-dockerfile.ts';

/** Docker's own frontend, which is built into the builder as well. */
const OFFICIAL = /^(?:docker\.io\/)?docker\/dockerfile(?::[\w.-]+)?$/;

/** Judges the comments that give orders to the builder: `# syntax=`, `# check=`, `# escape=`. */
export function judgeDirectives(source: DockerfileText, findings: Findings): void {
  for (const { name, value, at } of source.directives) {
    if (name === 'syntax') judgeSyntax(value, at, findings);
    if (name === 'escape' && value !== '\\' && value !== '`') {
      findings.refuse(
        'dockerfile.escape',
        at,
        `${quoted(value)} can't be the escape character: it is a backslash or a backtick.`,
      );
    }
  }
  judgeOtherSpellings(source, findings);
}

function judgeSyntax(
  value: string,
  at: { file: string; line: number; column: number },
  findings: Findings,
): void {
  if (OFFICIAL.test(value)) {
    findings.notice(
      'dockerfile.syntax',
      at,
      `${quoted(`# syntax=${value}`)} makes the builder pull that version of the Dockerfile language. Builds have no network here, so the version built into the builder reads your file.`,
    );
    return;
  }
  findings.refuse(
    'dockerfile.syntax',
    at,
    `${quoted(`# syntax=${value}`)} names an image that the builder would pull and run in place of its own reader of Dockerfiles, with more rights than any build step. Leave the line out.`,
  );
}

/** The builder also looks for `// syntax=` and for a JSON document with that key, before it reads a Dockerfile. */
function judgeOtherSpellings(source: DockerfileText, findings: Findings): void {
  const [first = ''] = source.lines;
  const start = first.startsWith('#!') ? 1 : 0;
  const line = source.lines[start] ?? '';
  if (!/^\s*(?:\/\/|\{)/.test(line)) return;
  findings.refuse(
    'dockerfile.syntax',
    { file: source.file, line: start + 1, column: 1 },
    `A Dockerfile begins with a comment (${quoted('#')}) or an instruction. ${quoted(line)} could be read as an order to use another reader of Dockerfiles.`,
  );
}
