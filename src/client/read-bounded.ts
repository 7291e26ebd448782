/** The body as text. @throws Error when it is longer than `mostBytes`, or breaks off */
export async function readBounded(response: Response, mostBytes: number): Promise<string> {
  let text = '';
  for await (const part of textParts(response)) {
    text += part;
    if (text.length > mostBytes) throw new Error(`the answer is longer than ${mostBytes} bytes`);
  }
  return text;
}

/** The body as text, as it comes in. */
export async function* textParts(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    if (chunk instanceof Uint8Array) yield decoder.decode(chunk, { stream: true });
  }
}
