/** A file to be packed. */
export interface PackedFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const BLOCK = 512;

/**
 * A `.tar.gz` of the files (ustar with pax headers for long names). Browsers don't tell whether a file may be
 * executed, so a file that begins with `#!` may.
 */
export async function packTarGz(files: readonly PackedFile[]): Promise<Blob> {
  const parts: BlobPart[] = [];
  for (const file of files) {
    if (new TextEncoder().encode(file.path).length > 100) parts.push(...paxPath(file.path));
    const script = file.bytes[0] === 0x23 && file.bytes[1] === 0x21;
    parts.push(
      header(file.path, file.bytes.length, script ? 0o755 : 0o644, '0'),
      file.bytes,
      padding(file.bytes.length),
    );
  }
  parts.push(new Uint8Array(2 * BLOCK));
  const stream = new Blob(parts).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).blob();
}

function paxPath(path: string): BlobPart[] {
  const text = new TextEncoder();
  const rest = text.encode(` path=${path}\n`).length;
  // The record's length counts its own digits.
  let length = rest + 2;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  const record = text.encode(`${length} path=${path}\n`);
  return [header('pax', record.length, 0o644, 'x'), record, padding(record.length)];
}

function header(path: string, size: number, mode: number, type: string): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, value: string, length: number): void => {
    block.set(new TextEncoder().encode(value).slice(0, length), at);
  };
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  put(0, path, 100);
  put(100, octal(mode, 7), 7);
  put(108, octal(0, 7), 7);
  put(116, octal(0, 7), 7);
  put(124, octal(size, 11), 11);
  put(136, octal(0, 11), 11);
  put(148, '        ', 8);
  put(156, type, 1);
  put(257, 'ustar', 5);
  put(263, '00', 2);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\0 `, 8);
  return block;
}

function padding(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}
