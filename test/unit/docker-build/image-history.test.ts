import { describe, expect, it } from 'vitest';
import { LayerCache } from '../../../src/adapters/docker/image/layer-cache.ts';
import { instructionsOf } from '../../../src/adapters/docker/image/image-history.ts';

describe('the history of an image', () => {
  const rows = (...history: unknown[]): string => JSON.stringify({ history });

  it('tells what made each layer, past rows that made none', () => {
    const document = rows(
      { created_by: 'ADD base' },
      { created_by: 'ENV A=1', empty_layer: true },
      { created_by: 'RUN b' },
    );

    expect(instructionsOf(document, 2)).toEqual(['ADD base', 'RUN b']);
  });

  it('that is too short is that of the uppermost layers', () => {
    expect(instructionsOf(rows({ created_by: 'RUN b' }), 3)).toEqual(['', '', 'RUN b']);
  });

  it.each(['{}', '{"history":null}', '{"history":[]}'])('may be absent: %s', (document) => {
    expect(instructionsOf(document, 2)).toEqual(['', '']);
  });

  it('of an image without layers is empty', () => {
    expect(instructionsOf(rows({ created_by: 'ENV A=1' }), 0)).toEqual([]);
  });
});

describe('the cache of layers', () => {
  const layer = (
    count: number,
  ): { bytes: number; entries: { path: string; kind: 'file'; bytes: number }[] } => ({
    bytes: count,
    entries: Array.from({ length: count }, (_, n) => ({ path: `/${n}`, kind: 'file', bytes: 1 })),
  });

  it('lets go of the layer that was not asked for the longest', () => {
    const cache = new LayerCache();
    cache.set('a', layer(150_000));
    cache.set('b', layer(150_000));
    cache.get('a');

    cache.set('c', layer(150_000));

    expect([cache.get('a'), cache.get('b'), cache.get('c')].map((kept) => kept?.bytes)).toEqual([
      150_000,
      undefined,
      150_000,
    ]);
  });
});
