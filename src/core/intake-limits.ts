/** How much of an upload is looked at. Each has a name by which refusals call it: `archive.<name>`. */
export interface IntakeLimits {
  /** Bytes of the upload itself. */
  readonly uploadBytes: number;
  /** Bytes of all entries together, unpacked. */
  readonly unpackedBytes: number;
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Files, folders and litter together. */
  readonly entries: number;
  /** Unpacked bytes to one packed byte, looked at from the first MiB on. */
  readonly ratio: number;
  /** Wall-clock time of the whole upload. */
  readonly uploadMs: number;
}

export const DEFAULT_INTAKE_LIMITS: IntakeLimits = {
  uploadBytes: 20 * 1024 * 1024,
  unpackedBytes: 64 * 1024 * 1024,
  fileBytes: 16 * 1024 * 1024,
  entries: 2_000,
  ratio: 200,
  uploadMs: 60_000,
};
