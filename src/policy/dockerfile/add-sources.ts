import { quoted, type Findings } from '../findings.ts';
import { jsonWords, type Instruction } from './read-dockerfile.ts';
import { expandWord, splitOnSpace, unsetIn, type Variables } from './words.ts';

const REMOTE = /^(?:[a-z][a-z0-9+.-]*:\/\/|github\.com\/|[\w.-]+@[\w.-]+:)/i;

/** ADD fetches from the network by the builder itself, past every limit that a RUN step has. */
export function judgeAddSources(
  instruction: Instruction,
  variables: Variables,
  escape: string,
  findings: Findings,
): void {
  const words = jsonWords(instruction.args) ?? splitOnSpace(instruction.args);
  for (const source of words.slice(0, -1)) {
    if (source.startsWith('<<')) continue;
    const known = unsetIn(source, variables, escape).length === 0;
    const expanded = known ? expandWord(source, variables, escape) : undefined;
    if (expanded === undefined) {
      findings.refuse(
        'dockerfile.add.variable',
        instruction.argsAt,
        `What ${quoted(source)} stands for isn't known before the build, and ADD would fetch it from the network if it were an address. COPY takes variables and never fetches.`,
      );
    } else if (REMOTE.test(expanded)) {
      findings.refuse(
        'dockerfile.add.remote',
        instruction.argsAt,
        `ADD ${quoted(expanded)} makes the builder itself fetch from the network, which builds don't have here. An image that is put together from addresses is also a different one every day. Put the file into your submission and use COPY.`,
      );
    }
  }
}
