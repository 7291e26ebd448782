import type { OutboundAnswer } from '../outbound/guarded-request.ts';

/** Undefined for what isn't JSON, or isn't all there. */
export function readJson(answer: OutboundAnswer): unknown {
  if (!answer.whole) return undefined;
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}
