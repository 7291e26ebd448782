import type { ChildProcess } from 'node:child_process';
import { resolve, sep } from 'node:path';
import { Duplex } from 'node:stream';
import type { IncomingPush, PushHandlers } from '../../app/ports/git-remote.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import { type HookCall, hookCalls } from './hook.ts';
import { readTree } from './read-tree.ts';
import { bytesUnder } from './repository-folder.ts';

/**
 * Lets the handlers answer what the hooks of a push ask over descriptor 3, until git has ended.
 * @param path of the repository
 * @throws GraderFault when git puts what is pushed where it shouldn't; what a handler throws
 */
export async function answerHooks(
  child: ChildProcess,
  path: string,
  handlers: PushHandlers,
  unwatched: AbortSignal,
): Promise<void> {
  const channel = child.stdio[3];
  if (!(channel instanceof Duplex)) return;
  channel.on('error', () => undefined);
  for await (const call of hookCalls(channel)) {
    const write = (line: string): void => {
      if (!channel.destroyed) channel.write(`:${line.replace(/[\r\n\0]+/g, ' ')}\n`);
    };
    const taken = await answer(call, path, handlers, write, unwatched);
    channel.write(taken ? 'ok\n' : 'no\n');
  }
}

async function answer(
  call: HookCall,
  path: string,
  handlers: PushHandlers,
  write: (line: string) => void,
  unwatched: AbortSignal,
): Promise<boolean> {
  if (call.updates === null) {
    write('Too many branches and tags at once: push one at a time.');
    return false;
  }
  const quarantine = call.quarantine === null ? null : resolve(path, call.quarantine);
  if (quarantine !== null && !quarantine.startsWith(`${path}${sep}objects${sep}`)) {
    throw new GraderFault('git keeps what is pushed elsewhere than expected');
  }
  const store = { repository: path, ...(quarantine !== null && { quarantine }) };
  const push: IncomingPush = {
    updates: call.updates,
    repositoryBytes: await bytesUnder(path),
    files: (commit, limits, signal) => readTree(store, commit, null, limits, signal),
  };
  if (call.hook === 'pre-receive') return handlers.judge(push, write, AbortSignal.timeout(60_000));
  await handlers.received(push, write, unwatched);
  return true;
}
