import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { FIXTURES } from '../helpers/paths';
import { run } from '../helpers/command';
import { bundle, canOf, coreFiles } from './bundle';

const core = coreFiles();
const built = bundle(core);

describe('the core, bundled for a browser', () => {
  it('has every file of every room but those that know Node', () => {
    const rooms = [...new Set(core.map((file) => file.split('/')[1]))];
    expect(rooms).toEqual(
      expect.arrayContaining(['admission', 'linkerd', 'manifests', 'questions', 'report']),
    );
    expect(Object.keys(built.metafile.inputs)).toEqual(expect.arrayContaining(core));
  });

  it('has nothing of Node in it, dependencies included', () => {
    const { inputs } = built.metafile;
    // A package that is left out for browsers is an input, too: `(disabled):fs`.
    const strange = Object.keys(inputs).filter(
      (file) => !/^(?:lib|test\/browser|(?:.*\/)?node_modules)\/|^<stdin>$/.test(file),
    );
    expect(strange).toEqual([]);

    const imports = Object.values(inputs).flatMap((input) => input.imports);
    const packages = new Set(imports.map(({ path, original }) => original ?? path));
    const ofNode = [...packages].filter((name) => name.startsWith('node:') || builtinModules.includes(name));
    expect(ofNode).toEqual([]);
    expect([...packages]).toEqual(expect.arrayContaining(['js-yaml', 'yaml']));
    // Imports of types are left out by their relative paths.
    expect(imports.filter(({ path, external }) => external && !path.startsWith('.'))).toEqual([]);
  });
});

describe('in a context that has nothing of Node, `can` answers as the command does', () => {
  const can = canOf(built);

  it.each([
    ['emojivoto/deployment/web', 'emojivoto/emoji-svc:8080'],
    ['emojivoto/deployment/vote-bot', 'emojivoto/deployment/voting:8080'],
    ['unmeshed', 'emojivoto/web-svc:80'],
    ['203.0.113.7', 'emojivoto/deployment/emoji:8080'],
  ])('whether %s reaches %s', async (from, to) => {
    const files = ['emojivoto-app.yaml', 'emojivoto-jail.yaml'];
    const manifests = Object.fromEntries(
      files.map((file) => [file, readFileSync(join(FIXTURES, file), 'utf8')]),
    );
    const command = await run(['can', from, to, '-o', 'json', ...files]);

    expect(command.err).toBe('');
    expect(can(manifests, from, to)).toBe(command.out);
  });

  const ROUTE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { linkerd.io/inject: enabled } }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: api, labels: { app: api } }
spec: { containers: [{ name: api, image: api, ports: [{ containerPort: 8080 }] }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: api }
spec: { podSelector: { matchLabels: { app: api } }, port: 8080, proxyProtocol: HTTP/1 }
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { namespace: shop, name: items }
spec:
  parentRefs: [{ group: policy.linkerd.io, kind: Server, name: api }]
  rules: [{ matches: [{ path: { type: RegularExpression, value: "/items/[0-9]+" } }] }]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { namespace: shop, name: items }
spec:
  targetRef: { group: policy.linkerd.io, kind: HTTPRoute, name: items }
  requiredAuthenticationRefs: [{ group: policy.linkerd.io, kind: NetworkAuthentication, name: all }]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: { namespace: shop, name: all }
spec: { networks: [{ cidr: 0.0.0.0/0 }] }
`;

  it.each([
    ['/items/7', 'allow'],
    ['/items/x', 'not-found'],
  ])('whether a request to %s is one of a route with a regular expression: %s', async (path, verdict) => {
    const question = ['203.0.113.7', 'shop/pod/api:8080'] as const;
    const command = await run(['can', ...question, '--path', path, '-o', 'json', '-'], { stdin: ROUTE });

    expect(command.err).toBe('');
    expect(JSON.parse(command.out)).toMatchObject({ answers: [{ verdict }] });
    expect(can({ '-': ROUTE }, ...question, { path })).toBe(command.out);
  });
});
