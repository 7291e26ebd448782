import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const FILE = new URL('../../../docker-compose.yml', import.meta.url);
const Deployment = z.object({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string(),
      networks: z.array(z.string()).default([]),
      ports: z.array(z.string()).optional(),
      volumes: z.array(z.string()).default([]),
      restart: z.string(),
      mem_limit: z.string(),
      healthcheck: z.unknown().optional(),
    }),
  ),
  networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) })),
});
/** They do one thing and end. */
const ONCE = ['migrate', 'engine-images'];

describe('the compose file of the service', async () => {
  const text = await readFile(FILE, 'utf8');
  const { services, networks } = Deployment.parse(parse(text, { merge: true }));
  const on = (network: string): string[] =>
    Object.keys(services).filter((name) => services[name]?.networks.includes(network));

  it('lets nobody in but the API, and only where the operator says', () => {
    const published = Object.keys(services).filter((name) => services[name]?.ports !== undefined);

    expect(published).toEqual(['api']);
    expect(services['api']?.ports).toEqual(['${LISTEN:-127.0.0.1}:${LISTEN_PORT:-8080}:8080']);
    expect(on('front')).toEqual(['api']);
  });

  it('keeps Postgres and Redis inside, and the engine away from both', () => {
    expect(networks['data']?.internal).toBe(true);
    expect(services['postgres']?.networks).toEqual(['data']);
    expect(services['redis']?.networks).toEqual(['data']);
    expect(on('engine')).toEqual(['engine']);
  });

  it('gives the engine’s socket to those alone who grade or fill it', () => {
    const holders = Object.keys(services).filter((name) =>
      services[name]?.volumes.some((volume) => volume.startsWith('engine-socket:')),
    );

    expect(holders.sort()).toEqual(['engine', 'engine-images', 'worker']);
    expect(text).not.toContain('/var/run/docker.sock');
    expect(text).not.toMatch(/^\s*privileged:/m);
  });

  it('limits, restarts and watches whatever goes on running', () => {
    for (const [name, service] of Object.entries(services)) {
      expect(`${name}: ${service.restart}`).toBe(
        `${name}: ${ONCE.includes(name) ? 'on-failure' : 'unless-stopped'}`,
      );
    }
    // The API's own is that of its image.
    const watched = Object.keys(services).filter((name) => services[name]?.healthcheck !== undefined);
    expect(watched.sort()).toEqual(['engine', 'engine-images', 'migrate', 'postgres', 'redis', 'worker']);
  });

  it('has no secret that it would start without, and each image by a variable', () => {
    const secrets = text.match(/\$\{(?:DATABASE_PASSWORD|REDIS_PASSWORD|SECRETS_KEY)\b[^}]*\}/g) ?? [];

    expect(secrets.length).toBeGreaterThanOrEqual(5);
    expect(secrets.filter((secret) => !secret.includes(':?'))).toEqual([]);
    expect(Object.values(services).filter(({ image }) => !/^\$\{[A-Z_]+:-/.test(image))).toEqual([]);
  });
});
