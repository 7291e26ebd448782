import { isRecord, parseJson } from './json.ts';

/** What the body of an answer tells as the build that it comes from, `{"build": …}`; undefined where it tells none. */
export function buildTold(body: string): unknown {
  const document = parseJson(body);
  return isRecord(document) ? document['build'] : undefined;
}
