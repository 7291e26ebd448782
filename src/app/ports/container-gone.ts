/**
 * The inspector was asked of a container that has ended: the container's doing, not the grader's,
 * so it fails the check that met it and nothing is tried again.
 */
export class ContainerGone extends Error {
  override readonly name = 'ContainerGone';
}
