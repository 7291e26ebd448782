import { useParams } from 'react-router';
import { formatDuration } from '../../core/units.ts';
import { Assignment } from '../../http/schemas/assignment.ts';
import { Statistics } from '../../http/schemas/statistics.ts';
import { useResource } from '../api/use-resource.ts';
import { useCourse } from '../session.tsx';
import { AssignmentTabs } from '../ui/assignment-tabs.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { BarList } from '../ui/bar-list.tsx';
import { Histogram, type Bar } from '../ui/histogram.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Tile } from '../ui/tile.tsx';
import { verdictWords } from '../ui/status-badge.tsx';

const MOST_BARS = 12;

export function StatisticsPage() {
  const course = useCourse();
  const id = useParams()['assignment'] ?? '';
  const path = `/courses/${course.id}/assignments/${id}`;
  const assignment = useResource(Assignment, path);
  const statistics = useResource(Statistics, `${path}/statistics`);
  return (
    <>
      <PageHead
        title={assignment.state === 'ready' ? assignment.value.title : 'Statistics'}
        crumbs={[{ to: `/courses/${course.id}`, label: course.title }]}
      />
      <AssignmentTabs course={course.id} assignment={id} />
      <AsyncView resource={statistics}>{(value) => <Numbers statistics={value} />}</AsyncView>
    </>
  );
}

function Numbers({ statistics }: { readonly statistics: Statistics }) {
  const failing = statistics.checks
    .filter((check) => check.decided > 0)
    .sort((a, b) => b.failed / b.decided - a.failed / a.decided);
  return (
    <div className="stack">
      <dl className="tiles">
        <Tile label="Learners" value={statistics.learners} />
        <Tile label="Submitted" value={statistics.submitted} of={`of ${statistics.learners}`} />
        <Tile label="Passed" value={statistics.passed} of={`of ${statistics.learners}`} />
        <Tile
          label="Pass rate"
          value={statistics.submitted === 0 ? '–' : `${Math.round(statistics.passRate * 100)} %`}
          of={`of ${statistics.submitted}`}
        />
        <Tile
          label="Median time to first pass"
          value={statistics.medianMsToFirstPass === null ? '–' : longDuration(statistics.medianMsToFirstPass)}
        />
      </dl>
      <div className="halves">
        <section className="card">
          <h2>Scores</h2>
          <Histogram
            label="Learners by score"
            bars={statistics.distribution.map((bin) => ({
              label: bin.from === 90 ? '90–100' : String(bin.from),
              count: bin.count,
            }))}
          />
        </section>
        <section className="card">
          <h2>Attempts to pass</h2>
          <Histogram
            label="Learners by the number of attempts they needed"
            bars={withGaps(statistics.attemptsToPass)}
          />
        </section>
        <section className="card">
          <h2>Checks that fail most</h2>
          <BarList
            empty="No check was decided yet."
            rows={failing.map((check) => ({
              label: check.title,
              part: check.failed / check.decided,
              text: `${check.failed} of ${check.decided}`,
            }))}
            tone="waste"
          />
        </section>
        <section className="card">
          <h2>Verdicts</h2>
          <BarList
            empty="No verdict yet."
            rows={statistics.verdicts.map((one) => ({
              label: verdictWords(one.verdict),
              part: one.count / Math.max(1, ...statistics.verdicts.map((other) => other.count)),
              text: String(one.count),
            }))}
            tone="own"
          />
        </section>
      </div>
    </div>
  );
}

/** Numbers of attempts that nobody needed stand between the others as empty bars. */
function withGaps(bins: Statistics['attemptsToPass']): Bar[] {
  const counts = new Map(bins.map((bin) => [bin.attempts, bin.count]));
  const most = Math.min(MOST_BARS, Math.max(0, ...counts.keys()));
  const bars = Array.from({ length: most }, (_, index) => ({
    label: String(index + 1),
    count: counts.get(index + 1) ?? 0,
  }));
  const rest = bins.filter((bin) => bin.attempts > MOST_BARS).reduce((sum, bin) => sum + bin.count, 0);
  return rest === 0 ? bars : [...bars, { label: 'more', count: rest }];
}

/** Days and hours, once minutes say too little. */
function longDuration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  return hours < 48 ? formatDuration(ms) : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
