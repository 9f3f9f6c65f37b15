import { Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';

// V8 forgets the counts of functions whose code it throws away because they have not run for a while
setFlagsFromString('--no-flush-bytecode');

/**
 * How often functions of our own code were called during some work: a measure of its cost that is the same on every machine. What
 * the engine does by itself (sorting, copying a Map, a regular expression) is not in it.
 */
export async function operations(work: () => Promise<unknown>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    session.post('Profiler.enable');
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    await work();
    let sum = 0;
    session.post('Profiler.takePreciseCoverage', (error, coverage) => {
      if (error !== null) throw error;
      for (const { url, functions } of coverage.result) {
        if (!/\/lib\/[^/]+\/.*\.ts$/.test(url) || url.includes('node_modules')) continue;
        for (const { ranges } of functions) for (const { count } of ranges) sum += count;
      }
    });
    session.post('Profiler.stopPreciseCoverage');
    return sum;
  } finally {
    session.disconnect();
  }
}
