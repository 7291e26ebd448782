#!/usr/bin/env node
/**
 * Stands in for Prisma's native `schema-engine`, which npm does not carry: drives the same engine, compiled to
 * WebAssembly, over the same JSON-RPC on standard input and output. `scripts/prisma/prisma.ts` points the
 * Prisma command at it with PRISMA_SCHEMA_ENGINE_BINARY.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as wasmGlue from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const packageFolder = resolve(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'), '..');
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    version: { type: 'boolean' },
    datasource: { type: 'string' },
    datamodels: { type: 'string', multiple: true },
    // Named so that their values are not taken for commands.
    'enabled-preview-features': { type: 'string' },
    'extension-types': { type: 'string' },
  },
});
const datasource = JSON.parse(options.datasource ?? '{}');
const database = new URL(datasource.url ?? 'postgresql://localhost/postgres');
const schema = database.searchParams.get('schema') ?? undefined;
database.searchParams.delete('schema');

if (options.version) await printVersion();
else if (positionals[0] === 'cli') await runCommand(positionals[1]);
else await serve();

async function printVersion() {
  const { version } = JSON.parse(await readFile(resolve(packageFolder, 'package.json'), 'utf8'));
  console.log(`schema-engine-cli ${version.split('.').pop()}`);
}

/** The two questions that the Prisma command asks in a process of its own. */
async function runCommand(command) {
  // The Prisma command reads the first line as a greeting and drops it.
  log('INFO', 'Starting schema engine CLI');
  const name = decodeURIComponent(database.pathname.slice(1));
  try {
    if (command === 'can-connect-to-database') {
      await query(database, 'SELECT 1');
    } else if (command === 'create-database') {
      const maintenance = new URL(database);
      maintenance.pathname = '/postgres';
      await query(maintenance, `CREATE DATABASE "${name.replaceAll('"', '""')}"`);
    } else {
      throw new Error(`unknown command ${command}`);
    }
    log('INFO', 'ok');
  } catch (error) {
    const known = {
      '3D000': ['P1003', `Database \`${name}\` does not exist`],
      '28P01': ['P1000', error.message],
    };
    const unreachable = `Can't reach database server at \`${database.hostname}:${database.port || 5432}\` (${error.message})`;
    const [code, message] = known[error.code] ?? ['P1001', unreachable];
    log('ERROR', message, { is_panic: false, error_code: code, backtrace: null });
    process.exitCode = 1;
  }
}

async function loadEngine() {
  const wasm = await readFile(resolve(packageFolder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': wasmGlue });
  wasmGlue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();

  const read = async (path) => [path, await readFile(resolve(path), 'utf8')];
  const datamodels = options.datamodels && (await Promise.all(options.datamodels.map(read)));
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(database),
    connectToShadowDb: connectToShadow,
  });
  const trace = (message) => process.env.DEBUG && process.stderr.write(`${message}\n`);
  return wasmGlue.SchemaEngine.new({ datamodels }, trace, factory);
}

/** Answers requests as they come; ends when standard input does and the last answer is out. */
async function serve() {
  let engine;
  const pending = new Set();
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    // Loading connects, so a database that can't be reached is an answer too.
    const answer = respond(() => (engine ??= loadEngine()), JSON.parse(line)).finally(() =>
      pending.delete(answer),
    );
    pending.add(answer);
  }
  await Promise.allSettled(pending);
  process.exit(0);
}

async function respond(engine, { id, method, params }) {
  if (method === undefined) return;
  const names = { getDatabaseVersion: 'version' };
  try {
    const result = await (await engine())[names[method] ?? method](params);
    // The native engine prints a diff by calling back; the compiled one returns it.
    if (method === 'diff' && result?.stdout) {
      send({ id: `print-${id}`, method: 'print', params: { content: result.stdout.replace(/\n$/, '') } });
    }
    send({ id, result: result ?? null });
  } catch (error) {
    const data = {
      is_panic: false,
      message: error.message ?? String(error),
      error_code: error.code,
      meta: error.meta ?? null,
    };
    send({
      id,
      error: { code: 4466, message: 'An error happened. Check the data field for details.', data },
    });
  }
}

/** One connection, so that session settings and the advisory lock stay on it. */
async function connect(address, shadowName, afterwards) {
  const pool = catalogPool({
    // Fields, because a connection string would win over `database`.
    ...fieldsOf(address),
    ...(shadowName && { database: shadowName }),
    ...(schema && { options: `-c search_path="${schema}"` }),
    max: 1,
  });
  if (schema && schema !== 'public') await pool.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
  const adapter = await new PrismaPg(pool, { schema }).connect();
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (request) => {
    const answer = await queryRaw(request);
    const columnTypes = answer.columnTypes.map((type) =>
      type === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : type,
    );
    return { ...answer, columnTypes };
  };
  // The adapter's own splits scripts at every `;`, even inside a function body.
  adapter.executeScript = (sql) =>
    pool.query(sql).then(
      () => undefined,
      (error) => adapter.onError(error),
    );
  adapter.dispose = async () => {
    await pool.end();
    await afterwards?.();
  };
  return adapter;
}

function fieldsOf(address) {
  return {
    // A socket's folder can't stand where a host name does.
    host: address.searchParams.get('host') ?? address.hostname,
    port: Number(address.port || 5432),
    user: decodeURIComponent(address.username) || undefined,
    password: decodeURIComponent(address.password) || undefined,
    database: decodeURIComponent(address.pathname.slice(1)),
    ssl: ['require', 'verify-ca', 'verify-full'].includes(address.searchParams.get('sslmode')),
  };
}

async function connectToShadow() {
  if (datasource.shadowDatabaseUrl) return connect(new URL(datasource.shadowDatabaseUrl));
  const name = `prisma_migrate_shadow_db_${randomUUID()}`;
  await query(database, `CREATE DATABASE "${name}"`);
  return connect(database, name, () => query(database, `DROP DATABASE IF EXISTS "${name}"`));
}

async function query(address, sql) {
  const client = new pg.Client({ connectionString: address.toString() });
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function log(level, message, extra = {}) {
  const entry = {
    level,
    target: 'schema_engine::logger',
    timestamp: new Date().toISOString(),
    fields: { message, ...extra },
  };
  process.stderr.write(`${JSON.stringify(entry)}\n`);
}

/**
 * A pool for the engine's own reading: it reads the catalog's one-byte `"char"` (oid 18), which the adapter has no
 * name for, so it is carried through as an array of it (oid 1002) and labelled a character afterwards.
 */
function catalogPool(settings) {
  const pool = new pg.Pool(settings);
  const query = pool.query.bind(pool);
  pool.query = async (...request) => {
    const answer = await query(...request);
    for (const field of answer?.fields ?? []) if (field.dataTypeID === 18) field.dataTypeID = 1002;
    return answer;
  };
  return pool;
}
