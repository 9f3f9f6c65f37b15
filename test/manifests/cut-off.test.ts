import { parseManifests } from '../../lib/manifests/parse';
import { InputError } from '../../lib/basics/problem';
import { run } from '../helpers/command';

const ITEMS = ['a', 'b'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { annotations: { q: 'it\'s "so" \\' }, name },
}));
const JSON_LIST = JSON.stringify({ apiVersion: 'v1', items: ITEMS, kind: 'List' }, null, 4);
/** As kubectl prints it: keys in the order of the alphabet, so that the kind comes last. */
const YAML_LIST = `apiVersion: v1
items:
- apiVersion: v1
  kind: Namespace
  metadata:
    annotations:
      q: 'it''s "so"'
      text: |
        kind: List
    name: a
  spec: {a: [b, "c"]}
- apiVersion: v1
  kind: Namespace
  metadata:
    name: b
kind: List
metadata:
  resourceVersion: ""
`;

/** What is said of a text: the number of objects, or what is wrong. */
function outcome(text: string): string {
  try {
    return `${parseManifests(text, 'dump').objects.length} objects`;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(({ message }) => message).join('; ');
  }
}

function outcomes(text: string, from: number, to: number): string[] {
  const found = new Set<string>();
  for (let end = from; end <= to; end += 1) found.add(outcome(text.slice(0, end)));
  return [...found];
}

const CUT_OFF = 'this list is cut off before the kind at its end, so further objects may be missing';
const CUT_OFF_JSON = 'this JSON is cut off, or has a bracket or quotation mark that is never closed';

describe('a list that was not written to its end is an error, wherever it was cut', () => {
  it('in JSON', () => {
    expect(outcomes(JSON_LIST, 1, JSON_LIST.length - 1)).toEqual([CUT_OFF_JSON]);
    expect(outcome(JSON_LIST)).toBe('2 objects');
  });

  it('in YAML, until its kind is there', () => {
    const whole = YAML_LIST.indexOf('kind: List\nmetadata') + 'kind: List'.length;
    expect(outcomes(YAML_LIST, YAML_LIST.indexOf('items:') + 'items:'.length, whole - 1)).toEqual([CUT_OFF]);
    expect(outcomes(YAML_LIST, whole, YAML_LIST.length)).toEqual(['2 objects', CUT_OFF]);
  });

  it('in JSON of several lists, one after the other', () => {
    expect(outcome(`${JSON_LIST}\n${JSON_LIST.slice(0, -20)}`)).toBe(CUT_OFF_JSON);
  });

  it('in a file after others, with its place', () => {
    const text = `apiVersion: v1\nkind: Namespace\nmetadata: { name: x }\n---\n${YAML_LIST.slice(0, 60)}`;
    expect(outcome(text)).toBe(CUT_OFF);
  });

  it.each([
    ['a bracket that is missing within JSON', '{ "apiVersion": "v1", "kind" ["x"] }'],
    ['values of a chart', 'items: []\n'],
    ['a template', '{{ if }}'],
    ['a list by hand with a slip', 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n   kind: X\n'],
    ['an object with items', 'apiVersion: v1\nmetadata: { name: x }\nitems: []\n'],
  ])('but not %s', (_, text) => {
    expect(outcome(text)).not.toContain('cut off');
  });
});

describe('a command says so, and exits with 2', () => {
  it.each([
    ['check', JSON_LIST.slice(0, 100)],
    ['map', YAML_LIST.slice(0, 100)],
    ['break-in', YAML_LIST.slice(0, YAML_LIST.indexOf('kind: List\nmeta'))],
  ])('%s', async (verb, stdin) => {
    const { status, out, err } = await run([verb, '-'], { stdin });
    expect(err).toContain('cut off');
    expect(err).toContain('see whether the command that wrote it failed, and run it again');
    expect([status, out]).toEqual([2, '']);
  });

  it.each(['', '\n', '---\n', '# nothing\n'])('of an empty standard input: %j', async (stdin) => {
    const { status, out, err } = await run(['check', '-'], { stdin });
    expect(err).toBe('-: standard input has no objects; check whether the command before the pipe failed\n');
    expect([status, out]).toEqual([2, '']);
  });

  it.each(['apiVersion: v1\nitems: []\nkind: List\n', '{"apiVersion":"v1","items":[],"kind":"List"}'])(
    'of a list without items, as kubectl prints it where it may not read: %j',
    async (stdin) => {
      const { status, err } = await run(['check', '-'], { stdin });
      expect(err).toContain('standard input has no objects');
      expect(status).toBe(2);
    },
  );
});
