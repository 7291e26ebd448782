import { Refusal } from '../core/refusal.ts';

export const USAGE = `Usage:
  labgrader submit <folder> --course <id> --assignment <id> [--watch] [--json]
      packs the folder, submits it and prints its link; with --watch it stays until the verdict is there
  labgrader watch [<link or id of a submission>] [--course <id> --assignment <id>] [--json]
      tells what a run does, then the verdict: policy, build log, each check as it falls, what was observed and
      expected, why it matters, where to look. Without a link: your newest submission to the assignment
  labgrader status [--course <id>] [--json]
      your assignments with due time, attempts and score

  npm run --silent grade -- <scenario> <folder> [--json]   grades a folder here and now
  npm run --silent lab:handout -- <scenario> <folder>      writes the starter as a learner gets it

The service is named by --server or LABGRADER_URL. You are known by a token with the scopes read and submit, which you
make under “Account” in the pages: in LABGRADER_TOKEN, or in the file ~/.config/labgrader/token (mode 600).

The exit code is 0 when it passed or was done, 1 when it was graded but didn't pass, was rejected or called off, 2 when
the command or the submission was refused, 3 when the service or the grader failed. With --json standard output is one
JSON document.
`;

export function usage(): Refusal {
  return new Refusal('request-invalid', USAGE);
}
