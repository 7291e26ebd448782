import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/*
 * Loaded into a process before its own program: whoever connects to `<BENCH_MEMORY_FOLDER>/<pid>` is told what it
 * holds once all garbage is collected.
 */
setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');
const folder = process.env['BENCH_MEMORY_FOLDER'];
if (folder !== undefined && typeof collect === 'function') {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // Twice: what the first one finalises is freed by the second.
    for (let time = 0; time < 2; time++) Reflect.apply(collect, undefined, []);
    socket.end(JSON.stringify(process.memoryUsage()));
  });
  server.listen(`${folder}/${process.pid}`).unref();
}
