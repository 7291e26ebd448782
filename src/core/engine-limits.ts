/** What an operator lets an engine be used for; the defaults of the settings with the same names. */
export const DEFAULT_ENGINE_LIMITS = {
  /** Memory of all builds together. */
  buildMemoryMiB: 2048,
  /** Processes of all builds together. */
  buildProcesses: 1024,
  /** What a build may write to disk while it goes on. */
  buildDiskMiB: 4096,
  /** Free disk of the engine below which nothing is graded. */
  diskFloorMiB: 512,
  /** What the builder's cache may keep on disk. */
  buildCacheGiB: 20,
};
