import { describe, expect, it } from 'vitest';
import { meaningOfExit, stopSignalNumber } from '../../../src/core/exit-code.ts';

const plain = { oomKilled: false, startError: '', waitedFor: null };

describe('meaningOfExit', () => {
  it.each([
    [0, 'finished by itself'],
    [1, 'gave up with an error'],
    [126, 'could not be executed'],
    [127, 'not found'],
    [137, 'SIGKILL'],
    [139, 'SIGSEGV'],
    [143, 'SIGTERM'],
    [130, 'SIGINT'],
    [42, 'own'],
  ])('tells what %i means', (exitCode, words) => {
    expect(meaningOfExit({ ...plain, exitCode })).toContain(words);
  });

  it('tells a memory kill from any other SIGKILL', () => {
    expect(meaningOfExit({ ...plain, exitCode: 137, oomKilled: true })).toContain('memory limit');
    expect(meaningOfExit({ ...plain, exitCode: 137 })).toContain('no memory kill');
  });

  it.each([
    ['exec: "serve": executable file not found in $PATH', 'no such command'],
    ['exec: "/app/run.sh": permission denied', 'may not be executed'],
    ['exec /app/run.sh: exec format error', 'does not take the file as a program'],
    ['Minimum memory limit allowed is 6MB', 'words: Minimum memory limit allowed is 6MB'],
  ])('explains why it never started: %s', (startError, words) => {
    expect(meaningOfExit({ ...plain, exitCode: 127, startError })).toContain(words);
  });

  it('puts nothing in the mouth of the engine where what it depends on was not found', () => {
    const words = "db (service_started), which the engine didn't start: executable file not found in $PATH";
    const meaning = meaningOfExit({ ...plain, exitCode: null, waitedFor: { words, byTime: false } });
    expect(meaning).toContain('depends_on');
    expect(meaning).not.toContain('no such command');
  });
});

describe('stopSignalNumber', () => {
  it.each([
    ['', 15],
    ['SIGINT', 2],
    ['quit', 3],
    ['10', 10],
    ['SIGNONE', undefined],
  ])('reads %j as %s', (name, number) => {
    expect(stopSignalNumber(name)).toBe(number);
  });
});
