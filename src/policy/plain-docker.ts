import type { FileSet } from '../core/file-set.ts';
import type { Plan, ServicePlan } from '../core/plan.ts';
import { planBuild } from './build-plan.ts';
import type { PolicyOptions } from './compile-submission.ts';
import type { Findings } from './findings.ts';

/** Without a compose file: `docker build . && docker run -p <port>:<port>`. */
export function planOfDockerfile(
  files: FileSet,
  options: PolicyOptions,
  findings: Findings,
): Plan | undefined {
  const at = { file: 'Dockerfile', line: 1, column: 1 };
  const build = planBuild(
    { context: '.', dockerfile: 'Dockerfile', args: new Map(), labels: {}, at },
    files,
    options,
    findings,
  );
  if (!build) return undefined;
  const service: ServicePlan = {
    name: options.service,
    image: { from: 'build', build },
    environment: {},
    labels: {},
    readOnly: false,
    tmpfs: [],
    mounts: [],
    ports: [{ published: options.port, target: options.port, protocol: 'tcp' }],
    dns: [],
    dnsSearch: [],
    dnsOptions: [],
    networks: [{ network: 'default', aliases: [] }],
    restart: { name: 'no' },
    dependsOn: [],
  };
  return { services: [service], graded: options.service, networks: ['default'], volumes: [] };
}
