import { BrowserRouter, Route, Routes } from 'react-router';
import { AccountPage } from './pages/account.tsx';
import { AssignmentPage } from './pages/assignment.tsx';
import { AssignmentFormPage } from './pages/assignment-form.tsx';
import { AssignmentSubmissionsPage } from './pages/assignment-submissions.tsx';
import { AssignmentsPage } from './pages/assignments.tsx';
import { AuditPage } from './pages/audit.tsx';
import { CoursesPage } from './pages/courses.tsx';
import { EditPage } from './pages/edit.tsx';
import { ExceptionsPage } from './pages/exceptions.tsx';
import { ForgePage } from './pages/forge.tsx';
import { ForgesPage } from './pages/forges.tsx';
import { GradebookPage } from './pages/gradebook.tsx';
import { HistoryPage } from './pages/history.tsx';
import { InstitutionPage } from './pages/institution.tsx';
import { JoinPage } from './pages/join.tsx';
import { LinkCoursePage } from './pages/link-course.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { PeoplePage } from './pages/people.tsx';
import { PlatformsPage } from './pages/platforms.tsx';
import { QueuePage } from './pages/queue.tsx';
import { RegradeSetPage } from './pages/regrade-set.tsx';
import { RegradesPage } from './pages/regrades.tsx';
import { RunPage } from './pages/run.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { SitePlatformsPage } from './pages/site-platforms.tsx';
import { StatisticsPage } from './pages/statistics.tsx';
import { SubmissionFilesPage } from './pages/submission-files.tsx';
import { SubmissionPage } from './pages/submission.tsx';
import { SignedIn } from './session.tsx';
import { Shell } from './shell.tsx';

export function App() {
  return (
    <BrowserRouter>
      <Routes>
        <Route path="/sign-in" element={<SignInPage />} />
        <Route path="/sign-in/openid" element={<InstitutionPage />} />
        <Route path="/join" element={<JoinPage />} />
        <Route
          element={
            <SignedIn>
              <Shell />
            </SignedIn>
          }
        >
          <Route path="/" element={<CoursesPage />} />
          <Route path="/account" element={<AccountPage />} />
          <Route path="/queue" element={<QueuePage />} />
          <Route path="/platforms" element={<SitePlatformsPage />} />
          <Route path="/link-course" element={<LinkCoursePage />} />
          <Route path="/runs/:run" element={<RunPage />} />
          <Route path="/submissions/:submission" element={<SubmissionPage />} />
          <Route path="/submissions/:submission/files" element={<SubmissionFilesPage />} />
          <Route path="/courses/:course">
            <Route index element={<AssignmentsPage />} />
            <Route path="gradebook" element={<GradebookPage />} />
            <Route path="people" element={<PeoplePage />} />
            <Route path="people/:person" element={<HistoryPage />} />
            <Route path="regrades" element={<RegradesPage />} />
            <Route path="regrades/:set" element={<RegradeSetPage />} />
            <Route path="forges" element={<ForgesPage />} />
            <Route path="forges/:forge" element={<ForgePage />} />
            <Route path="platforms" element={<PlatformsPage />} />
            <Route path="audit" element={<AuditPage />} />
            <Route path="new-assignment" element={<AssignmentFormPage />} />
            <Route path="assignments/:assignment">
              <Route index element={<AssignmentPage />} />
              <Route path="edit" element={<EditPage />} />
              <Route path="settings" element={<AssignmentFormPage />} />
              <Route path="submissions" element={<AssignmentSubmissionsPage />} />
              <Route path="statistics" element={<StatisticsPage />} />
              <Route path="exceptions" element={<ExceptionsPage />} />
            </Route>
          </Route>
          <Route path="*" element={<NotFoundPage />} />
        </Route>
      </Routes>
    </BrowserRouter>
  );
}
