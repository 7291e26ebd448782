import type { Plan, ServicePlan } from './plan.ts';

/**
 * Services in an order in which each comes after what it depends on. The policy has refused cycles;
 * a dependency that isn't in the plan is passed over.
 */
export function startOrder(plan: Plan): readonly ServicePlan[] {
  const byName = new Map(plan.services.map((service) => [service.name, service]));
  const ordered = new Set<ServicePlan>();
  const visit = (service: ServicePlan, path: ReadonlySet<string>): void => {
    if (ordered.has(service) || path.has(service.name)) return;
    for (const { service: name } of service.dependsOn) {
      const dependency = byName.get(name);
      if (dependency) visit(dependency, new Set([...path, service.name]));
    }
    ordered.add(service);
  };
  for (const service of plan.services) visit(service, new Set());
  return [...ordered];
}
