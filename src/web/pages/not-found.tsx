import { Link } from 'react-router';
import { Empty } from '../ui/empty.tsx';
import { PageHead } from '../ui/page-head.tsx';

export function NotFoundPage() {
  return (
    <>
      <PageHead title="Nothing here" />
      <div className="card">
        <Empty title="There is no page at this address" icon="search">
          It may have been moved, or the link is incomplete. <Link to="/">Go to your courses</Link>.
        </Empty>
      </div>
    </>
  );
}
