import { describe, expect, it } from 'vitest';
import { identityOf, isAlive } from '../../../src/machine/live-process.ts';
import { runCommand, runToEnd } from '../../../src/machine/run-command.ts';
import { SetupProblem } from '../../../src/machine/setup-problem.ts';

describe('a command of the setup', () => {
  it('is killed with all that it started when its time is up', async () => {
    const end = await runToEnd('sh', ['-c', 'sleep 60 & echo $!; wait'], { timeoutMs: 300 });
    const background = Number(end.tail[0]);

    expect(end.timedOut).toBe(true);
    expect(await isAlive(await identityOf(background))).toBe(false);
  });

  it('tells its last lines when it fails', async () => {
    const failure = runCommand('sh', ['-c', 'echo no space left >&2; exit 4'], { timeoutMs: 5000 });

    await expect(failure).rejects.toThrow(/failed \(exit code 4\)\n {2}no space left/);
  });

  it('is a problem of the setup when there is no such program', async () => {
    await expect(runCommand('no-such-program', [], { timeoutMs: 5000 })).rejects.toBeInstanceOf(SetupProblem);
  });

  it('ends when it is called off', async () => {
    const reason = new Error('called off');
    const calledOff = AbortSignal.abort(reason);

    await expect(runCommand('sleep', ['60'], { timeoutMs: 5000 }, calledOff)).rejects.toBe(reason);
  });
});
