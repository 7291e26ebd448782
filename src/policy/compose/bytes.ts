const POWERS = ['', 'k', 'm', 'g', 't', 'p'];

/** `512m`, `1.5GB`, `64 MiB`, `1024`: bytes in powers of 1024, as Docker reads sizes. Undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d{1,18}(?:\.\d{1,18})?) ?([kmgtp]?)(?:i?b)?$/i.exec(text);
  if (!match) return undefined;
  return Math.floor(Number(match[1]) * 1024 ** POWERS.indexOf((match[2] ?? '').toLowerCase()));
}
