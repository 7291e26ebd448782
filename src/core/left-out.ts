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
};
