/** The arrows of docs/architecture.md: who may know whom. */

/** A folder may import these and nothing else of this project. */
function onlyTo(name, from, to, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from },
    to: { path: '^(src|scripts|test)/', pathNot: to },
  };
}

/** An npm package belongs to one place. */
function ownedBy(name, packages, owners) {
  return {
    name: `${name}-has-an-owner`,
    comment: `${packages} is imported by ${owners} only, so that it can be replaced there`,
    severity: 'error',
    from: { path: '^src/', pathNot: owners },
    to: { path: `^node_modules/(${packages})/` },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'types may know one another; code that runs may not',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-orphan-imports', severity: 'error', from: {}, to: { couldNotResolve: true } },
    onlyTo('core-knows-nobody', '^src/core/', '^src/core/', 'values and decisions depend on nothing'),
    {
      name: 'core-uses-zod-alone',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { dependencyTypes: ['npm', 'npm-dev'], pathNot: '^node_modules/zod/' },
    },
    onlyTo('policy-knows-core', '^src/policy/', '^src/(policy|core)/', 'the policy is pure'),
    onlyTo('app-knows-core', '^src/app/', '^src/(app|core)/', 'use cases see the world through ports'),
    onlyTo(
      'checks-know-ports',
      '^src/checks/',
      '^src/(checks|core|app)/',
      'a check sees a run through ports',
    ),
    onlyTo(
      'adapters-fill-ports',
      '^src/adapters/([^/]+)/',
      '^src/(adapters/($1|outbound)|core|app)/',
      'an adapter knows no other adapter, but the one way out to addresses that somebody gave',
    ),
    onlyTo(
      'machine-is-alone',
      '^src/machine/',
      '^src/machine/',
      'setting up a machine is no part of grading',
    ),
    {
      name: 'web-knows-no-server',
      comment: 'the pages speak HTTP; they share values of the core and the schemas of the wire',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: '^src/', pathNot: '^src/(web|core|http/schemas)/' },
    },
    {
      name: 'client-knows-the-wire',
      comment:
        'the client speaks HTTP by the declarations of the routes, and knows nothing of what answers them',
      severity: 'error',
      from: { path: '^src/client/' },
      to: {
        path: '^src/',
        pathNot: '^src/(client|core|http/schemas)/|^src/http/(route|learner-routes)\\.ts$',
      },
    },
    {
      name: 'http-knows-no-adapter',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^src/(adapters|checks|policy|machine|web)/' },
    },
    {
      name: 'nobody-imports-a-process',
      severity: 'error',
      from: {},
      to: { path: '^src/(server|worker|cli)\\.ts$' },
    },
    ownedBy('dockerode', 'dockerode', '^src/(adapters/docker/|machine/|compose)'),
    ownedBy('prisma', '@prisma/[^/]+', '^src/(adapters/postgres|generated)/'),
    ownedBy('bullmq', 'bullmq', '^src/(adapters/redis/|compose)'),
    ownedBy('ioredis', 'ioredis', '^src/(adapters/redis/|machine/|compose)'),
    // The board of the queue library is an Express router.
    ownedBy('express', 'express', '^src/(http/|adapters/redis/queue-board)'),
    ownedBy('jose', 'jose', '^src/adapters/lti/'),
    ownedBy('opentelemetry', '@opentelemetry/[^/]+', '^src/adapters/tracing/'),
    ownedBy('openid-client', 'openid-client', '^src/adapters/openid/'),
    ownedBy('react', 'react|react-dom|react-router', '^src/web/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/generated/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
