/** One HTTP/1.1 request of the prober. The client follows no redirect and unpacks no body. */
export interface HttpProbe {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From connecting to the last byte. */
  readonly timeoutMs: number;
}

export type HttpAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** At most `MAX_BODY_BYTES` of it, as UTF-8 text. */
      readonly body: string;
      readonly truncated: boolean;
      readonly tookMs: number;
    }
  | { readonly ok: false; readonly error: ConnectError; readonly detail: string; readonly tookMs: number };

/** How asking failed. `protocol`: something answered, but not in HTTP. */
export type ConnectError = 'refused' | 'reset' | 'timeout' | 'unreachable' | 'closed' | 'protocol';

/** A request whose last byte is still held back. */
export interface PendingRequest {
  /** The prober's end of the connection, as the container's socket table shows it. */
  readonly localAddress: string;
  readonly localPort: number;
  /** Sends the last byte and waits for the answer. */
  finish(signal: AbortSignal): Promise<HttpAnswer>;
  /** Drops the connection. */
  abandon(): Promise<void>;
}
