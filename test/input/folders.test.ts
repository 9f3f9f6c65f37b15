import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { loadSuite } from '../../lib/input/suite-files';
import { readManifests, type ReadOptions } from '../../lib/input/read';
import { readWritten } from '../../lib/input/files';
import { formatProblem } from '../../lib/basics/problem';
import { config, problemsOf } from '../manifests/problems';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'folders-'));
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
}

function read(paths: readonly string[], options: ReadOptions = {}) {
  const { objects, notes, passedOver } = readManifests(paths, { cwd, ...options });
  return {
    names: objects.map(({ object }) => object.metadata.name),
    notes: notes.map(formatProblem),
    passedOver: passedOver.map(({ file }) => file),
  };
}

/** What lies beside manifests in the folders of real projects. */
const FOREIGN = {
  'app/package.json': '{"name": "x"}',
  'app/tsconfig.json': '{ // with a comment\n}',
  'app/values.yaml': 'image: {{ .Values.image }}\n',
  'app/Chart.yaml': 'apiVersion: v2\nname: web\n',
  'app/kustomization.yaml': 'resources: [web.yaml]\n',
  'app/compose.yaml': 'services: {web: {image: x}}\n',
  'app/kind.yaml': 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{role: worker}]\n',
  'app/k3d.yaml': 'apiVersion: k3d.io/v1alpha5\nkind: Simple\nmetadata: {name: dev}\n',
  'app/kubeconfig.yaml': 'apiVersion: v1\nkind: Config\nclusters: []\n',
  'app/tilt.yaml': 'apiVersion: tool.example.com/v1\nkind: Settings\n',
  'app/mkdocs.yml': 'emoji: !!python/name:materialx.emoji\n',
  'app/patch.yaml': '- op: remove\n  path: /spec\n',
  'app/.golangci.yml': 'linters: [a]\n',
};

describe('of a folder the manifests are read', () => {
  test('and what is no manifest is passed over', () => {
    put({ ...FOREIGN, 'app/web.yaml': config('web') });
    expect(read(['app'])).toEqual({ names: ['web'], notes: [], passedOver: Object.keys(FOREIGN).sort() });
  });

  test.each(Object.entries(FOREIGN))('but %s is an error by its own name', (file, text) => {
    put({ [file]: text, 'app/web.yaml': config('web') });
    expect(problemsOf(() => readManifests([file, 'app'], { cwd }))).toContain(`${file}:`);
  });

  test.each([
    ['a manifest that is broken', 'apiVersion: v1\nkind: Pod\nmetadata: {name: [\n'],
    ['a chart that nobody rendered', 'apiVersion: v1\nkind: Pod\n{{- if .Values.x }}\n'],
    ['a manifest without a name', 'apiVersion: policy.linkerd.io/v1beta3\nkind: Server\nspec: {}\n'],
    ['one without a version', 'kind: Pod\nmetadata: {name: a}\n'],
    ['a manifest beside something else', `${config('a')}---\ncolor: red\n`],
  ])('%s is not passed over', (_, text) => {
    put({ 'app/web.yaml': config('web'), 'app/odd.yaml': text });
    expect(problemsOf(() => readManifests(['app'], { cwd }))).toContain('app/odd.yaml:');
  });

  test('a folder of other files only says what they are', () => {
    put({ 'app/kustomization.yaml': 'resources: [web.yaml]\n' });
    expect(problemsOf(() => readManifests(['app'], { cwd }))).toContain('kustomize build');
  });
});

describe('--exclude', () => {
  const FILES = {
    'app/web.yaml': config('web'),
    'app/old/web.yaml': config('old'),
    'app/x/old/a.yaml': config('a'),
  };

  test.each([
    ['a folder of that name', ['old'], ['web']],
    ['a path in the folder', ['old/*.yaml'], ['web', 'a']],
    ['a path as it is shown', ['app/x/**'], ['old', 'web']],
    ['several', ['web.yaml', 'x'], []],
  ])('leaves out %s', (_, exclude, names) => {
    put({ ...FILES, 'app/keep.yaml': config('keep') });
    expect(read(['app'], { exclude })).toEqual({
      names: ['keep', ...names].sort(order),
      notes: [],
      passedOver: [],
    });
  });

  const ORDER = ['keep', 'old', 'web', 'a'];
  function order(a: string, b: string): number {
    return ORDER.indexOf(a) - ORDER.indexOf(b);
  }

  test('leaves out a file that is named, too: the shell may have named it', () => {
    put(FILES);
    expect(read(['app/web.yaml', 'app/old'], { exclude: ['app/web.yaml'] }).names).toEqual(['old']);
  });

  test('says which pattern leaves out nothing', () => {
    put(FILES);
    expect(read(['app'], { exclude: ['odl', 'x'] }).notes).toEqual([
      'odl: --exclude leaves out nothing: no path matches it',
    ]);
  });
});

describe('a suite reads below its own folder', () => {
  function suite(manifest: string): string {
    return `- id: a\n  manifests: [${manifest}]\n  queries:\n    - {id: q, client: {tls: none}, workload: shop/pod/w, port: 80, expect: allow}\n`;
  }
  const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: w, namespace: shop}\n';

  test('and nowhere else, by path or by link, and quotes nothing of what is there', () => {
    put({
      'secret.yaml': 'password hunter2\n',
      'suites/a.yaml': suite('../secret.yaml'),
      'suites/b.yaml': suite('in/'),
    });
    put({ 'suites/in/w.yaml': POD, 'suites/c.yaml': suite(join(cwd, 'secret.yaml')) });
    symlinkSync(join(cwd, 'secret.yaml'), join(cwd, 'suites/in/link.yaml'));
    for (const name of ['a', 'b', 'c']) {
      const said = problemsOf(() => loadSuite(`suites/${name}.yaml`, cwd));
      expect(said).toContain("this is outside the suite's own folder");
      expect(said).not.toContain('hunter2');
    }
  });

  test('unless that is allowed; then it quotes nothing either', () => {
    put({
      'pod.yaml': POD,
      'secret.yaml': 'password hunter2\n',
      'suites/a.yaml': suite('../pod.yaml'),
      'suites/b.yaml': suite('../secret.yaml'),
    });
    expect(loadSuite('suites/a.yaml', cwd, { allowOutside: true }).cases).toHaveLength(1);
    const said = problemsOf(() => loadSuite('suites/b.yaml', cwd, { allowOutside: true }));
    expect(said).toContain('only text');
    expect(said).not.toContain('hunter2');
  });

  test('and no pipe or device', () => {
    put({ 'suites/a.yaml': suite('pipe.yaml'), 'suites/b.yaml': suite('/dev/zero') });
    execFileSync('mkfifo', [join(cwd, 'suites/pipe.yaml')]);
    expect(problemsOf(() => loadSuite('suites/a.yaml', cwd))).toContain('not a regular file');
    expect(problemsOf(() => loadSuite('suites/b.yaml', cwd, { allowOutside: true }))).toContain(
      'not a regular file',
    );
  });
});

describe('what people write has limits', () => {
  test.each(['/dev/zero', '/dev/urandom'])('%s ends', (device) => {
    const read = readWritten(device, cwd);
    expect('problem' in read && read.problem.message).toMatch(/larger than 16 MB|binary file/);
  });

  test('a pipe with a name is not waited for', () => {
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    expect(readWritten('pipe', cwd)).toMatchObject({ problem: { message: 'this is not a regular file' } });
  });
});
