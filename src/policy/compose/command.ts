import { quoted, type Findings } from '../findings.ts';
import { isNull, type YamlNode } from '../yaml/yaml-node.ts';
import { splitShellWords } from './shell-words.ts';
import { invalid, readText, readTexts } from './values.ts';

/**
 * `command` and `entrypoint`. Absent where the image's own counts; an empty list is handed on as such, and the
 * engine makes of it what it does for Compose: an empty entrypoint clears the image's, an empty command leaves the
 * image's in force, and any entrypoint drops the image's command.
 */
export function readCommand(node: YamlNode, key: string, findings: Findings): readonly string[] | undefined {
  if (isNull(node)) return undefined;
  if (node.kind === 'list') return readTexts(node, key, findings);
  const line = readText(node, key, findings);
  if (line === undefined) return undefined;
  const split = splitShellWords(line);
  if (!split) {
    const message = `${quoted(line)} can't be split into words: a quote or a parenthesis isn't closed, or stands where Compose takes none. No shell reads this line; write the command as a list if in doubt.`;
    invalid(key, node.at, message, findings);
    return undefined;
  }
  if (split.cutAt >= 0) {
    const message = `Compose splits this text into words itself and drops everything from ${quoted(line.slice(split.cutAt))} on, since no shell runs it. What needs a shell is written as a list, ${quoted('["sh", "-c", "…"]')}.`;
    findings.notice(`compose.${key}.operator`, node.at, message);
  }
  return split.words;
}
