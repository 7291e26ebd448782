import { reduceReport, type ShownFeedback, shownFeedback } from '../core/feedback.ts';
import { sortedByPath } from '../core/file-set.ts';
import { type Actor, isAdmin, isStaff, notFound } from './actor.ts';
import { personReadme } from './person-readme.ts';
import type { ArchiveEntry } from './ports/archives.ts';
import type { AuditLog } from './ports/audit.ts';
import type { Assignments } from './ports/assignments.ts';
import type { Clock } from './ports/clock.ts';
import type { PersonData, PersonRepositories } from './ports/person-data.ts';
import type { Runs } from './ports/runs.ts';
import type { SubmissionRecord, Submissions } from './ports/submissions.ts';

const SUBMISSIONS_A_PAGE = 20;
const ACTS_A_FILE = 500;

export interface ExportDeps {
  readonly personData: PersonData;
  readonly repositories: PersonRepositories;
  readonly submissions: Submissions;
  readonly assignments: Assignments;
  readonly runs: Runs;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/**
 * Everything that is held about a person, as files of one archive. What the rules of an assignment don't show a learner
 * yet isn't shown here either, unless an admin asks. Nothing is read before its turn: at most one submission, or one
 * page of acts, is in memory.
 * @throws Refusal `not-found`
 */
export async function exportPerson(
  deps: ExportDeps,
  actor: Actor,
  personId: string,
): Promise<AsyncIterable<ArchiveEntry>> {
  const documents = await deps.personData.documents(personId);
  if (documents === null) throw notFound('person');
  const now = deps.clock.now();
  const subject = `person:${personId}`;
  const note = { actorId: actor.personId, courseId: null, act: 'person.exported', subject, detail: {} };
  await deps.audit.add(note, now);
  return entriesOf();

  async function* entriesOf(): AsyncGenerator<ArchiveEntry> {
    yield textEntry('README.txt', personReadme(now, isAdmin(actor)));
    for (const { name, value } of documents ?? []) yield jsonEntry(name, value);
    yield* submissionEntries(deps, actor, personId);
    yield* repositoryEntries(deps, personId);
    yield* actEntries(deps, personId);
  }
}

async function* submissionEntries(
  deps: ExportDeps,
  actor: Actor,
  personId: string,
): AsyncGenerator<ArchiveEntry> {
  for (let before: string | undefined; ;) {
    const page = await deps.submissions.list({
      personId,
      limit: SUBMISSIONS_A_PAGE,
      ...(before !== undefined && { before }),
    });
    for (const record of page) yield* entriesOfSubmission(deps, actor, record);
    before = page.at(-1)?.id;
    if (page.length < SUBMISSIONS_A_PAGE) return;
  }
}

async function* entriesOfSubmission(
  deps: ExportDeps,
  actor: Actor,
  record: SubmissionRecord,
): AsyncGenerator<ArchiveEntry> {
  const folder = `submissions/${record.courseId}/${record.assignmentSlug}/attempt-${record.attempt}`;
  const staff = isStaff(actor, record.courseId);
  const { id, attempt, assignmentTitle, scenario, submittedAt, source, status, verdict, score } = record;
  const { removedAt, filesRemovedAt, counts } = record;
  const facts = { id, attempt, assignmentTitle, scenario, submittedAt, source, status, verdict, score };
  yield jsonEntry(`${folder}/submission.json`, { ...facts, counts, removedAt, filesRemovedAt });
  const feedback: ShownFeedback = staff ? 'full' : shownFeedback(record.rules, deps.clock.now());
  for (const run of await deps.runs.ofSubmission(id)) {
    // A regrade that isn't decided yet is the staff's alone, as in the pages.
    if (!staff && run.id !== record.countingRunId) continue;
    const report = await deps.runs.report(run.id);
    const { worker: _worker, engine: _engine, regradeSetId: _set, faultMessage, ...shown } = run;
    yield jsonEntry(`${folder}/runs/${run.id}.json`, {
      ...shown,
      ...(staff && { faultMessage }),
      feedback,
      report: report && reduceReport(report, feedback),
    });
  }
  const files = await deps.submissions.files(record.digest);
  for (const [path, { bytes }] of sortedByPath(files ?? new Map())) {
    yield { path: `${folder}/files/${path}`, size: bytes.byteLength, content: bytes };
  }
}

async function* repositoryEntries(deps: ExportDeps, personId: string): AsyncGenerator<ArchiveEntry> {
  for (const assignmentId of await deps.repositories.assignments(personId)) {
    const assignment = await deps.assignments.byId(assignmentId);
    const name = assignment === null ? assignmentId : `${assignment.courseId}/${assignment.slug}`;
    for await (const file of deps.repositories.files(personId, assignmentId)) {
      yield { path: `repositories/${name}.git/${file.path}`, size: file.size, content: file.content };
    }
  }
}

async function* actEntries(deps: ExportDeps, personId: string): AsyncGenerator<ArchiveEntry> {
  let after: string | null = null;
  for (let number = 1; ; number += 1) {
    const acts = await deps.personData.acts(personId, after, ACTS_A_FILE);
    if (acts.length > 0) yield jsonEntry(`audit/${String(number).padStart(4, '0')}.json`, acts);
    if (acts.length < ACTS_A_FILE) return;
    after = acts.at(-1)?.id ?? null;
  }
}

function jsonEntry(path: string, value: unknown): ArchiveEntry {
  return textEntry(path, `${JSON.stringify(value, null, 2)}\n`);
}

function textEntry(path: string, text: string): ArchiveEntry {
  const content = Buffer.from(text, 'utf8');
  return { path, size: content.byteLength, content };
}
