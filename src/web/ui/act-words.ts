/** What the acts of the audit log mean, said of whoever did them. */
const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'assignment.changed': 'Changed the settings of an assignment',
    'assignment.created': 'Set an assignment',
    'assignment.removed': 'Deleted an assignment',
    'course.changed': 'Changed the title or the time zone of the course',
    'course.created': 'Made the course',
    'demo.seeded': 'Made the demo course',
    'extension.granted': 'Gave an extension',
    'extension.withdrawn': 'Took an extension back',
    'forge.changed': 'Changed the settings of a git forge',
    'forge.created': 'Connected a git forge',
    'forge.mapped': 'Said whose a repository is',
    'forge.removed': 'Disconnected a git forge',
    'forge.secret-renewed': 'Renewed the secret of a git forge',
    'forge.unmapped': 'Took a repository off the list',
    'identity.linked': 'Signed in by an institution for the first time',
    'invitation.accepted': 'Joined by an invitation link',
    'invitation.created': 'Made an invitation link',
    'invitation.revoked': 'Ended an invitation link',
    'lti.course-linked': 'Linked a course of a learning platform to this one',
    'lti.launched': 'Came in from the learning platform',
    'lti.link-pointed': 'Pointed a link of the learning platform at an assignment',
    'lti.platform-changed': 'Changed the registration of a learning platform',
    'lti.platform-removed': 'Removed a learning platform',
    'lti.platform-registered': 'Registered a learning platform',
    'lti.roster-read': 'Read the list of members from the learning platform',
    'override.set': 'Set a score by hand',
    'override.withdrawn': 'Took back a score that was set by hand',
    'people.imported': 'Imported a list of people',
    'person.blocked': 'Blocked a person',
    'person.changed': 'Changed a person’s role or number',
    'person.data-removed': 'Removed what was kept of a person',
    'person.enrolled': 'Added a person to the course',
    'person.exported': 'Made an archive of what is kept of a person',
    'person.removal-begun': 'Began to remove what is kept of a person',
    'person.removed': 'Removed a person from the course',
    'person.unblocked': 'Let a blocked person in again',
    'regrade.applied': 'Let a regrade’s score count',
    'regrade.set-applied': 'Applied a regrade',
    'regrade.set-dropped': 'Dropped a regrade',
    'regrade.started': 'Started a regrade',
    'retention.dropped': 'Deleted what is kept no longer',
    'run.given-up': 'Gave a run up after faults of the grader',
    'run.recorded': 'Recorded a verdict',
    'run.retried': 'Tried a run again',
    'sign-in-link.created': 'Made a sign-in link for somebody',
    'submission.cancelled': 'Cancelled a submission',
    'token.created': 'Made an API token',
    'token.revoked': 'Revoked an API token',
  }),
);

/** `override.set` as a sentence; an act that these pages don't know yet by its own words. */
export function actWords(act: string): string {
  const known = WORDS.get(act);
  if (known !== undefined) return known;
  const words = act.replace(/[.-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    email: '',
    'lti-context': 'course of the platform',
    'lti-course': 'course of the platform',
    'lti-link': 'link of the platform',
    'lti-platform': 'platform',
    'regrade-set': 'regrade',
  }),
);

/** `assignment:port-bind/person:<id>` with the person's name where the course knows it. */
export function subjectWords(subject: string, names: ReadonlyMap<string, string>): string {
  return subject
    .split('/')
    .map((part) => {
      const at = part.indexOf(':');
      if (at < 0) return part;
      const [kind, id] = [part.slice(0, at), part.slice(at + 1)];
      if (kind === 'person') return names.get(id) ?? `person ${id}`;
      return `${KINDS.get(kind) ?? kind} ${id}`.trim();
    })
    .join(', ');
}
