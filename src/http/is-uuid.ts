import { notFound } from '../app/actor.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** May it be asked of the database? Anything else names nothing. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** @throws Refusal `not-found` for what isn't a UUID and so names nothing */
export function uuidOf(text: string): string {
  if (!isUuid(text)) throw notFound('thing');
  return text;
}
