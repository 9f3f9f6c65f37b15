import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { decodeText, MAX_FILE_BYTES } from '../../lib/input/decode-text';
import { readManifests } from '../../lib/input/read';
import { config, problemsOf } from '../manifests/problems';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'manifests-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function put(path: string, content: string | Buffer): void {
  mkdirSync(join(cwd, path, '..'), { recursive: true });
  writeFileSync(join(cwd, path), content);
}

function read(...paths: string[]): string[] {
  return readManifests(paths, { cwd }).objects.map(
    ({ object, origin }) => `${object.metadata.name} ${origin.file}:${origin.line}`,
  );
}

function problems(...paths: string[]): string {
  return problemsOf(() => readManifests(paths, { cwd })).replaceAll(cwd, '');
}

describe('paths', () => {
  test('files, folders with all below them in the order of their names, and standard input', () => {
    put('b/z.yaml', config('z'));
    put('b/a/deep.YML', config('deep'));
    put('b/m.json', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'm' } }));
    put('b/README.md', 'not a manifest');
    put('one.txt', `---\n${config('one')}`);
    const result = readManifests(['one.txt', '-', 'b'], { cwd, stdin: () => Buffer.from(config('piped')) });
    expect(
      result.objects.map(({ object, origin }) => `${object.metadata.name} ${origin.file}:${origin.line}`),
    ).toEqual(['one one.txt:2', 'piped -:1', 'deep b/a/deep.YML:1', 'm b/m.json:1', 'z b/z.yaml:1']);
    expect(result).toMatchObject({ files: 5, documents: 5, notes: [] });
  });

  test('a file named twice, or through a link, is read once', () => {
    put('b/a.yaml', config('a'));
    symlinkSync(join(cwd, 'b'), join(cwd, 'c'));
    symlinkSync(join(cwd, 'b/a.yaml'), join(cwd, 'b/link.yaml'));
    expect(read('b', 'b/a.yaml', './b', 'c')).toEqual(['a b/a.yaml:1']);
  });

  test('links that lead in a circle end', () => {
    put('b/a.yaml', config('a'));
    symlinkSync(join(cwd, 'b'), join(cwd, 'b/self'));
    expect(read('b')).toEqual(['a b/a.yaml:1']);
    symlinkSync('loop.yaml', join(cwd, 'b/loop.yaml'));
    symlinkSync('nowhere', join(cwd, 'b/dangling.yaml'));
    expect(problems('b')).toMatchInlineSnapshot(`
      "b/dangling.yaml: there is no such file or folder; check the path; it may be a broken link
      b/loop.yaml: its symbolic links form a loop; remove the link"
    `);
  });

  test('what is not there or holds nothing is a fault, and all of them are named', () => {
    mkdirSync(join(cwd, 'empty'));
    put('only/README.md', '');
    expect(problems('gone.yaml', 'empty', 'only', '', 'x.jsonnet')).toMatchInlineSnapshot(`
      "gone.yaml: there is no such file or folder; check the path; it may be a broken link
      empty: this folder has no manifests: no file in or below it ends in .yaml, .yml or .json; name the folder with the manifests, or the files themselves
      only: this folder has no manifests: no file in or below it ends in .yaml, .yml or .json; name the folder with the manifests, or the files themselves
      "": an empty path was given; name a file, a folder or - (standard input)
      x.jsonnet: there is no such file or folder; check the path; it may be a broken link"
    `);
    put('x.jsonnet', '{}');
    expect(problems('x.jsonnet')).toMatchInlineSnapshot(
      `"x.jsonnet: this is Jsonnet, not YAML or JSON; render it first: \`jsonnet -y FILE | namespace-jail … -\`"`,
    );
    expect(problems()).toMatchInlineSnapshot(
      `"(no path): there is nothing to read; name files, folders or - (standard input)"`,
    );
  });

  test('standard input that is empty, absent or named twice', () => {
    const stdin = (text: string) => problemsOf(() => readManifests(['-'], { stdin: () => text }));
    expect(stdin('')).toMatchInlineSnapshot(
      `"-: standard input has no objects; check whether the command before the pipe failed"`,
    );
    expect(stdin('# nothing\n')).toContain('standard input has no objects');
    expect(problems('-')).toMatchInlineSnapshot(
      `"-: standard input is not available here; name a file or folder"`,
    );
    expect(problemsOf(() => readManifests(['-', '-'], { stdin: () => config('a') }))).toMatchInlineSnapshot(
      `"-: standard input is named twice; name - once"`,
    );
  });

  test('files without any object', () => {
    put('a.yaml', '# nothing\n---\n');
    put('b.yaml', 'apiVersion: v1\nkind: List\nitems: []\n');
    expect(problems('a.yaml', 'b.yaml')).toMatchInlineSnapshot(
      `"a.yaml, b.yaml: it has no objects, so there is nothing to judge; check whether the command that wrote it failed"`,
    );
  });

  test('what is nearly a manifest is mentioned, because it was not read', () => {
    put('b/a.yaml', config('a'));
    put('b/gen.jsonnet', '{}');
    put('b/old.yaml.bak', 'x');
    put('b/node_modules/p/package.json', '{}');
    expect(readManifests(['b'], { cwd }).notes.map(({ file, message }) => `${file}: ${message}`))
      .toMatchInlineSnapshot(`
      [
        "b/gen.jsonnet: not read: by its name it is not YAML or JSON",
        "b/node_modules: not read: Node.js packages, not manifests",
        "b/old.yaml.bak: not read: by its name it is not YAML or JSON",
      ]
    `);
  });

  test('problems of all files come together', () => {
    put('b/1.yaml', 'apiVersion: b: c');
    put('b/2.yaml', 'kind: Pod');
    put('b/3.json', '[');
    put('b/4.yaml', 'apiVersion: [');
    expect(problems('b')).toMatchInlineSnapshot(`
      "b/1.yaml:1:14: this is not YAML that kubectl would accept: bad indentation of a mapping entry; check the indentation of this line and the one above it; quote a value that contains ": "
      b/2.yaml:1:1: apiVersion is missing, but it must be GROUP/VERSION, or v1; write it like 'apiVersion: policy.linkerd.io/v1beta3'
      b/2.yaml:1:1: metadata is missing, but it must be a mapping with a name; add metadata with a name
      b/4.yaml:2:1: this is not YAML that kubectl would accept: unexpected end of the stream within a flow collection; close the bracket, or add the missing comma"
    `);
  });
});

describe('bytes', () => {
  const text = (bytes: Buffer) => {
    const decoded = decodeText(bytes, 'app.yaml');
    return 'text' in decoded ? decoded.text : decoded.problem;
  };

  test('UTF-8 and, with a mark, UTF-16 of both kinds', () => {
    put('8.yaml', `\uFEFF${config('eight')}`);
    put('le.yaml', Buffer.from(`\uFEFF${config('little')}`, 'utf16le'));
    put('be.yaml', Buffer.from(`\uFEFF${config('big')}`, 'utf16le').swap16());
    expect(read('8.yaml', 'le.yaml', 'be.yaml')).toEqual([
      'eight 8.yaml:1',
      'little le.yaml:1',
      'big be.yaml:1',
    ]);
  });

  test('bytes that are not UTF-8 are shown where they stand', () => {
    expect(text(Buffer.concat([Buffer.from('a: ü\nb: '), Buffer.from([0xe9, 0x0a])]))).toMatchInlineSnapshot(`
      {
        "column": 4,
        "file": "app.yaml",
        "line": 2,
        "message": "the byte 0xe9 here is not UTF-8",
        "remedy": "save the file as UTF-8 (it may be Latin-1 or Windows-1252)",
      }
    `);
    expect(text(Buffer.from([0x61, 0xe2, 0x82]))).toMatchObject({ line: 1, column: 2 });
    expect(text(Buffer.from([0xff]))).toMatchObject({ line: 1, column: 1 });
  });

  test('binary and packed files', () => {
    expect(text(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]))).toMatchInlineSnapshot(`
      {
        "file": "app.yaml",
        "message": "this is a binary file, not text (there is a zero byte at offset 4)",
        "remedy": "name YAML or JSON files; text must be UTF-8, or UTF-16 with a byte order mark",
      }
    `);
    expect(text(gzipSync('kind: Pod'))).toMatchInlineSnapshot(`
      {
        "file": "app.yaml",
        "message": "this is gzip-compressed",
        "remedy": "unpack it first: \`gunzip -c FILE | namespace-jail … -\`",
      }
    `);
    expect(text(Buffer.from([0xff, 0xfe, 0x61]))).toMatchInlineSnapshot(`
      {
        "file": "app.yaml",
        "message": "this starts as UTF-16LE text but is malformed",
        "remedy": "save it as UTF-8",
      }
    `);
  });

  test('more than can be held at once', () => {
    expect(text(Buffer.alloc(MAX_FILE_BYTES + 1, 'a'))).toMatchInlineSnapshot(`
      {
        "file": "app.yaml",
        "message": "this is larger than 128 MB, the limit for one file",
        "remedy": "split it, for instance by namespace",
      }
    `);
    if (process.platform === 'linux') expect(problems('/dev/zero')).toContain('is larger than');
  });

  test('all files together have a limit, too', () => {
    for (const name of ['a', 'b', 'c']) put(`${name}.yaml`, config(name));
    expect(problemsOf(() => readManifests(['.'], { cwd, maxSize: 100 }))).toMatchInlineSnapshot(
      `"b.yaml: with this file, the input exceeds 100 characters; read fewer files at once, for instance by namespace"`,
    );
  });
});
