import { probe } from './probe';

/** The message an input throws, without the parts that differ from input to input. */
export async function failureOf(bytes: Buffer): Promise<string | undefined> {
  try {
    await probe(bytes);
    return undefined;
  } catch (error) {
    const text =
      error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error);
    return text.slice(0, 2000);
  }
}

function kind(failure: string | undefined): string | undefined {
  return failure?.split('\n')[0]?.replace(/[0-9]+|"[^"]*"/g, '#');
}

/** Leaves out pieces, large ones first, as long as the failure stays the same; crude, but quick. */
export async function minimise(bytes: Buffer, tries = 400): Promise<Buffer> {
  const wanted = kind(await failureOf(bytes));
  let best = bytes;
  let left = tries;
  for (let size = Math.ceil(best.length / 2); size >= 1 && left > 0; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.length && left > 0; left -= 1) {
      const without = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (kind(await failureOf(without)) === wanted) best = without;
      else at += size;
    }
  }
  return best;
}
