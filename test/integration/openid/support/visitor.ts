import { BegunInstitutionSignIn } from '../../../../src/http/schemas/institution.ts';
import { Client, type Reply } from '../../support/client.ts';

/** Somebody in front of a browser: keeps the cookies of each host and goes where they are sent, one hop at a time. */
export class Visitor {
  readonly #api: Client;
  readonly #jars = new Map<string, Map<string, string>>();

  constructor(apiUrl: string) {
    this.#api = new Client(apiUrl, null);
  }

  /** Calls the API as the pages do. */
  async call(method: string, path: string, body?: unknown): Promise<Reply> {
    const { origin } = new URL(this.#api.url);
    const headers = { cookie: this.#cookies(origin), 'x-labgrader': '1', origin };
    const reply = await this.#api.send(method, path, body, headers);
    this.#keep(origin, reply.headers);
    return reply;
  }

  /** Presses the button: the institution's address. */
  async begin(returnTo = '/'): Promise<string> {
    const reply = await this.call('POST', '/session/institution', { returnTo });
    if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
    return BegunInstitutionSignIn.parse(reply.body).url;
  }

  /** Signs in there, or goes back; the query with which the institution sends one home. */
  async atInstitution(url: string, account: string, choice: 'sign-in' | 'back' = 'sign-in'): Promise<string> {
    let at = url;
    for (let hop = 0; hop < 10; hop += 1) {
      const here = new URL(at);
      if (here.pathname === '/sign-in/openid') return here.search.slice(1);
      const form = here.pathname.startsWith('/interaction/')
        ? new URLSearchParams({ account, choice })
        : undefined;
      const response = await fetch(here, {
        redirect: 'manual',
        headers: { cookie: this.#cookies(here.origin) },
        ...(form !== undefined && { method: 'POST', body: form }),
        signal: AbortSignal.timeout(20_000),
      });
      this.#keep(here.origin, response.headers);
      const next = response.headers.get('location');
      if (next === null) throw new Error(`${at}: ${response.status} ${await response.text()}`);
      await response.body?.cancel();
      at = new URL(next, here).href;
    }
    throw new Error(`sent around in circles: ${at}`);
  }

  /** The page that one comes home to hands this in. */
  finish(answer: string): Promise<Reply> {
    return this.call('POST', '/session/institution/answer', { answer });
  }

  /** The whole way. */
  async signIn(account: string, returnTo?: string): Promise<Reply> {
    return this.finish(await this.atInstitution(await this.begin(returnTo), account));
  }

  /** A cookie of the service, for looking at it. */
  cookie(name: string): string | undefined {
    return this.#jars.get(new URL(this.#api.url).origin)?.get(name);
  }

  #cookies(origin: string): string {
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    return [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep(origin: string, headers: Headers): void {
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const [name = '', ...value] = pair.split('=');
      const gone = attributes.some((one) => /^\s*expires=.*\b1970\b/i.test(one));
      if (gone) jar.delete(name.trim());
      else jar.set(name.trim(), value.join('='));
    }
  }
}
