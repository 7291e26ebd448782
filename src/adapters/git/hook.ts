import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createInterface } from 'node:readline';
import type { RefUpdate } from '../../app/ports/git-remote.ts';

/**
 * Both hooks of every repository: it passes what git tells on to the server over descriptor 3, and prints what comes
 * back, which git shows to whoever pushes. Lines to be shown begin with a colon, so that none is taken for an answer.
 */
const HOOK = `#!/bin/sh
{ printf '%s %s\\n' "\${0##*/}" "\${GIT_QUARANTINE_PATH:--}"; cat; printf '\\n'; } >&3
while IFS= read -r line <&3; do
  case $line in
    ok) exit 0 ;;
    no) exit 1 ;;
    *) printf '%s\\n' "\${line#:}" ;;
  esac
done
exit 1
`;

const HOOKS = ['pre-receive', 'post-receive'] as const;
export type HookName = (typeof HOOKS)[number];

const MAX_UPDATES = 50;
const MAX_LINE = 1_024;

/** Writes the hooks, the same for every repository, where no push reaches. */
export async function installHooks(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of HOOKS) {
    const written = join(folder, `.${name}.${randomUUID()}`);
    await writeFile(written, HOOK);
    await chmod(written, 0o500);
    await rename(written, join(folder, name));
  }
}

export interface HookCall {
  readonly hook: HookName;
  readonly quarantine: string | null;
  /** Null when there are more than are taken. */
  readonly updates: readonly RefUpdate[] | null;
}

/** What hooks ask over the channel, one after another, until the process at its other end is gone. */
export async function* hookCalls(channel: Duplex): AsyncGenerator<HookCall> {
  let head: { hook: HookName; quarantine: string | null } | null = null;
  let updates: RefUpdate[] = [];
  for await (const line of createInterface({ input: channel, crlfDelay: Infinity })) {
    if (line.length > MAX_LINE) continue;
    if (head === null) {
      const [name, path = '-'] = line.split(' ', 2);
      const hook = HOOKS.find((item) => item === name);
      if (hook !== undefined) head = { hook, quarantine: path === '-' ? null : path };
    } else if (line === '') {
      yield { ...head, updates: updates.length > MAX_UPDATES ? null : updates };
      head = null;
      updates = [];
    } else if (updates.length <= MAX_UPDATES) {
      const [before, after, ref] = line.split(' ', 3);
      if (before !== undefined && after !== undefined && ref !== undefined)
        updates.push({ before, after, ref });
    }
  }
}
