import { z } from 'zod';
import type { SubmissionSource } from '../../app/ports/submissions.ts';

const Source = z.enum(['archive', 'files', 'git']);

export function sourceOf(text: string): SubmissionSource {
  return Source.parse(text);
}
