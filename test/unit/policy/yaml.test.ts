import { describe, expect, it } from 'vitest';
import { compile, compileService, planOf, refusalsOf, serviceOf } from './submission.ts';

describe('YAML that means something to Compose', () => {
  it('has anchors, aliases and merge keys, own keys winning over merged ones', () => {
    const text = `x-base: &base
  build: .
  environment: {A: 1}
x-more: &more {hostname: more, user: "5"}
services:
  api:
    <<: [*base, *more]
    hostname: own
  web:
    <<: *base
    environment: {B: 2}
`;

    expect(planOf(compile({ 'compose.yaml': text })).services).toMatchObject([
      { hostname: 'own', user: '5', environment: { A: '1' } },
      { environment: { B: '2' } },
    ]);
  });

  it('has explicit tags for plain types', () => {
    expect(serviceOf(compileService('hostname: !!str 5\ninit: !!bool true'))).toMatchObject({
      hostname: '5',
      init: true,
    });
  });
});

const ALIAS_BOMB = [
  'x-a: &a [x, x, x, x, x, x, x, x, x]',
  ...Array.from('bcdefghij').map((name, index) => {
    const above = 'abcdefghij'.charAt(index);
    return `x-${name}: &${name} [${Array.from({ length: 9 }, () => `*${above}`).join(', ')}]`;
  }),
  'services: {api: {build: ., labels: *j}}',
].join('\n');

const MERGE_BOMB = [
  `x-a: &a {${Array.from({ length: 800 }, (_, index) => `k${index}: 1`).join(', ')}}`,
  'x-b:',
  ...Array.from({ length: 800 }, () => '  - <<: *a'),
].join('\n');

describe('YAML that is refused', () => {
  it.each([
    ['a tag', 'services: !!js/function x', 'compose.yaml.tag@1:25'],
    ['a reset tag', 'services:\n  api:\n    ports: !reset []', 'compose.yaml.tag@3:19'],
    ['a key twice', 'services:\n  api: {build: .}\n  api: {build: .}', 'compose.yaml.duplicate-key@3:3'],
    ['two documents', 'services: {api: {build: .}}\n---\nservices: {}', 'compose.yaml.documents@2:1'],
    ['a key that is no text', 'services: {1: {build: .}}', 'compose.yaml.key@1:12'],
    ['an alias of nothing', 'services: *nothing', 'compose.yaml.alias@1:11'],
    ['an alias within itself', 'services: &a {api: *a}', 'compose.yaml.alias@1:20'],
    ['a merge of a text', 'services: {<<: text}', 'compose.yaml.merge@1:16'],
    ['an open bracket', 'services: [', 'compose.yaml.syntax@1:12'],
    ['a tab', 'services:\n\tapi: x', 'compose.yaml.syntax@2:1'],
  ])('%s', (_name, text, expected) => {
    expect(refusalsOf(compile({ 'compose.yaml': text }))).toContain(expected);
  });

  it.each([
    ['an alias bomb', ALIAS_BOMB, 'compose.yaml.aliases'],
    ['a merge bomb', MERGE_BOMB, 'compose.yaml.aliases'],
    ['a large scalar', `x-a: ${'x'.repeat(10_000_000)}`, 'compose.yaml.size'],
    ['many nodes', '- a\n'.repeat(16_000), 'compose.yaml.size'],
    ['deep flow', '['.repeat(5000), 'compose.yaml.depth'],
    ['deep sequences', '- '.repeat(5000), 'compose.yaml.depth'],
    [
      'deep mappings',
      Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      'compose.yaml.depth',
    ],
  ])('%s, before it has grown', (_name, text, rule) => {
    // Unfolded whole, these would fill the memory or the test's time limit.
    const [first = ''] = refusalsOf(compile({ 'compose.yaml': text }));

    expect(first.split('@', 1)).toEqual([rule]);
  });
});
