import fc from 'fast-check';
import { fromObjects } from '../../../lib/manifests/parse';
import type { KubeObject } from '../../../lib/kubernetes/object';
import { stringLiteral } from '../../../lib/basics/typescript';
import { comment } from '../../../lib/questions/init/typescript-code';
import { decide } from '../../../lib/verdict/decide';
import { RAW_CONNECTION } from '../../../lib/verdict/request';
import { enforced, jailed, manifestsOf, synthesized, typeErrors } from './init-app';

describe('text of manifests in code', () => {
  it('stays a text, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(new Function(`return ${stringLiteral(text)}`)()).toBe(text);
      }),
    );
  });

  it('stays in its comment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const line of comment(`x ${text}`, '')) expect(line).toMatch(/^\/\/ [^\r\n\u2028\u2029]*$/u);
      }),
    );
  });
});

const pod = (name: string, namespace: string, value = ''): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, annotations: { 'linkerd.io/inject': 'enabled' } },
  spec: { containers: [{ name: 'c', ports: [{ containerPort: 80 }], env: [{ name: 'X', value }] }] },
});

it('namespaces of any name synthesize', () => {
  const names = ['default', 'resource', 'a-b', 'ab', 'a--b', 'a-1', 'a1', '1', 'class', 'x'.repeat(63)];
  const { objects, files } = jailed(fromObjects(names.map((name) => pod('p', name))).objects);
  expect(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name)).toEqual(
    names.sort(),
  );
  expect(typeErrors(files)).toEqual([]);
});

it('a port whose name is that of the Server of some pods of another port does not get in its way', () => {
  const named = (app: string, ...ports: object[]): KubeObject => ({
    ...pod(app, 'shop'),
    metadata: {
      name: app,
      namespace: 'shop',
      labels: { app },
      annotations: { 'linkerd.io/inject': 'enabled' },
    },
    spec: { containers: [{ name: 'c', ports }] },
  });
  const { objects } = jailed(
    fromObjects([
      named('a', { containerPort: 80 }),
      named('b', { name: 'http', containerPort: 80 }, { name: 'port-80-a', containerPort: 81 }),
      named('c', { name: 'api', containerPort: 82 }, { name: 'api-e', containerPort: 83 }),
      named('d', { name: 'api', containerPort: 82 }),
      { ...named('e', { name: 'api', containerPort: 6379 }) },
    ]).objects,
  );
  const servers = objects.filter(({ kind }) => kind === 'Server').map(({ metadata }) => metadata.name);
  expect(servers).toEqual(['admin', 'api-e', 'api-e-pods', 'api-not-e', 'http', 'port-80-a', 'port-81-b']);
});

it('every line that is left to people compiles and synthesizes when it is uncommented', () => {
  const uncommented = (code: string): string =>
    code.replaceAll(/^ +\/\/ (\{ port: .*\},|\{|\},|  \w+: .*,)$/gm, '      $1');
  const { files } = jailed(manifestsOf('test/fixtures/init/shop.yaml'));
  const edited = files.map(({ path, text }) => ({
    path,
    text: path.endsWith('.ts') ? uncommented(text) : text,
  }));
  expect(edited).not.toEqual(files);
  expect(typeErrors(edited)).toEqual([]);
  expect(() => synthesized(edited)).not.toThrow();
});

const port = fc.record(
  {
    containerPort: fc.integer({ min: 80, max: 84 }),
    name: fc.constantFrom('http', 'grpc', 'metrics', 'api', 'port-80', 'http-a'),
  },
  { requiredKeys: ['containerPort'] },
);
const container = fc.uniqueArray(port, { selector: ({ containerPort }) => containerPort, maxLength: 3 });
const workload = fc.record({
  app: fc.constantFrom('a', 'b', 'c', undefined),
  containers: fc.array(container, { minLength: 1, maxLength: 2 }),
  probe: fc.constantFrom({}, { grpc: { port: 80 } }, { httpGet: { path: '/', port: 81, scheme: 'HTTPS' } }),
  called: fc.constantFrom('', 'w0.shop:80', 'w1.shop:81', 'w2.shop'),
});

function cluster(
  workloads: readonly { app: string | undefined; containers: object[][]; probe: object; called: string }[],
): KubeObject[] {
  return workloads.flatMap(({ app, containers, probe, called }, index): KubeObject[] => {
    const labels = app === undefined ? { own: `w${index}` } : { app, own: `w${index}` };
    const spec = {
      serviceAccountName: `sa${index}`,
      containers: containers.map((ports, at) => ({
        name: `c${at}`,
        ports,
        ...(at === 0 ? { readinessProbe: probe, env: [{ name: 'CALLED', value: called }] } : {}),
      })),
    };
    const namespace = index % 2 === 0 ? 'shop' : 'front';
    const annotations = { 'linkerd.io/inject': 'enabled' };
    const ports = [80, 81].map((number) => ({ name: `p${number}`, port: number }));
    return [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, annotations } },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: `w${index}`, namespace },
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: `w${index}`, namespace },
        spec: { selector: labels, ports: index === 0 ? ports.slice(0, 1) : ports },
      },
    ];
  });
}

it('of any workloads: synthesizes, no port of a pod has two Servers, strangers stay out, and the plan knows of no order', () => {
  fc.assert(
    fc.property(fc.array(workload, { minLength: 1, maxLength: 5 }), (workloads) => {
      const objects = cluster(workloads);
      const sources = fromObjects(objects).objects;
      const app = jailed(sources, {}, enforced);
      expect(app.cluster.refused).toEqual([]);
      for (const target of app.cluster.workloads) {
        expect(app.cluster.portOwnership(target).shadowed).toEqual([]);
        for (const { number } of target.pod.ports.filter(({ number }) => number < 100)) {
          const stranger = { ip: '203.0.113.9', tls: 'none' } as const;
          const { verdict } = decide(app.cluster, { ...target, port: number }, stranger, RAW_CONNECTION);
          expect(verdict).toBe('deny');
        }
      }
      expect(jailed([...sources].reverse(), {}, enforced).files).toEqual(app.files);
    }),
    { numRuns: 25 },
  );
});
