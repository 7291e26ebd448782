/** The server's own time: the only one that decides. */
export interface Clock {
  now(): Date;
}
