import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { ListenJob, type ListenLine } from './listen-job.ts';

/** Reads a job from standard input, opens the pages, and writes when each showed its verdict. */
const job = ListenJob.parse(JSON.parse((await buffer(process.stdin)).toString()));
const agent = new Agent({ keepAlive: true, maxSockets: job.pages.length });
const shownAt: Record<string, number> = {};
let open = 0;
let broken = 0;
/** So many connect at the same time: people don't all load a page in the same millisecond. */
const CONNECTING = 50;

const over = new Promise<void>((resolve) => {
  const timer = setTimeout(resolve, job.seconds * 1000);
  const looking = setInterval(() => {
    if (Object.keys(shownAt).length < job.verdicts) return;
    clearTimeout(timer);
    clearInterval(looking);
    resolve();
  }, 50);
});
const left = [...job.pages];
await Promise.all(
  Array.from({ length: CONNECTING }, async () => {
    for (let page = left.pop(); page !== undefined; page = left.pop()) await listen(page);
  }),
);
tell({ line: 'open', pages: open });
await over;
tell({ line: 'over', shownAt, broken });
process.exit();

/** Resolves once the snapshot is there, or never will be. */
function listen({ submission, token }: ListenJob['pages'][number]): Promise<void> {
  return new Promise((resolve) => {
    const target = new URL(`/api/v1/submissions/${submission}/events`, job.url);
    const asked = request(target, { agent, headers: { authorization: `Bearer ${token}` } });
    let rest = '';
    const lost = (): void => {
      broken += 1;
      resolve();
    };
    asked.on('error', lost);
    asked.on('response', (response) => {
      if (response.statusCode !== 200) lost();
      response.setEncoding('utf8');
      response.on('error', lost);
      response.on('data', (text: string) => {
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          if (block.includes('event: snapshot')) {
            open += 1;
            resolve();
          }
          if (block.includes('event: submission') && block.includes('"status":"done"'))
            shownAt[submission] ??= performance.timeOrigin + performance.now();
        }
      });
    });
    asked.end();
  });
}

function tell(line: ListenLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
