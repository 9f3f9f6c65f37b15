import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './paths';

const GOLDEN = join(ROOT, 'test', 'golden');

/** Whether `UPDATE_GOLDEN` asks to write what can be derived instead of comparing it. */
export const isUpdating = (process.env.UPDATE_GOLDEN ?? '') !== '';

/**
 * Compares a text with `test/golden/NAME`. `UPDATE_GOLDEN=1` writes the file instead; a file that is not there fails, so
 * that a new golden is looked at before it is believed.
 *
 * @param name with its folder and extension, such as `can/allowed.json`
 */
export function expectGolden(name: string, actual: string): void {
  const file = join(GOLDEN, name);
  if (isUpdating) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  if (!existsSync(file))
    throw new Error(`test/golden/${name} is not there; UPDATE_GOLDEN=1 writes it:\n${actual}`);
  expect(actual).toBe(readFileSync(file, 'utf8'));
}
