import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run as runIn, type Run } from '../helpers/command';

/** Runs the command in a folder that holds these files. */
async function run(argv: readonly string[], files: Readonly<Record<string, string>>): Promise<Run> {
  const cwd = mkdtempSync(join(tmpdir(), 'input-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), text);
    }
    return await runIn(argv, { cwd });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

const POD = `apiVersion: v1
kind: Pod
metadata: {name: w, namespace: shop}
spec: {containers: [{name: c, image: x, ports: [{containerPort: 8080}]}]}
`;
const REFUSED = `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: s, namespace: shop}
spec: {port: 0, podSelector: {}}
`;

describe('a namespace that the manifests do not have is a mistake, not an empty answer', () => {
  it.each([
    ['check', '-n', 'shopp', 'a.yaml'],
    ['break-in', '-n', 'shopp', 'a.yaml'],
    ['authz', '-n', 'shopp', 'a.yaml'],
    ['authz', 'shopp/pod/w', 'a.yaml'],
  ])('%s %s %s', async (...argv) => {
    const { status, out, err } = await run(argv, { 'a.yaml': POD });
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain('the manifests have no namespace shopp; they have shop');
  });
});

describe('what only other programs read as an address is none', () => {
  it.each([
    '010.1.2.3',
    '0x0a.1.2.3',
    '10.1',
    '10.1.2.3.4',
    '167772161',
    '1.2.3.0x4',
    'fe80::1%eth0',
    '::1.2.3',
  ])('%s', async (from) => {
    const { status, err } = await run(['can', from, 'shop/pod/w:8080', 'a.yaml'], { 'a.yaml': POD });
    expect(status).toBe(2);
    expect(err).toContain('is no IP address as Linkerd reads them');
  });

  it.each(['10.1.2.3', 'fd00::7', '::ffff:10.1.2.3', 'a.b.serviceaccount.identity.linkerd.cluster.local'])(
    'but %s is a client',
    async (from) => {
      expect((await run(['can', from, 'shop/pod/w:8080', 'a.yaml'], { 'a.yaml': POD })).status).toBe(0);
    },
  );
});

describe('every verb passes over what is no manifest, and says so', () => {
  const FILES = { 'app/a.yaml': POD, 'app/package.json': '{}', 'app/values.yaml': 'x: {{ .y }}' };

  it.each([['check'], ['map'], ['authz'], ['can', 'unmeshed', 'shop/pod/w:8080']])('%s', async (...argv) => {
    const { err } = await run([...argv, 'app'], FILES);
    expect(err).toContain('note: passed over 2 files that are not manifests; --verbose names them\n');
  });

  it('by name with --verbose, and not what --exclude leaves out', async () => {
    const { err } = await run(['map', '--verbose', '--exclude', '*.json', 'app'], FILES);
    expect(err).toMatchInlineSnapshot(`
      "note: passed over 1 file that is not a manifest:
      note:   app/values.yaml:1:4: this is part of a Helm chart, not a manifest; run \`helm template RELEASE CHART | namespace-jail … -\` and read its output
      "
    `);
  });
});

describe('test says on standard error what other verbs say', () => {
  const suite = `- id: a
  manifests: [a.yaml, a2.yaml]
  queries:
    - {id: q, workload: shop/pod/w, port: 8080, client: {tls: none}, connection: true, expect: allow}
- id: b
  manifests: [a.yaml]
  queries:
    - {id: q, workload: shop/pod/w, port: 8080, client: {tls: none}, connection: true, expect: allow}
`;

  it('of objects that admission refuses, once, and of notes', async () => {
    const { status, err } = await run(['test', 'suite.yaml'], {
      'suite.yaml': suite,
      'a.yaml': `${POD}---\n${REFUSED}`,
      'a2.yaml': `apiVersion: v1\nkind: Secret\nkind: ConfigMap\nmetadata: {name: c}\n`,
    });
    expect(status).toBe(1);
    expect(err).toMatchInlineSnapshot(`
      "note: a2.yaml:3:1: the key "kind" appears twice in the same mapping; the last one counts, as to kubectl; keep one of the two; if two objects are meant, put a line with --- between them
      warning: a.yaml:6: Server s is refused at admission and left out: spec.port is 0; it must be a number from 1 to 65535, or the name of a container port (W3); correct the value
      "
    `);
  });

  it('and lets a suite leave its folder when asked to', async () => {
    const files = {
      'in/suite.yaml': suite.replaceAll(/a2?\.yaml/g, '../a.yaml').replace(', ../a.yaml', ''),
      'a.yaml': POD,
    };
    expect((await run(['test', 'in/suite.yaml'], files)).status).toBe(2);
    expect((await run(['test', '--allow-outside', 'in/suite.yaml'], files)).status).toBe(0);
  });
});
