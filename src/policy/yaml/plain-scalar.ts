/** What a plain (unquoted) scalar is to Compose, which reads YAML with go-yaml v3. */
export type PlainScalar =
  | { readonly is: 'null' }
  | { readonly is: 'boolean'; readonly value: boolean }
  | { readonly is: 'number'; readonly value: number; readonly printed: string }
  | { readonly is: 'timestamp' }
  | { readonly is: 'string' };

const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9][0-9]*|0)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const TIMESTAMP = /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?.*)?$/;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/** `yes`, `on` and `22:22` are strings here, unlike in YAML 1.1; `010` is eight. */
export function readPlain(text: string): PlainScalar {
  if (['', '~', 'null', 'Null', 'NULL'].includes(text)) return { is: 'null' };
  if (['true', 'True', 'TRUE'].includes(text)) return { is: 'boolean', value: true };
  if (['false', 'False', 'FALSE'].includes(text)) return { is: 'boolean', value: false };
  if (TIMESTAMP.test(text)) return { is: 'timestamp' };
  if (/^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/.test(text))
    return { is: 'number', value: NaN, printed: 'NaN' };
  // A scalar of digits and underscores only; a leading underscore makes a word.
  const digits = /^[-+.0-9]/.test(text) ? text.replaceAll('_', '') : text;
  if (INTEGER.test(digits)) return readInteger(digits);
  if (FLOAT.test(digits)) return { is: 'number', value: Number(digits), printed: goFloat(Number(digits)) };
  return { is: 'string' };
}

function readInteger(digits: string): PlainScalar {
  const negative = digits.startsWith('-');
  const body = digits.replace(/^[-+]/, '').toLowerCase();
  const magnitude = BigInt(/^0[0-7]+$/.test(body) ? `0o${body.slice(1)}` : body);
  const exact = negative ? -magnitude : magnitude;
  const printed = exact < INT64_MIN || exact > UINT64_MAX ? goFloat(Number(exact)) : exact.toString();
  return { is: 'number', value: Number(exact), printed };
}

/** A float as Go prints it: with an exponent of at least two digits below 1e-4 and from a million on. */
function goFloat(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
