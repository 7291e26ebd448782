import type { TokenKind } from '../../app/ports/people.ts';
import type { TokenKind as Kind } from '../../generated/prisma/client.ts';

/** A kind of token as its column has it. */
export function kindColumn(kind: TokenKind): Kind {
  return kind === 'sign-in' ? 'sign_in' : kind;
}
