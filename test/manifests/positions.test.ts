import { locate, placeOf } from '../../lib/manifests/positions';
import { fromObjects, parseManifests } from '../../lib/manifests/parse';

const SERVER = `# a Server
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: grpc, namespace: emojivoto}
spec:
  podSelector:
    matchLabels:
      app: web
  port: grpc
`;

const NETWORK = `apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata:
  name: net
spec:
  networks:
    - cidr: 10.0.0.0/8
      except:
        - 10.1.0.0/16
        - 10.2.0.0/16
`;

describe('the place of a field', () => {
  const { objects } = parseManifests(`${SERVER}---\n${NETWORK}`, 'policy.yaml');
  const [server, network] = objects.map(({ origin }) => origin) as [never, never];

  test('is that of its key, or of the item in a list', () => {
    expect(placeOf(server, ['spec', 'port'])).toEqual({ file: 'policy.yaml', line: 9, column: 3 });
    expect(placeOf(server, ['metadata', 'namespace'])).toEqual({ file: 'policy.yaml', line: 4, column: 24 });
    expect(placeOf(network, ['spec', 'networks', 0, 'except', 1])).toEqual({
      file: 'policy.yaml',
      line: 20,
      column: 11,
    });
  });

  test('is that of the nearest field above it, if it is absent', () => {
    expect(placeOf(server, ['spec', 'accessPolicy'])).toEqual({ file: 'policy.yaml', line: 5, column: 1 });
    expect(placeOf(server, [])).toEqual({ file: 'policy.yaml', line: 2, column: 1 });
  });

  test('is found in the items of list, in YAML and in JSON', () => {
    const indent = (text: string) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`;
    const list = `apiVersion: v1\nkind: List\nitems:\n${indent(NETWORK)}${indent(SERVER.slice(11))}`;
    const [first, second] = parseManifests(list, 'list.yaml').objects;
    expect(placeOf(first!.origin, ['spec', 'networks', 0, 'cidr'])).toEqual({
      file: 'list.yaml',
      line: 10,
      column: 9,
    });
    expect(placeOf(second!.origin, ['spec', 'port'])).toEqual({ file: 'list.yaml', line: 21, column: 5 });
    const json = JSON.stringify(
      { apiVersion: 'v1', kind: 'List', items: objects.map(({ object }) => object) },
      undefined,
      2,
    );
    const [, fromJson] = parseManifests(json, 'list.json').objects;
    const { line, column } = placeOf(fromJson!.origin, ['spec', 'networks', 0, 'cidr']);
    expect(json.split('\n')[line - 1]?.slice((column ?? 1) - 1)).toBe('"cidr": "10.0.0.0/8",');
  });

  test('is found through an alias', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: &l\n    app: web\nspec: {x: *l}\n';
    const [pod] = parseManifests(text, 'pod.yaml').objects;
    expect(placeOf(pod!.origin, ['spec', 'x', 'app'])).toEqual({ file: 'pod.yaml', line: 6, column: 5 });
  });

  test('of an object from code is only its origin', () => {
    const [pod] = fromObjects([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }]).objects;
    expect(placeOf(pod!.origin, ['metadata', 'name'])).toEqual({ file: '<object>', line: 1 });
  });

  test('can be asked of a text, too', () => {
    expect(locate(`${SERVER}---\n${NETWORK}`, 11, ['spec', 'networks'])).toEqual({ line: 16, column: 3 });
  });

  test('an origin looks like a plain pair', () => {
    expect(JSON.stringify(server)).toBe('{"file":"policy.yaml","line":2}');
  });
});
