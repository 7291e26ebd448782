import { testForge } from '../../app/test-forge.ts';
import { type Route, changing, ok, reading, route, toCourse } from '../route.ts';
import { ForgeTest, ForgeTestRequest } from '../schemas/forge-test.ts';
import { DeliveryList } from '../schemas/forge.ts';
import type { Service } from '../service.ts';
import { deliveryView, webhookPath } from '../views/forge-view.ts';
import { forgeOf, FORGES } from './forges.ts';

const MAX_DELIVERIES = 50;
const TEST_MS = 60_000;

/** What came of the webhooks of a forge, and a test of all that a push goes through. */
export function forgeDeliveryRoutes(service: Service): Route[] {
  return [
    route(
      {
        ...reading,
        path: `${FORGES}/:forge/deliveries`,
        tag: 'Forges',
        summary: 'Webhooks that came, newest first, and what came of them: a test delivery shows here',
        access: toCourse('instructor', 'teach'),
        answer: ok(DeliveryList, 'Deliveries'),
      },
      async (_actor, { params }) => {
        const forge = await forgeOf(service, params('course'), params('forge'));
        const deliveries = await service.forges.deliveries(forge.id, MAX_DELIVERIES);
        return { deliveries: deliveries.map(deliveryView) };
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: `${FORGES}/:forge/test-delivery`,
        tag: 'Forges',
        summary: 'Try every step of a push to a repository, and say where to look for what fails',
        access: toCourse('instructor', 'teach'),
        // It makes the service ask others.
        budget: 'submitting',
        body: ForgeTestRequest,
        answer: ok(ForgeTest, 'The steps'),
      },
      async (_actor, { params, body }) => {
        const forge = await forgeOf(service, params('course'), params('forge'));
        const signal = AbortSignal.timeout(TEST_MS);
        const steps = await testForge(service, forge, webhookPath(forge), body.repository ?? null, signal);
        return { steps: [...steps] };
      },
    ),
  ];
}
