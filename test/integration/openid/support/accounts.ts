import { z } from 'zod';

/** How the ID token that the provider signed is changed on its way out. */
export const Bend = z.enum([
  /** Signed by a key that isn't the provider's, under the name of one that is. */
  'foreign-key',
  /** Not signed at all. */
  'unsigned',
  /** Signed well from here on, with one claim that is wrong. */
  'other-nonce',
  'no-nonce',
  'expired',
  'other-audience',
  'other-issuer',
  /** Nothing wrong: the address stands in the token, so nobody has to ask for it. */
  'address-inside',
  /** The address stands there as one that is verified, by a word instead of a truth value. */
  'verified-by-word',
]);
export type Bend = z.infer<typeof Bend>;

/** Accounts of the provider by their subject, which is what one signs in with. */
export const Accounts = z.record(
  z.string(),
  z.object({ name: z.string(), email: z.string(), verified: z.boolean(), bend: Bend.optional() }),
);
export type Accounts = z.infer<typeof Accounts>;
