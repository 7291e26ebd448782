import { randomBytes } from 'node:crypto';
import { Prober } from './agents/prober.ts';
import { startAgent, type Agent } from './agents/start-agent.ts';
import type { EngineTools } from './bench-pool.ts';
import { removeContainers } from './reap-strays.ts';
import { engineCall } from './engine.ts';
import { LABEL } from './labels.ts';
import { createSealedNetwork, type SealedNetwork } from './sealed-network.ts';

/** What stays of a bench between runs: a sealed network and the prober on it. */
export class WarmPlace implements AsyncDisposable {
  readonly id: string;
  readonly network: SealedNetwork;
  readonly prober: Prober;
  readonly #tools: EngineTools;
  readonly #agent: Agent;

  private constructor(id: string, tools: EngineTools, network: SealedNetwork, agent: Agent) {
    this.id = id;
    this.network = network;
    this.prober = new Prober(agent.connection);
    this.#tools = tools;
    this.#agent = agent;
  }

  /** @throws GraderFault when the engine can't give one. */
  static async make(tools: EngineTools): Promise<WarmPlace> {
    const id = randomBytes(6).toString('hex');
    const network = await createSealedNetwork(tools.docker, id);
    try {
      const agent = await startAgent(tools.docker, {
        name: 'prober',
        image: tools.options.agentImage,
        arguments: [JSON.stringify({ gateway: network.gateway, prefix: network.prefix })],
        pool: tools.pool,
        bench: id,
        host: {
          NetworkMode: network.name,
          CapDrop: ['ALL'],
          // To take the gateway's and the resolvers' addresses for itself, and to listen on their ports.
          CapAdd: ['NET_ADMIN', 'NET_BIND_SERVICE'],
          SecurityOpt: ['no-new-privileges'],
          Sysctls: { 'net.ipv4.ip_forward': '0' },
          Memory: 128 * 1_048_576,
          PidsLimit: 256,
        },
        networking: {
          EndpointsConfig: { [network.name]: { IPAMConfig: { IPv4Address: network.proberAddress } } },
        },
      });
      return new WarmPlace(id, tools, network, agent);
    } catch (error) {
      await network[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Whether nothing but the prober is there. */
  async isClean(): Promise<boolean> {
    if (!this.prober.alive) return false;
    const filters = JSON.stringify({ label: [`${LABEL.bench}=${this.id}`] });
    const containers = await engineCall(
      'list containers',
      this.#tools.docker.listContainers({ all: true, filters }),
    );
    return containers.every(({ Id }) => Id === this.#agent.containerId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeContainers(this.#tools.docker, `${LABEL.bench}=${this.id}`);
    await this.#agent[Symbol.asyncDispose]();
    await this.network[Symbol.asyncDispose]();
  }
}
