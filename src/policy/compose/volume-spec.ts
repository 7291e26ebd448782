/** A mount in one text, `SOURCE:TARGET:OPTIONS`, taken apart. */
export interface VolumeSpec {
  readonly type: 'bind' | 'volume';
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** As Compose reads it (compose-spec/compose-go `format/volume.go`), drive letters of Windows included. */
export function parseVolumeSpec(text: string): VolumeSpec | undefined {
  if (text === '') return undefined;
  const parts = splitColons(text);
  if (parts.length > 3 || parts.some((part) => part === '')) return undefined;
  const [first = '', second, options = ''] = parts;
  // One path alone is an anonymous volume; Compose strips the leading `./` that a learner may have meant.
  if (second === undefined) return { type: 'volume', source: '', target: first, readOnly: false };
  const readOnly = options.split(',').findLast((option) => option === 'ro' || option === 'rw') === 'ro';
  return { type: isPath(first) ? 'bind' : 'volume', source: first, target: second, readOnly };
}

function splitColons(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of text) {
    const isDrive = character === ':' && /^\p{L}$/u.test(part);
    if (character === ':' && !isDrive) {
      parts.push(part);
      part = '';
    } else {
      part += character;
    }
  }
  return [...parts, part];
}

function isPath(source: string): boolean {
  return /^(?:[./~]|\\\\|\p{L}:)/u.test(source);
}
