import { parseManifests } from '../../lib/manifests/parse';
import { formatProblem } from '../../lib/basics/problem';
import { placeOf } from '../../lib/manifests/positions';
import { config } from './problems';

function notesOf(text: string): string {
  return parseManifests(text, 'app.yaml').notes.map(formatProblem).join('\n');
}

describe('a key that stands twice is read as kubectl reads it: the last one counts', () => {
  test('of the object', () => {
    const text = `${config('a')}data: {x: first}\ndata: {x: second}\n`;
    expect(parseManifests(text, 'app.yaml').objects[0]?.object.data).toEqual({ x: 'second' });
    expect(notesOf(text)).toMatchInlineSnapshot(
      `"app.yaml:6:1: the key "data" appears twice in the same mapping; the last one counts, as to kubectl; keep one of the two; if two objects are meant, put a line with --- between them"`,
    );
  });

  test('of a mapping in it, and each is named', () => {
    const text = `${config('a')}  name: b\n  name: c\ndata: {x: one, x: two}\n`;
    expect(parseManifests(text, 'app.yaml').objects[0]?.object.metadata.name).toBe('c');
    expect(notesOf(text)).toMatchInlineSnapshot(`
      "app.yaml:5:3: the key "name" appears twice in the same mapping; the last one counts, as to kubectl; keep one of the two
      app.yaml:6:3: the key "name" appears twice in the same mapping; the last one counts, as to kubectl; keep one of the two
      app.yaml:7:16: the key "x" appears twice in the same mapping; the last one counts, as to kubectl; keep one of the two"
    `);
  });

  test('in JSON, in an item of a list, and beside documents without one', () => {
    const list =
      '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Pod", "kind": "Secret", "metadata": {"name": "s"}}]}';
    const objects = parseManifests(`${config('a')}---\n${list}\n---\n${config('b')}`, 'app.yaml').objects;
    expect(objects.map(({ object }) => object.kind)).toEqual(['ConfigMap', 'Secret', 'ConfigMap']);
    expect(objects.map(({ origin }) => origin.line)).toEqual([1, 6, 8]);
    expect(notesOf(list)).toContain('the key "kind" appears twice');
  });

  test.each([
    ["'app.io/name': a\n'app.io/name': b\n", '"app.io/name"'],
    ['"a: b": x\n"a: b": z\n', '"a: b"'],
    ['? a\n: x\n? a\n: z\n', '"a"'],
    ['"a\\u001bb": x\n"a\\u001bb": z\n', '"a\\u001bb"'],
    ['8080: a\n8080: b\n', '"8080"'],
  ])('however it is written: %j', (data, key) => {
    expect(notesOf(`${config('a')}data:\n${data.replace(/^/gm, '  ').trimEnd()}\n`)).toContain(
      `the key ${key} appears twice in the same mapping`,
    );
  });

  test('a place in such a document is that of the value that counts', () => {
    const [source] = parseManifests(`${config('a')}data: {x: one}\ndata: {z: two}\n`, 'app.yaml').objects;
    expect(placeOf(source!.origin, ['data', 'z'])).toEqual({ file: 'app.yaml', line: 6, column: 8 });
  });

  test('two merges in one mapping are no repetition', () => {
    const text = `${config('a')}x: &x {a: "1"}\ny: &y {b: "2"}\ndata: {<<: *x, <<: *y}\n`;
    expect(parseManifests(text, 'app.yaml').objects[0]?.object.data).toEqual({ a: '1', b: '2' });
    expect(notesOf(text)).toBe('');
  });
});

describe('labels and annotations without a value', () => {
  test('are read as the empty text, as the API server stores them', () => {
    const text = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app.kubernetes.io/version: }
  annotations: {example.com/build: ~}
spec:
  template:
    metadata:
      labels: {app: web, version: null}
      annotations: {prometheus.io/path: }
`;
    const [source] = parseManifests(text, 'app.yaml').objects;
    expect(source?.object).toMatchObject({
      metadata: { labels: { 'app.kubernetes.io/version': '' }, annotations: { 'example.com/build': '' } },
      spec: {
        template: {
          metadata: { labels: { app: 'web', version: '' }, annotations: { 'prometheus.io/path': '' } },
        },
      },
    });
  });
});

describe('keys that are no text are read as kubectl writes them', () => {
  test('numbers, switches and what looks like one', () => {
    const [source] = parseManifests(
      `${config('a')}data: {8080: port, 1.50: half, true: t, No: f, 0x1F: hex, 2024-01-31: day}\n`,
      'app.yaml',
    ).objects;
    expect(Object.keys(source?.object.data as object).sort()).toEqual(
      ['1.5', '2024-01-31', '31', '8080', 'false', 'true'].sort(),
    );
  });
});

describe('a text that only one of two parsers reads', () => {
  // The second parser takes the quote in brackets that closes at its parent's indentation for an error.
  const odd = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: pipeline}
spec:
    args: ["
    "]
    steps:
    - - {name: init, value: "{{steps.ip}}"}
    - - name: one
        value: curl -d "load=$i" ; sleep 1
      - name: two
`;

  test('is read, and no key is invented', () => {
    expect(parseManifests(odd, 'app.yaml').objects).toHaveLength(1);
  });

  test('a place in it is that of its document', () => {
    const [, source] = parseManifests(`${config('a')}---\n${odd}`, 'app.yaml').objects;
    expect(placeOf(source!.origin, ['spec', 'steps', 1])).toEqual({ file: 'app.yaml', line: 6 });
  });
});
