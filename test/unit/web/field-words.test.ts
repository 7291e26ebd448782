import { expect, it } from 'vitest';
import { fieldWords } from '../../../src/web/ui/field-words.ts';

it.each([
  ['expiresInDays', 'expires in days'],
  ['rules.latePolicy', 'rules.late policy'],
  ['name', 'name'],
  ['jwksUrl', 'jwks url'],
])('says %s as %s', (name, words) => {
  expect(fieldWords(name)).toBe(words);
});
