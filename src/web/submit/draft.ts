import { z } from 'zod';

/** Path → text as edited; null for a removed file. Only what differs from what the editor started with. */
export const Draft = z.record(z.string(), z.string().nullable());
export type Draft = z.infer<typeof Draft>;

/** The draft kept on this machine, so that nothing typed is lost when the page is left. */
export function storedDraft(key: string): Draft {
  try {
    const parsed = Draft.safeParse(JSON.parse(localStorage.getItem(key) ?? '{}'));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

export function storeDraft(key: string, draft: Draft): void {
  try {
    if (Object.keys(draft).length === 0) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // A full or forbidden store only means that the draft ends with the page.
  }
}
