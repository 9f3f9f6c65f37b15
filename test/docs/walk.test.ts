import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { VERBS } from '../../lib/cli/verbs';
import { run } from '../helpers/command';
import { SHARED } from '../helpers/paths';
import { synthesized } from '../questions/init/init-app';
import { ROOT } from '../helpers/paths';
import { isUpdating } from '../helpers/golden';

/**
 * Pages whose blocks follow on each other, from an empty folder on. Lines that start with `$` are run in it, and what
 * they print stands below them; `UPDATE_GOLDEN=1` writes it there. Calls of a `sh` block are run and print what they like.
 */
const PAGES = ['docs/init.md', 'docs/jail-what-you-already-run.md'];
const EMOJIVOTO = join(SHARED, 'emojivoto.yml');

/** Runs one line as a shell would, as far as the pages need one. */
async function runLine(line: string, cwd: string): Promise<string> {
  const last = ' | tail -1';
  if (line.endsWith(last)) {
    const all = await runLine(line.slice(0, -last.length), cwd);
    return all.trimEnd().split('\n').at(-1) ?? '';
  }
  const synth = /^\(cd jail && (npm install && )?npm run synth\)$/.test(line);
  if (synth) return synthesize(join(cwd, 'jail'));
  const deletion = /^sed -i '\/(.*)\/d' (\S+)$/.exec(line);
  if (deletion !== null) return deleteLines(join(cwd, deletion[2] ?? ''), deletion[1] ?? '');
  const [command, verb = '', ...words] = line.split(' ');
  if (command !== 'namespace-jail') throw new Error(`the test does not know how to run "${line}"`);
  const { status, out, err } = await run([verb, ...words], { cwd });
  if (status === 2) throw new Error(`${line}: ${err}`);
  return out;
}

/** What `npm run synth` does, without the seconds that npm takes. */
function synthesize(app: string): string {
  const files = readdirSync(app).filter((file) => file.endsWith('.ts'));
  const objects = synthesized(files.map((path) => ({ path, text: readFileSync(join(app, path), 'utf8') })));
  mkdirSync(join(app, 'manifests'), { recursive: true });
  const documents = objects.map((object) => stringify(object)).join('---\n');
  writeFileSync(join(app, 'manifests', 'emojivoto.k8s.yaml'), documents);
  return '';
}

function deleteLines(file: string, word: string): string {
  const lines = readFileSync(file, 'utf8').split('\n');
  const left = lines.filter((line) => !line.includes(word));
  expect(left.length).toBeLessThan(lines.length);
  writeFileSync(file, left.join('\n'));
  return '';
}

/** The page with what its commands print at this moment. */
async function replayed(page: string, cwd: string): Promise<string> {
  const lines: string[] = [];
  let inside = false;
  let unshown = false;
  for (const line of readFileSync(join(ROOT, page), 'utf8').split('\n')) {
    if (line === '```console walk') inside = true;
    else if (line === '```sh walk') unshown = true;
    else if (line === '```') inside = unshown = false;
    else if (unshown && /^namespace-jail [^|<>;&]*$/.test(line)) await runLine(line, cwd);
    else if (inside && !line.startsWith('$ ')) continue;
    lines.push(line);
    if (inside && line.startsWith('$ ')) {
      const printed = (await runLine(line.slice(2), cwd)).trimEnd();
      if (printed !== '') lines.push(printed);
    }
  }
  return lines.join('\n');
}

describe('pages to follow from an empty folder', () => {
  it.each(PAGES)('%s has commands to type', (page) => {
    expect(readFileSync(join(ROOT, page), 'utf8')).toMatch(/^\$ namespace-jail /m);
  });

  if (!existsSync(EMOJIVOTO)) {
    console.warn(`${EMOJIVOTO} IS NOT THERE: ${PAGES.join(' and ')} are not followed`);
    return;
  }
  it.each(PAGES)('%s shows what its commands print', async (page) => {
    const cwd = mkdtempSync(join(tmpdir(), 'walk-'));
    try {
      copyFileSync(EMOJIVOTO, join(cwd, 'emojivoto.yml'));
      const now = await replayed(page, cwd);
      if (isUpdating) writeFileSync(join(ROOT, page), now);
      else expect(now).toBe(readFileSync(join(ROOT, page), 'utf8'));
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });

  it.each(PAGES)('%s names only verbs that there are', (page) => {
    const named = readFileSync(join(ROOT, page), 'utf8').matchAll(
      /^(?:\$ )?(?:npx )?namespace-jail ([a-z-]+)/gm,
    );
    const missing = [...named]
      .map(([, verb = '']) => verb)
      .filter((verb) => !VERBS.some(({ name }) => name === verb));
    expect(missing).toEqual([]);
  });
});
