import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../src/core/evidence.ts';
import { evidenceLines, evidenceTitle } from '../../../src/core/evidence-text.ts';
import { formatBytes, formatDuration } from '../../../src/core/units.ts';

describe('the text form of an evidence', () => {
  it('says who could reach the service, one row a try', () => {
    const lines = evidenceLines({
      type: 'reachability',
      rows: [
        { from: 'inside the container', address: '127.0.0.1:8000', reach: 'answered', detail: '200' },
        { from: 'published port', address: 'localhost:8000', reach: 'refused', detail: '' },
      ],
    });

    expect(lines[0]).toMatch(/^from +address +result +detail$/);
    expect(lines[1]).toContain('127.0.0.1:8000  answered');
    expect(lines[2]).toBe('published port        localhost:8000  connection refused');
  });

  it('puts IPv6 addresses in brackets and names the owner of a socket', () => {
    const [, row] = evidenceLines({
      type: 'sockets',
      rows: [
        {
          address: '::1',
          port: 8000,
          family: 'ipv6',
          owners: [{ pid: 7, argv: 'uvicorn app' }],
          reachableFromOutside: false,
        },
      ],
    });

    expect(row).toBe('[::1]:8000    IPv6    no                      7 uvicorn app');
  });

  it('indents a process below its parent and calls a zombie by its name', () => {
    const lines = evidenceLines({
      type: 'processes',
      title: 'after',
      rows: [
        { pid: 9, parentPid: 1, state: 'Z', user: 0, name: 'sleep', argv: '', ageMs: 1500 },
        { pid: 1, parentPid: 0, state: 'S', user: 0, name: 'sh', argv: 'sh -c app', ageMs: 90_000 },
      ],
    });

    expect(lines[1]).toBe('1    0       sleeping  0    1 min 30 s  sh -c app');
    expect(lines[2]).toBe('9    1       zombie    0    1.5 s         [sleep]');
  });

  it('shows every process once, even where parents form a loop', () => {
    const row = { state: 'S', user: 0, name: 'a', argv: 'a', ageMs: 1 };

    const lines = evidenceLines({
      type: 'processes',
      title: 'loop',
      rows: [
        { ...row, pid: 2, parentPid: 3 },
        { ...row, pid: 3, parentPid: 2 },
      ],
    });

    expect(lines).toHaveLength(3);
  });

  it('lists the layers that the learner added, with what they waste', () => {
    const lines = evidenceLines({
      type: 'layers',
      layers: [
        { instruction: 'base', line: null, bytes: 120e6, wastedBytes: 0, fromBase: true },
        { instruction: 'RUN apt-get install gcc', line: 4, bytes: 210e6, wastedBytes: 45e6, fromBase: false },
      ],
      folders: [{ path: '/usr/lib/gcc', bytes: 150e6 }],
      findings: [
        {
          path: '/usr/bin/gcc',
          what: 'a compiler',
          bytes: 150e6,
          line: 4,
          instruction: 'RUN apt-get install gcc',
        },
      ],
      totalBytes: 330e6,
      baseBytes: 120e6,
      limitBytes: 300e6,
    });

    expect(lines[0]).toBe('total 330 MB = base 120 MB + yours 210 MB; limit 300 MB');
    expect(lines[2]).toBe('4     210 MB  45 MB   RUN apt-get install gcc');
    expect(lines.at(-1)).toBe('    150 MB  /usr/bin/gcc: a compiler (line 4, RUN apt-get install gcc)');
  });

  it('marks each step of each build as cached, run or absent', () => {
    const lines = evidenceLines({
      type: 'build-grid',
      builds: ['first', 'source edited'],
      steps: [{ name: 'RUN pip install', line: 5, cells: ['ran', 'ran'], note: 'should have been cached' }],
    });

    expect(lines[1]).toBe('5     RUN pip install  ran    ran            <- should have been cached');
  });

  it('is never empty and has a heading, whatever is missing', () => {
    const empty: Evidence[] = [
      { type: 'log', title: 'log', lines: [], truncated: false },
      { type: 'exit', exitCode: null, meaning: '', oomKilled: false, argv: [], ranForMs: null },
      { type: 'timeline', title: 'stop', events: [] },
      { type: 'reachability', rows: [] },
      { type: 'sockets', rows: [] },
      { type: 'http', exchanges: [] },
      { type: 'processes', title: 'tree', rows: [] },
      { type: 'series', title: 'zombies', unit: 'zombies', points: [] },
      { type: 'layers', layers: [], folders: [], findings: [], totalBytes: 0, baseBytes: 0, limitBytes: 0 },
      { type: 'build-grid', builds: [], steps: [] },
      { type: 'dns', resolvers: [], queries: [] },
      { type: 'health', probes: [] },
    ];

    for (const evidence of empty) {
      expect(evidenceLines(evidence), evidence.type).not.toEqual([]);
      expect(evidenceTitle(evidence), evidence.type).not.toBe('');
    }
  });

  it('keeps one long value from pushing the other columns out of sight', () => {
    const lines = evidenceLines({
      type: 'reachability',
      rows: [{ from: 'x'.repeat(5000), address: 'a', reach: 'timeout', detail: 'two\nlines' }],
    });

    expect(lines[1]).toHaveLength(72 + 2 + 'address  no answer in time  two lines'.length);
  });
});

describe('units', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [999_950, '1.0 MB'],
    [312_000_000, '312 MB'],
    [1_100_000_000, '1.1 GB'],
  ])('tells %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [85, '85 ms'],
    [1234, '1.2 s'],
    [59_600, '1 min 00 s'],
    [7_800_000, '2 h 10 min'],
  ])('tells %d milliseconds as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
