import type { ImageUser } from '../../../app/ports/bench.ts';

/** Where an image names its accounts. */
export const ACCOUNTS_FILE = '/etc/passwd';

/** Bytes of it that are looked at. */
export const ACCOUNTS_BYTES = 64 * 1024;

const MOST_USERS = 500;

/** The accounts of an `/etc/passwd`; lines that aren't of its form are left out. */
export function usersOf(passwd: string): readonly ImageUser[] {
  return passwd
    .split('\n')
    .flatMap((line) => {
      const [, name, uid] = /^([^:\s]{1,64}):[^:]*:(\d{1,10}):/.exec(line) ?? [];
      return name === undefined || uid === undefined ? [] : [{ name, uid: Number(uid) }];
    })
    .slice(0, MOST_USERS);
}
