/** Does the absolute `path` match one of the globs? `**` crosses folders, `*` and `?` stay inside of one name. */
export function matchesAny(path: string, globs: readonly RegExp[]): boolean {
  return globs.some((glob) => glob.test(path));
}

/**
 * The pattern of a glob for absolute paths. `**\/` stands for any folders or none, so `**\/.git/**` is everything
 * inside of a folder `.git`, wherever it is.
 */
export function globPattern(glob: string): RegExp {
  const source = glob
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => WILDCARDS[part] ?? part.replace(/[.+^${}()|[\]\\]/g, '\\$&'))
    .join('');
  return new RegExp(`^${glob.startsWith('/') || glob.startsWith('**') ? '' : '/'}${source}$`);
}

const WILDCARDS: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};
