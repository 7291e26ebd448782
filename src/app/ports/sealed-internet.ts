/** The internet as a run sees it: the prober answers for the well-known resolvers and plays an upstream API. */
export interface SealedInternet {
  /** Points `name` at a fresh upstream that answers every GET with `body`. A second call for the name re-points it. */
  publish(name: string, body: string, signal: AbortSignal): Promise<Upstream>;
  /** Queries seen since the run began, oldest first, bounded. */
  queries(signal: AbortSignal): Promise<readonly DnsQuery[]>;
}

export interface Upstream {
  readonly url: string;
  readonly address: string;
  /** Requests that reached it, by the address they came from. */
  hits(signal: AbortSignal): Promise<readonly string[]>;
}

export interface DnsQuery {
  readonly atMs: number;
  /** The resolver address that was asked. */
  readonly server: string;
  readonly client: string;
  readonly name: string;
  readonly recordType: string;
  /** Addresses answered, or the response code. */
  readonly answer: string;
}
