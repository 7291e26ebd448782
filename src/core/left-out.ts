/**
 * What a learner's own folder holds beside the project. A folder that is submitted or
 * graded here goes without it; the grader plants what it needs of these itself.
 */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  '.git': 'version control is no part of a submission',
  '.hg': 'version control is no part of a submission',
  '.svn': 'version control is no part of a submission',
  '.venv': 'a virtual environment belongs to the machine that made it',
  venv: 'a virtual environment belongs to the machine that made it',
  node_modules: 'installed packages are no part of a submission',
  __pycache__: 'compiled Python belongs to the machine that made it',
  '.mypy_cache': 'a cache is no part of a submission',
  '.pytest_cache': 'a cache is no part of a submission',
  '.idea': 'the settings of an editor are no part of a submission',
  '.vscode': 'the settings of an editor are no part of a submission',
};

const LITTER_FOLDERS: ReadonlySet<string> = new Set(['__MACOSX', '.git', '__pycache__']);
const LITTER_FILES: ReadonlySet<string> = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

/** Is it what systems and tools leave behind? Dropped without a word, whatever it came in. */
export function isLitter(path: string): boolean {
  const segments = path.split('/');
  const last = segments.at(-1) ?? '';
  return (
    segments.some((segment) => LITTER_FOLDERS.has(segment)) || last.startsWith('._') || LITTER_FILES.has(last)
  );
}
