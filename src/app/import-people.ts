import { isAtLeast } from '../core/role.ts';
import type { Actor } from './actor.ts';
import type { Clock } from './ports/clock.ts';
import type { Courses, MemberInput } from './ports/courses.ts';
import type { MemberRecord } from './ports/people.ts';

/** One row of the table, as parsed: `line` counts from 1, the header included. */
export interface PersonRow {
  readonly line: number;
  readonly member: MemberInput;
}

export interface ImportResult {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** Enrols a table of people as a whole, or not at all. Nobody is put down: a higher role in the course is kept. */
export async function importPeople(
  deps: { readonly courses: Courses; readonly clock: Clock },
  actor: Actor,
  courseId: string,
  rows: readonly PersonRow[],
  problems: readonly { readonly line: number; readonly message: string }[],
  dryRun: boolean,
): Promise<ImportResult> {
  const members = await deps.courses.members(courseId);
  const known = new Map(members.map((member) => [member.email, member]));
  const all = [...problems, ...duplicates(rows)];
  const added = rows.filter((row) => !known.has(row.member.email));
  const changed = rows.filter((row) => isChange(known.get(row.member.email), row.member));
  const result = {
    added: added.length,
    changed: changed.length,
    unchanged: rows.length - added.length - changed.length,
    problems: all.toSorted((a, b) => a.line - b.line).slice(0, 100),
  };
  const touched = [...added, ...changed].map((row) => keepHigher(known.get(row.member.email), row.member));
  if (dryRun || all.length > 0 || touched.length === 0) return result;
  const detail = { added: added.length, changed: changed.length };
  const audit = {
    actorId: actor.personId,
    courseId,
    act: 'people.imported',
    subject: `course:${courseId}`,
    detail,
  };
  await deps.courses.enrol(courseId, touched, audit, deps.clock.now());
  return result;
}

function keepHigher(known: MemberRecord | undefined, row: MemberInput): MemberInput {
  return known !== undefined && !isAtLeast(row.role, known.role) ? { ...row, role: known.role } : row;
}

function isChange(known: MemberRecord | undefined, row: MemberInput): boolean {
  if (known === undefined) return false;
  const externalId = row.externalId !== undefined && row.externalId !== known.externalId;
  return externalId || !isAtLeast(known.role, row.role);
}

function duplicates(rows: readonly PersonRow[]): { line: number; message: string }[] {
  const first = new Map<string, number>();
  const found: { line: number; message: string }[] = [];
  for (const { line, member } of rows) {
    const earlier = first.get(member.email);
    if (earlier === undefined) first.set(member.email, line);
    else found.push({ line, message: `${member.email} stands in line ${earlier} already` });
  }
  return found;
}
