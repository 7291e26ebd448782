import { defineConfig } from 'prisma/config';

/** Used by `npm run db -- …` only; the service itself applies migrations with src/migrate.ts. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://localhost/labgrader' },
});
