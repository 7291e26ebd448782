import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

/** Says that there is nothing yet, and what would bring something here. */
export function Empty({
  title,
  icon = 'inbox',
  children,
}: {
  readonly title: string;
  readonly icon?: IconName;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <strong>{title}</strong>
      {children === undefined ? null : <p>{children}</p>}
    </div>
  );
}
