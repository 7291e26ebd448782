import { receiveWebhook } from '../../app/receive-webhook.ts';
import { ForgeKind } from '../../core/forge-push.ts';
import { type Route, changing, publicRoute } from '../route.ts';
import { WebhookBody, WebhookQuery, WebhookTaken } from '../schemas/forge.ts';
import type { Service } from '../service.ts';

const MAX_BYTES = 2 * 1024 * 1024;

/** Where forges send their webhooks to. Whatever comes of one, the sender learns no more than that it was taken. */
export function webhookRoutes(service: Service): Route[] {
  return ForgeKind.options.map((kind) =>
    publicRoute(
      {
        ...changing,
        method: 'post',
        path: `/webhooks/${kind}`,
        tag: 'Forges',
        summary: `A webhook of ${NAMES[kind]}, signed with the forge’s secret`,
        // A forge sends for all of its people from one address, and nothing is done without a signature.
        budget: 'unlimited',
        query: WebhookQuery,
        body: WebhookBody,
        rawBytes: MAX_BYTES,
        rawExamples: { 'application/json': PUSH },
        answer: { status: 202, description: 'Taken, to be worked on later', schema: WebhookTaken },
      },
      async (_actor, { query, body, request }) => {
        const header = (name: string): string | undefined => request.get(name);
        const hook = { kind, forgeId: query.forge ?? null, header, body };
        if (await receiveWebhook(service, hook)) service.webhookCame();
        return { taken: true } as const;
      },
    ),
  );
}

/** What of a push is looked at; a forge sends far more. */
const PUSH = {
  ref: 'refs/heads/main',
  after: '4f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c',
  repository: { full_name: 'ada/docker-labs' },
};

const NAMES = { github: 'GitHub', gitlab: 'GitLab', gitea: 'Gitea or Forgejo' } as const;
