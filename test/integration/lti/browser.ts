/** As much of a browser as a launch needs: it keeps cookies of one site, and goes where it is told by us alone. */
export class Browser {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  get isSignedIn(): boolean {
    return this.#cookies.has('labgrader_session');
  }

  get cookieNames(): string[] {
    return [...this.#cookies.keys()];
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Visit> {
    return this.#send('GET', path, undefined, headers);
  }

  async post(path: string, form: Readonly<Record<string, string>>, headers: Record<string, string> = {}) {
    return this.#send('POST', path, new URLSearchParams(form).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    });
  }

  /** As a page of ours asks the API. */
  async ask(method: string, path: string, body: unknown): Promise<Visit> {
    const headers = { 'content-type': 'application/json', 'x-labgrader': '1' };
    return this.#send(method, `/api/v1${path}`, JSON.stringify(body), headers);
  }

  async #send(
    method: string,
    path: string,
    body: string | undefined,
    headers: Record<string, string>,
  ): Promise<Visit> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(path.startsWith('http') ? path : `${this.#url}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...headers, ...(cookie !== '' && { cookie }) },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(20_000),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return {
      status: answer.status,
      location: answer.headers.get('location'),
      text: await answer.text(),
      headers: answer.headers,
    };
  }
}

export interface Visit {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
  readonly headers: Headers;
}
