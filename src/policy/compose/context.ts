import type { FileSet } from '../../core/file-set.ts';
import type { PolicyOptions } from '../compile-submission.ts';
import type { Findings } from '../findings.ts';
import type { Lookup } from '../interpolation.ts';

/** What compiling one service needs to know of the project around it. */
export interface ProjectContext {
  readonly files: FileSet;
  readonly options: PolicyOptions;
  readonly findings: Findings;
  /** Variables of the submission's `.env`. */
  readonly lookup: Lookup;
  /** Names that the top-level keys declare. */
  readonly networks: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
}
