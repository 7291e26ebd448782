/** What stands in each file of a person's archive, for whoever opens it. */
export function personReadme(now: Date, forAdmin: boolean): string {
  return `What this service holds about one person, as of ${now.toISOString()}.
Files that end in .json are text, times are in UTC. A list that is empty means that nothing of the kind is held.

account.json
    Name, e-mail address, since when, whether blocked; accounts of institutions and learning platforms that lead to it.
enrolments.json
    Courses, the role in each, and the number in the institution's own systems.
tokens.json
    Sign-ins, sign-in links and API tokens: label, scopes, times. Of the secrets themselves only a hash is kept, and it
    isn't here.
grades.json
    What counts at each assignment, after late policy, extension and override.
extensions.json, overrides.json
    Later deadlines, more attempts and scores set by hand, with the reasons given.
forge-repositories.json
    Repositories at git forges that submissions are fetched from, and what was delivered of them. Credentials of theirs
    are kept encrypted and aren't here.
pushes-not-submitted-yet.json
    Pushes to the service's own git remote that are still on their way.
told-to-learning-platforms.json
    Scores that were told to a learning platform.
submissions/<course>/<assignment>/attempt-<n>/submission.json
    When and how it came in, verdict and score.
submissions/…/runs/<id>.json
    One grading of it: times, and the report with each check and its evidence.
submissions/…/files/
    The files as they were submitted; none once they were removed by the policy on keeping.
repositories/<course>/<assignment>.git/
    The repository at the service's own git remote, as it lies there. "git clone" of the folder gives its files.
audit/<number>.json
    Acts in the audit log about the person or by them, the oldest first. Details of acts that are about somebody else are
    left out; verdicts stand with their submissions.

${
  forAdmin
    ? 'Made for an admin: every run and every report is here in full, also what a learner is not shown.'
    : `What an assignment shows only later (evidence before the due time, a regrade that isn't decided yet) is left out here
as well. Ask again after the due time.`
}
Not here: live output of runs, which is forgotten within hours; logs of the service and its backups, which the operator
answers for.
`;
}
