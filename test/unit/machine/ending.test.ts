import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('support/waiting-process.ts', import.meta.url));

it('a script that is cut off by Ctrl-C says so, and nothing else', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT]);
  const ended = once(child, 'exit');
  const said = text(child.stderr);
  await once(child.stdout, 'data');
  child.kill('SIGINT');

  expect(await ended).toEqual([130, null]);
  expect((await said).trim().split('\n\n')).toEqual(['stops what was started …', 'ended by SIGINT']);
});
