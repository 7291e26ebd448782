import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wastedBytes, type WastefulLayer } from '../../../src/core/wasted-bytes.ts';

type Entry = WastefulLayer['entries'][number];

const file = (path: string, bytes: number): Entry => ({ path, kind: 'file', bytes });
const folder = (path: string): Entry => ({ path, kind: 'directory', bytes: 0 });
const whiteout = (path: string): Entry => ({ path, kind: 'whiteout', bytes: 0 });
const opaque = (path: string): Entry => ({ path, kind: 'opaque', bytes: 0 });
const layers = (...all: Entry[][]): WastefulLayer[] => all.map((entries) => ({ entries }));

describe('wasted bytes', () => {
  it('are none where every layer brings other files', () => {
    expect(wastedBytes(layers([file('/a', 10)], [file('/b', 5)]))).toEqual([0, 0]);
  });

  it('of a deleted file are charged in full to the layer that brought it', () => {
    expect(wastedBytes(layers([file('/a', 10)], [whiteout('/a')]))).toEqual([10, 0]);
  });

  it('of a replaced file are those of the earlier one alone', () => {
    expect(wastedBytes(layers([file('/a', 10)], [file('/a', 12)], [file('/a', 3)]))).toEqual([10, 12, 0]);
  });

  it('of a deleted folder are those of everything in it', () => {
    const image = layers(
      [file('/d/a', 1), file('/d/e/b', 2), file('/da', 4)],
      [file('/d/c', 8)],
      [whiteout('/d')],
    );

    expect(wastedBytes(image)).toEqual([3, 8, 0]);
  });

  it('of a folder made anew are those of what lay in it before, wherever its mark stands', () => {
    const below = [file('/d/a', 1)];

    expect(wastedBytes(layers(below, [folder('/d'), file('/d/b', 2), opaque('/d')]))).toEqual([1, 0]);
    expect(wastedBytes(layers(below, [opaque('/d'), folder('/d'), file('/d/b', 2)]))).toEqual([1, 0]);
  });

  it('are none where a folder is only named again', () => {
    expect(wastedBytes(layers([folder('/d'), file('/d/a', 1)], [folder('/d'), file('/d/b', 2)]))).toEqual([
      0, 0,
    ]);
  });

  it('arise where a file and a folder replace each other', () => {
    expect(wastedBytes(layers([file('/x', 7)], [folder('/x'), file('/x/y', 1)]))).toEqual([7, 0]);
    expect(wastedBytes(layers([file('/x/y', 7)], [file('/x', 1)]))).toEqual([7, 0]);
  });

  it('do not arise from taking away what is not there', () => {
    expect(wastedBytes(layers([file('/a', 1)], [whiteout('/b'), opaque('/c'), whiteout('/a/b')]))).toEqual([
      0, 0,
    ]);
  });

  it('of a hundred thousand files deleted one by one and by folder are counted in a moment', () => {
    const many = Array.from({ length: 100_000 }, (_, n) => file(`/d${n % 1_000}/f${n}`, 1));
    const gone = Array.from({ length: 1_000 }, (_, n) => whiteout(`/d${n}`));

    expect(wastedBytes(layers(many, gone))).toEqual([100_000, 0]);
  });

  it('are all that the layers carry less what the finished image shows', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyEntry(), { maxLength: 8 }), { maxLength: 5 }), (entries) => {
        const image = layers(...entries.map(oncePerPath));
        const carried = image.flatMap((layer) => layer.entries).reduce((sum, entry) => sum + entry.bytes, 0);
        const shown = [...mergedFiles(image).values()].reduce((sum, bytes) => sum + bytes, 0);

        const wasted = wastedBytes(image);

        expect(wasted.reduce((sum, bytes) => sum + bytes, 0)).toBe(carried - shown);
        for (const [index, layer] of image.entries()) {
          const own = layer.entries.reduce((sum, entry) => sum + entry.bytes, 0);
          expect(wasted[index]).toBeGreaterThanOrEqual(0);
          expect(wasted[index]).toBeLessThanOrEqual(own);
        }
      }),
    );
  });
});

function anyEntry(): fc.Arbitrary<Entry> {
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
    .map((names) => `/${names.join('/')}`);
  return fc.oneof(
    fc.tuple(path, fc.nat(100)).map(([at, bytes]) => file(at, bytes)),
    path.map(folder),
    path.map(whiteout),
    path.map(opaque),
  );
}

/** A layer is a folder tree: it names no path twice, and no path below a file. */
function oncePerPath(entries: readonly Entry[]): Entry[] {
  const kept: Entry[] = [];
  for (const entry of entries) {
    const brings = entry.kind === 'file' || entry.kind === 'directory';
    const clash = kept.some(
      (other) =>
        (brings && other.path === entry.path && other.kind !== 'opaque') ||
        (brings && entry.path.startsWith(`${other.path}/`) && other.kind === 'file') ||
        (entry.kind === 'file' &&
          other.path.startsWith(`${entry.path}/`) &&
          other.kind !== 'whiteout' &&
          other.kind !== 'opaque'),
    );
    if (!clash) kept.push(entry);
  }
  return kept;
}

/** The finished image by the plainest of means: a list of paths, searched through. */
function mergedFiles(image: readonly WastefulLayer[]): Map<string, number> {
  const files = new Map<string, number>();
  const remove = (unwanted: (path: string) => boolean): void => {
    for (const path of [...files.keys()]) if (unwanted(path)) files.delete(path);
  };
  for (const { entries } of image) {
    for (const { kind, path } of entries) {
      if (kind === 'whiteout') remove((other) => other === path || other.startsWith(`${path}/`));
      if (kind === 'opaque') remove((other) => other.startsWith(`${path}/`));
    }
    for (const { kind, path, bytes } of entries) {
      if (kind !== 'file' && kind !== 'directory') continue;
      remove((other) => path === other || path.startsWith(`${other}/`));
      if (kind === 'file') {
        remove((other) => other.startsWith(`${path}/`));
        files.set(path, bytes);
      }
    }
  }
  return files;
}
