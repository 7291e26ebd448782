import { z } from 'zod';
import { withExample } from './with-example.ts';
import { Reason } from './field-types.ts';

/** The institution by which one may sign in; null where there is none. */
export const InstitutionSignIn = withExample(
  z.object({ institution: z.object({ name: z.string() }).nullable() }),
  { institution: { name: 'Example University' } },
);

/** A path of these pages: one slash, and nothing that a browser takes for the start of another host. */
const OwnPath = z
  .string()
  .max(2000)
  .regex(/^\/(?![/\\])[^\\\s\p{Cc}]*$/u, 'a path of these pages, such as /courses/docker-101');

export const BeginInstitutionSignIn = withExample(z.strictObject({ returnTo: OwnPath.default('/') }), {
  returnTo: '/courses/docker-101',
});

export const BegunInstitutionSignIn = withExample(
  z.object({
    /** Where to send the browser. */
    url: z.url(),
  }),
  { url: 'https://login.example.edu/authorize?client_id=labgrader&response_type=code' },
);

export const FinishInstitutionSignIn = withExample(
  z.strictObject({
    /** The query with which the browser came back, as it was. */
    answer: z.string().min(1).max(8192),
  }),
  { answer: 'code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj' },
);

export const FinishedInstitutionSignIn = withExample(z.object({ returnTo: z.string() }), {
  returnTo: '/courses/docker-101',
});

export const Block = withExample(z.strictObject({ reason: Reason }), { reason: 'Left the institution' });
