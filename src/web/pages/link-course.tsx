import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { isAtLeast } from '../../core/role.ts';
import { LtiTicketFacts } from '../../http/schemas/lti.ts';
import { ask, tell } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { useSession } from '../session.tsx';
import { Empty } from '../ui/empty.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';

/** Says which course here a platform's course is, by the ticket of its instructor's launch (`/link-course#<ticket>`). */
export function LinkCoursePage() {
  const { me } = useSession();
  const navigate = useNavigate();
  const [ticket, setTicket] = useState(useLocation().hash.slice(1));
  const [facts, setFacts] = useState<LtiTicketFacts | null>(null);
  const courses = me.courses.filter((course) => isAtLeast(course.role, 'instructor'));
  const [course, setCourse] = useState(courses[0]?.id ?? '');
  const look = useAction(async () => {
    setFacts(await ask(LtiTicketFacts, '/lti/ticket', { method: 'POST', body: { ticket } }));
  });
  const link = useAction(async () => {
    await tell(`/courses/${course}/lti/contexts`, { method: 'POST', body: { ticket } });
    await navigate(`/courses/${course}/platforms`);
  });
  return (
    <>
      <PageHead
        title="Which course is it?"
        sub="An instructor’s first launch from a platform shows a ticket. It holds for a day and links the platform’s course to one here."
      />
      {courses.length === 0 ? (
        <div className="card">
          <Empty title="You are no course’s instructor here">
            Hand the ticket to an instructor of the course, who enters it on this page.
          </Empty>
        </div>
      ) : (
        <form
          className="card form narrow-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (facts === null) look.run();
            else link.run();
          }}
        >
          <ProblemNote problem={look.problem ?? link.problem} />
          <TextField
            label="Ticket"
            value={ticket}
            onChange={(value) => {
              setTicket(value.trim());
              setFacts(null);
            }}
            placeholder="lgx_…"
            autoComplete="off"
            required
            wrong={fieldProblem(look.problem, 'ticket')}
          />
          <div role="status">
            {facts === null ? null : (
              <p className="note live">
                It is of <strong dir="auto">{facts.title}</strong> on {facts.platform}.
              </p>
            )}
          </div>
          {facts === null ? null : (
            <SelectField
              label="Leads to"
              value={course}
              options={courses.map(({ id, title }) => ({ value: id, label: title }))}
              onChange={setCourse}
              help="Whoever is on the platform’s roster is enrolled in it."
            />
          )}
          <div className="row">
            <button type="submit" className="button primary" disabled={look.busy || link.busy}>
              {look.busy || link.busy ? 'One moment …' : facts === null ? 'Look at it' : 'Link the course'}
            </button>
          </div>
        </form>
      )}
    </>
  );
}
