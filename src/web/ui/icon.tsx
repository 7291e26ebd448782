const PATHS = {
  check: 'm3.5 8.5 3 3 6-7',
  cross: 'm4 4 8 8M12 4l-8 8',
  dash: 'M3.5 8h9',
  clock: 'M8 4v4l2.5 2M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
  stop: 'M5 8h6M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
  upload: 'M8 11V3m0 0L5 6m3-3 3 3M2.5 11v2.5h11V11',
  download: 'M8 3v8m0 0 3-3m-3 3L5 8M2.5 11v2.5h11V11',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.400L14 14',
  inbox: 'M2 9h3.5l1 2h3l1-2H14M2 9l2-6h8l2 6v4.500H2V9Z',
  lock: 'M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  arrow: 'M3 8h10m0 0L9.5 4.500M13 8l-3.5 3.5',
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing beside words that say the same: hidden from screen readers. */
export function Icon({ name, size = '1em' }: { readonly name: IconName; readonly size?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
