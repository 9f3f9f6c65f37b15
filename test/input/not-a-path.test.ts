import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../helpers/command';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'paths-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

async function refusal(...argv: string[]): Promise<string> {
  const { status, out, err } = await run([...argv, '--no-config'], { cwd });
  expect([status, out]).toEqual([2, '']);
  return err.trimEnd();
}

const PATTERN =
  'there is no file of this very name, and patterns are not expanded; a shell does that, without quotation marks';
const FETCHED = 'this is a URL; nothing is fetched, so that an answer rests on files alone';

describe('what leads nowhere and is written like something else than a path', () => {
  it.each([
    ['https://example.com/a.yaml', `${FETCHED}; pipe it: curl -fsSL URL | namespace-jail … -`],
    ['HTTP://example.com/a.yaml', `${FETCHED}; pipe it: curl -fsSL URL | namespace-jail … -`],
    [
      'oci://example.com/chart',
      `${FETCHED}; get it with its own tool, and read the result: a file, or - (standard input)`,
    ],
    ['file:///a.yaml', 'this is a URL, but paths are read; write the path alone, without file://'],
  ])('%s is a URL', async (path, words) => {
    expect(await refusal('map', path)).toBe(`${path}: ${words}`);
  });

  it.each(['*.yaml', 'manifests/**/*.yml', 'a?.yaml', '[ab].yaml', '{a,b}.yaml'])(
    '%s is a pattern',
    async (path) => {
      expect(await refusal('map', path)).toBe(
        `${path}: ${PATTERN}; name the folder (--exclude leaves out files of it) or the files; in a shell, leave out the quotation marks`,
      );
    },
  );

  it.each([
    ['~/a.yaml', '"~"'],
    ['$HOME/a.yaml', '"$"'],
    ['${HOME}/a.yaml', '"$"'],
  ])('%s is for a shell', async (path, what) => {
    expect(await refusal('map', path)).toBe(
      `${path}: ${what} is not replaced; a shell does that, without quotation marks; write the path in full; in a shell, leave out the quotation marks`,
    );
  });

  it('a.yaml,b.yaml is two paths', async () => {
    expect(await refusal('map', 'a.yaml,b.yaml')).toBe(
      'a.yaml,b.yaml: there is no such file; paths are not separated by commas; put spaces between them, or -f before each',
    );
  });

  it('whatever option has it', async () => {
    expect(await refusal('check', '-f', '*.yaml')).toContain(PATTERN);
    expect(await refusal('check', '-', '--suppressions', 'https://example.com/s')).toContain(FETCHED);
    expect(await refusal('test', 'suites/*.yaml')).toContain(PATTERN);
    expect(await refusal('denied', '-', '--from', 'logs/*.log')).toContain(PATTERN);
  });

  it.each(['gone.yaml', 'gone', 'https.yaml', 'a~b.yaml', 'c:/a.yaml'])(
    '%s is just not there',
    async (path) => {
      expect(await refusal('map', path)).toBe(
        `${path}: there is no such file or folder; check the path; it may be a broken link`,
      );
    },
  );
});

it.each(['a*.yaml', '[x].yaml', '~a.yaml', '$x.yaml', 'a.yaml,b.yaml'])(
  'a file that is called %s is read',
  async (name) => {
    writeFileSync(join(cwd, name), 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n');
    const { status } = await run(['check', name, '--no-config'], { cwd });
    expect(status).toBe(0);
  },
);
