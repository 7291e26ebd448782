/** Tells what is being done, step by step; the last line of a step that takes long says where it is. */
export interface Progress {
  /** Says that `title` has begun, runs it, and says how long it took. Steps may overlap. */
  step<T>(title: string, work: (say: (detail: string) => void) => Promise<T>): Promise<T>;
  note(line: string): void;
}

/** Writes one line a fact, each with the seconds since the start. */
export function lineProgress(write: (line: string) => void): Progress {
  const startedAt = Date.now();
  const note = (line: string): void => {
    write(`[${seconds(Date.now() - startedAt).padStart(6)}] ${line}`);
  };
  return {
    note,
    async step(title, work) {
      const begunAt = Date.now();
      const say = (detail: string): void => {
        note(`  ${title}: ${detail}`);
      };
      try {
        const result = await work(say);
        note(`${title}: ready (${seconds(Date.now() - begunAt)} s)`);
        return result;
      } catch (error) {
        note(`${title}: FAILED (${seconds(Date.now() - begunAt)} s)`);
        throw error;
      }
    },
  };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
