import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../../src/app/ports/prober.ts';
import type { DnsQuery, SealedInternet } from '../../../src/app/ports/sealed-internet.ts';
import { upstream } from '../../../src/checks/upstream.ts';
import {
  ADDRESS,
  answer,
  fakeContainer,
  fakeInternet,
  fakeSubject,
  SERVICE,
} from './support/fake-subject.ts';

const signal = AbortSignal.timeout(10_000);
const parameters = upstream.schema.parse({});

/** A service that tells what its upstream says: `told` sees whether the name has moved, and to what. */
function subjectOf(
  told: (moved: string | undefined) => HttpAnswer,
  queries: readonly Partial<DnsQuery>[],
  hits: readonly string[] = [ADDRESS],
) {
  let moved: string | undefined;
  const internet: SealedInternet = {
    ...fakeInternet(queries),
    publish: (_name, body) => {
      moved = body;
      return Promise.resolve({ url: '', address: '10.1.2.201', hits: () => Promise.resolve(hits) });
    },
  };
  return fakeSubject({ internet, app: fakeContainer({ request: () => Promise.resolve(told(moved)) }) });
}

const first = answer(200, { nonce: 'first' });
const dnsError = answer(502, { error: 'dns', detail: 'Temporary failure in name resolution' });

describe('upstream', () => {
  it('passes a service that looks the name up again after it has moved', async () => {
    const subject = subjectOf((moved) => (moved === undefined ? first : answer(200, moved)), [{}, {}]);

    const outcome = await upstream.run(subject, parameters, signal);

    expect(outcome.status).toBe('passed');
  });

  it('fails a service that keeps the first address', async () => {
    const outcome = await upstream.run(
      subjectOf(() => first, [{}]),
      parameters,
      signal,
    );

    expect(outcome).toMatchObject({ status: 'failed', finding: 'pinned-address' });
  });

  it.each([
    ['resolver-unreachable', dnsError, []],
    ['no-such-name', dnsError, [{ answer: 'NXDOMAIN' }]],
    ['connection-failed', answer(502, { error: 'connect', detail: 'refused' }), [{}]],
    ['no-lookup', answer(502, { error: 'connect', detail: 'refused' }), []],
    ['other-body', answer(200, { nonce: 'made up' }), []],
    ['no-lookup', first, []],
  ])('finds `%s`', async (finding, told, queries) => {
    const outcome = await upstream.run(
      subjectOf(() => told, queries),
      parameters,
      signal,
    );

    expect(outcome).toMatchObject({ status: 'failed', finding });
  });

  it.each([
    [['192.0.2.53'], 'nothing answers there'],
    [['192.0.2.53', '8.8.8.8'], '192.0.2.53 never answers'],
    [['8.8.8.8'], 'although 8.8.8.8 would have answered'],
  ])('blames the resolver that is silent among %s', async (dns, words) => {
    const subject = { ...subjectOf(() => dnsError, []), service: { ...SERVICE, dns } };

    const outcome = await upstream.run(subject, parameters, signal);

    expect(outcome.explanation).toContain(words);
  });

  it('does not count a query of another container', async () => {
    const outcome = await upstream.run(
      subjectOf(() => first, [{ client: '10.1.2.9' }]),
      parameters,
      signal,
    );

    expect(outcome).toMatchObject({ status: 'failed', finding: 'no-lookup' });
  });

  it('fails a service for which another container fetches the answer', async () => {
    const subject = subjectOf(
      (moved) => (moved === undefined ? first : answer(200, moved)),
      [{}],
      ['10.1.2.9'],
    );

    const outcome = await upstream.run(subject, parameters, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'asked-by-another' });
  });
});
