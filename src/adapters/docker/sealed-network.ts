import { randomInt } from 'node:crypto';
import type Docker from 'dockerode';
import { GraderFault } from '../../core/grader-fault.ts';
import { engineCall, messageOf } from './engine.ts';
import { LABEL } from './labels.ts';

export interface SealedNetwork extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  /** The address of the default route of its containers; the host doesn't have it, so the prober takes it. */
  readonly gateway: string;
  readonly prefix: number;
  /** An address kept free for the prober itself. */
  readonly proberAddress: string;
}

/** 10.213.0.0/16 in networks of 256 addresses: unlikely to be a network of the machine. */
const POOL = '10.213';
const TRIES = 30;

/**
 * Makes a bridge that leads nowhere: the host has no address on it (`inhibit_ipv4`) and nothing of it is masqueraded,
 * yet its containers have a default route, to the gateway address, which the prober takes for itself.
 * @throws GraderFault when no free subnet is found or the engine fails.
 */
export async function createSealedNetwork(docker: Docker, bench: string): Promise<SealedNetwork> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const subnet = `${POOL}.${randomInt(256)}`;
    const network = await tryCreate(docker, bench, subnet);
    if (network === undefined) continue;
    return {
      id: network.id,
      name: networkName(bench, subnet),
      gateway: `${subnet}.1`,
      prefix: 24,
      proberAddress: `${subnet}.2`,
      async [Symbol.asyncDispose]() {
        await engineCall(
          'remove a network',
          network.remove().catch(() => undefined),
        );
      },
    };
  }
  throw new GraderFault(`no subnet of ${POOL}.0.0/16 is free in the engine`);
}

async function tryCreate(docker: Docker, bench: string, subnet: string): Promise<Docker.Network | undefined> {
  const creating = docker.createNetwork({
    Name: networkName(bench, subnet),
    Driver: 'bridge',
    EnableIPv6: false,
    IPAM: { Driver: 'default', Config: [{ Subnet: `${subnet}.0/24`, Gateway: `${subnet}.1` }] },
    Options: {
      'com.docker.network.bridge.inhibit_ipv4': 'true',
      'com.docker.network.bridge.enable_ip_masquerade': 'false',
    },
    Labels: { [LABEL.bench]: bench },
  });
  // Another bench, or a network of the machine, may have it: the engine says so, and the next number is tried.
  return engineCall(
    'create a sealed network',
    creating.catch((error: unknown) => {
      if (/overlap|already in use/i.test(messageOf(error))) return undefined;
      throw error;
    }),
  );
}

function networkName(bench: string, subnet: string): string {
  return `labgrader-${bench}-${subnet.replaceAll('.', '-')}`;
}
