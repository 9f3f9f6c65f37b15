import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** The project's seeds, and the manifests next to it if they are there. */
export function corpus(): string[] {
  const folders = [join(ROOT, 'test', 'fuzz', 'seeds'), join(ROOT, '..', 'shared', 'manifests')];
  const missing = folders.filter((folder) => !existsSync(folder));
  for (const folder of missing) console.warn(`fuzz: ${folder} is missing; continuing without its seeds`);
  return folders
    .filter((folder) => !missing.includes(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .sort()
        .map((name) => readFileSync(join(folder, name), 'utf8')),
    );
}

/** The input with a given number: the same seed and number give the same bytes. */
export function seedOf(seed: number, index: number): number {
  return Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b);
}
