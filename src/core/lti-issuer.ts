/**
 * Under which issuer the people of a platform are known here. One that only a course trusts can say whatever it likes
 * of an issuer, so its people are nobody else's.
 */
export function identityIssuer(platform: {
  readonly id: string;
  readonly courseId: string | null;
  readonly issuer: string;
}): string {
  return platform.courseId === null ? platform.issuer : `lti:${platform.id}`;
}
