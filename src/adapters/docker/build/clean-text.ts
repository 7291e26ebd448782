import { stripVTControlCharacters } from 'node:util';

/** Text of a container or builder that is safe to store and to show: no escape sequences, no control characters. */
export function cleanText(text: string): string {
  // Postgres takes no NUL, and a terminal or page must not be steered by what a learner's program prints.
  return stripVTControlCharacters(text).replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    '',
  );
}
