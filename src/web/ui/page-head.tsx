import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';

export interface Crumb {
  readonly to: string;
  readonly label: string;
}

/** The heading of a page: where it is, what it is, what can be done. Names the browser's tab too. */
export function PageHead(props: {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly sub?: ReactNode;
  readonly actions?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${props.title} · labgrader`;
  }, [props.title]);
  const crumbs = props.crumbs ?? [];
  return (
    <header className="page-head">
      <div>
        {crumbs.length === 0 ? null : (
          <nav aria-label="Breadcrumb">
            <ol className="crumbs">
              {crumbs.map((crumb) => (
                <li key={crumb.to}>
                  <Link to={crumb.to}>{crumb.label}</Link>
                </li>
              ))}
            </ol>
          </nav>
        )}
        <h1 dir="auto">{props.title}</h1>
        {props.sub === undefined ? null : <div className="page-sub">{props.sub}</div>}
      </div>
      {props.actions === undefined ? null : <div className="row">{props.actions}</div>}
    </header>
  );
}
