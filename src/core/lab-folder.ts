/** Where a lab lies in a learner's repository; `folders` names the assignments that lie elsewhere. */
export function labFolder(
  folders: Readonly<Record<string, string>>,
  assignment: { readonly slug: string; readonly scenario: string },
): string {
  return folders[assignment.slug] ?? `labs/${assignment.scenario}`;
}
