/** What finding and starting services depends on. */
export interface MachineOptions {
  /** Addresses that were given: DOCKER_HOST, REDIS_URL, DATABASE_URL, CHROMIUM. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where programs are searched, as in the variable of that name. */
  readonly path: string;
  /** Absolute folder in which private instances keep their data. */
  readonly folder: string;
  /** `serve` keeps its data over restarts and power cuts; `test` has instances of its own that needn't. */
  readonly purpose: 'serve' | 'test';
}
