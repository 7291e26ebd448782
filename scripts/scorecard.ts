import { writeScorecard } from './scorecard/write-scorecard.ts';
import { runScript } from './steps/ending.ts';

const FILE = 'docs/attack-scorecard.md';

/** Puts the scorecard of the last test runs into the documents. Run it after a whole `npm test`. */
await runScript(async () => {
  const bare = await writeScorecard(FILE);
  for (const each of bare) process.stdout.write(`${each}\n`);
  process.stdout.write(`written: ${FILE}\n`);
  return bare.length === 0 ? 0 : 1;
});
