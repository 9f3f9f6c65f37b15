import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run, type Run } from './command';

/** Runs the command in a folder that has these files, and nothing else. */
export async function runIn(files: Readonly<Record<string, string>>, argv: readonly string[]): Promise<Run> {
  const cwd = mkdtempSync(join(tmpdir(), 'in-folder-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), text);
    }
    return await run(argv, { cwd });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
