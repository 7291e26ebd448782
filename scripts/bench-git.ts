import { z } from 'zod';
import { gitFigures } from './bench/git-figures.ts';

/**
 * Measures webhooks and pushes of a service that runs already: `SERVICE_URL=… COURSE=… ASSIGNMENT=… INSTRUCTOR_TOKEN=…
 * LEARNER_TOKEN=… npx tsx scripts/bench-git.ts`. It needs a SECRETS_KEY there.
 */
const given = z
  .object({
    SERVICE_URL: z.url(),
    COURSE: z.string(),
    ASSIGNMENT: z.string(),
    INSTRUCTOR_TOKEN: z.string(),
    LEARNER_TOKEN: z.string(),
  })
  .parse(process.env);
const figures = await gitFigures({
  url: given.SERVICE_URL.replace(/\/+$/, ''),
  course: given.COURSE,
  assignment: given.ASSIGNMENT,
  instructor: given.INSTRUCTOR_TOKEN,
  learner: given.LEARNER_TOKEN,
});
for (const { name, text, detail, target } of figures) {
  process.stdout.write(`${target?.met === false ? 'MISSED' : 'met'}  ${text}  ${name}\n    ${detail}\n`);
  if (target?.met === false) process.exitCode = 1;
}
