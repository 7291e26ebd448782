import { Chance } from './chance.ts';
import { PARSERS } from './parsers.ts';

/**
 * Has each parser read its many inputs, and prints a line for each: how many bytes more are in use for every input that
 * it read after the first quarter, and how many may be.
 */
const TURNS = 4;
const collect = global.gc;
if (collect === undefined) throw new Error('it takes --expose-gc');

for (const [name, { inputs, bytesEach, parse }] of Object.entries(PARSERS)) {
  const chance = new Chance(1);
  const usedAfter = async (count: number): Promise<number> => {
    for (let done = 0; done < count; done++) await parse(chance);
    // What waits for the end of a turn, or for what was collected, lets go of what it holds only then.
    for (let turn = 0; turn < TURNS; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = await usedAfter(inputs / 4);
  const rest = inputs - inputs / 4;
  const grown = Math.round(((await usedAfter(rest)) - before) / rest);
  process.stdout.write(
    `${JSON.stringify({ name, inputs, grownBytesEach: grown, mostBytesEach: bytesEach })}\n`,
  );
}
