/** Something that this machine lacks and the setup cannot get. The message names the way out. */
export class SetupProblem extends Error {
  override readonly name = 'SetupProblem';
}
