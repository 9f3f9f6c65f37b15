import { parseManifests } from '../../lib/manifests/parse';
import { config, problemsIn } from './problems';

describe('YAML that is broken', () => {
  test('all broken documents are reported, and the good ones do not hide them', () => {
    expect(problemsIn(`a: b: c\n---\n${config('ok')}---\na: 'x\n---\na: [1, 2\n---\na: *nobody\n`))
      .toMatchInlineSnapshot(`
      "app.yaml:1:5: this is not YAML that kubectl would accept: bad indentation of a mapping entry; check the indentation of this line and the one above it; quote a value that contains ": "
      app.yaml:9:1: this is not YAML that kubectl would accept: unexpected end of the stream within a single quoted scalar; close the quotation mark
      app.yaml:11:1: this is not YAML that kubectl would accept: unexpected end of the stream within a flow collection; close the bracket, or add the missing comma
      app.yaml:12:11: this is not YAML that kubectl would accept: unidentified alias "nobody"; an alias (*name) needs an anchor (&name) above it in the same document; quote the text if it is not meant as an alias"
    `);
  });

  test('a tab in the indentation', () => {
    expect(problemsIn('apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n')).toMatchInlineSnapshot(
      `"app.yaml:4:1: this is not YAML that kubectl would accept: a tab is used for indentation, which YAML forbids; indent with spaces"`,
    );
    expect(
      problemsIn('apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n\tnamespace: b\n'),
    ).toMatchInlineSnapshot(
      `"app.yaml:5:1: this is not YAML that kubectl would accept: a tab is used for indentation, which YAML forbids; indent with spaces"`,
    );
  });

  test('tags, control characters and numbers without a JSON form', () => {
    expect(
      problemsIn(
        `${config('a')}data: {a: !Ref x}\n---\n${config('b')}data: {a: "\u0001"}\n---\n${config('c')}data: {a: .inf}\n---\n${config('d')}data: {a: !!binary aGk=}\n`,
      ),
    ).toMatchInlineSnapshot(`
      "app.yaml:5:17: this is not YAML that kubectl would accept: unknown tag !<!Ref>; remove the tag; Kubernetes objects never need one
      app.yaml:11:13: this is not YAML that kubectl would accept: expected valid JSON character; remove the control character, or write it as an escape sequence in double quotes
      app.yaml:17:15: this is not YAML that kubectl would accept: .inf is not a number that JSON, and so a Kubernetes object, can represent; quote it if it is text
      app.yaml:23:24: this is not YAML that kubectl would accept: unknown tag !<tag:yaml.org,2002:binary>; remove the tag; Kubernetes objects never need one"
    `);
  });

  test('a mapping or a list as a key', () => {
    const complex = `${config('a')}data: {[x]: y}\n---\n${config('b')}data:\n  ? {x: y}\n  : z\n---\n&k {a: b}: c\n`;
    expect(problemsIn(complex)).toMatchInlineSnapshot(`
      "app.yaml:5:8: this is not YAML that kubectl would accept: a key must be text, but this is a mapping or a list; quote the key if its brackets are meant as text
      app.yaml:12:5: this is not YAML that kubectl would accept: a key must be text, but this is a mapping or a list; quote the key if its brackets are meant as text
      app.yaml:15:10: this is not YAML that kubectl would accept: there is more text after the end of the document; check the indentation, and that all brackets and quotation marks are closed"
    `);
    expect(problemsIn(`${config('a')}data: {x: "{{a}}: [b]: "}\n`)).toBe('(none)');
  });

  test('a merge conflict that was committed', () => {
    expect(
      problemsIn(`${config('a')}data:\n<<<<<<< HEAD\n  x: "1"\n=======\n  x: "2"\n>>>>>>> other\n`),
    ).toMatchInlineSnapshot(
      `"app.yaml:6:1: this is an unresolved merge conflict; resolve it and remove the marker lines"`,
    );
  });
});

describe('bombs', () => {
  test('nesting without end', () => {
    expect(problemsIn(`${config('a')}data: ${'['.repeat(5000)}`)).toMatchInlineSnapshot(
      `"app.yaml:5:206: this is not YAML that kubectl would accept: the document is nested deeper than 200 levels; no Kubernetes object is that deep; look for brackets that are never closed"`,
    );
    expect(problemsIn('- '.repeat(5000))).toContain('nested deeper than 200 levels');
  });

  test('a billion laughs', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `  l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(', ')}]`,
    );
    expect(problemsIn(`${config('a')}data:\n  l0: &l0 lol\n${levels.join('\n')}\n`)).toMatchInlineSnapshot(
      `"app.yaml:1: aliases expand the document to more than 200,000 values; use fewer aliases, or split the document"`,
    );
  });

  test('an anchor that contains itself', () => {
    expect(problemsIn(`${config('a')}data: &d\n  again: *d\n`)).toMatchInlineSnapshot(
      `"app.yaml:1: an anchor contains an alias to itself, so the document is endless; write the value out instead of the alias"`,
    );
  });

  test('aliases upon aliases that only nest', () => {
    const levels = Array.from({ length: 300 }, (_, level) => `  l${level + 1}: &l${level + 1} [*l${level}]`);
    expect(problemsIn(`${config('a')}data:\n  l0: &l0 x\n${levels.join('\n')}\n`)).toMatchInlineSnapshot(
      `"app.yaml:1: aliases nest the document deeper than 200 levels; write out the values, or split the document"`,
    );
  });

  test('merge keys that multiply', () => {
    const keys = Array.from({ length: 200 }, (_, index) => `k${index}: 1`).join(', ');
    const uses = Array.from({ length: 100 }, (_, index) => `  u${index}: {<<: *b}`).join('\n');
    expect(problemsIn(`${config('a')}base: &b {${keys}}\ndata:\n${uses}\n`)).toMatchInlineSnapshot(
      `"app.yaml:56:15: this is not YAML that kubectl would accept: merge keys (<<) copy more than 10,000 keys; write the values out"`,
    );
  });

  test('anchors in the measure of a person are fine', () => {
    const text = `${config('a')}  labels: &l {app: web}\nspec: {selector: *l, template: {metadata: {labels: *l}}}\n`;
    expect(parseManifests(text, 'app.yaml').objects[0]?.object.spec).toEqual({
      selector: { app: 'web' },
      template: { metadata: { labels: { app: 'web' } } },
    });
  });
});

describe('templates that nobody rendered', () => {
  test('Helm: control lines, values without quotes, values in quotes', () => {
    expect(problemsIn(`{{- if .Values.on }}\n${config('a')}{{- end }}\n`)).toMatchInlineSnapshot(
      `"app.yaml:1:1: this is a Helm or Go template, not YAML; render it first; for a chart, use \`helm template RELEASE CHART | namespace-jail … -\`"`,
    );
    expect(problemsIn(`${config('{{ .Release.Name }}-web')}`)).toMatchInlineSnapshot(
      `"app.yaml:4:9: this is a Helm or Go template, not YAML; render it first; for a chart, use \`helm template RELEASE CHART | namespace-jail … -\`"`,
    );
    expect(problemsIn(`${config('{{ .Release.Name }}')}`)).toMatchInlineSnapshot(
      `"app.yaml:4:9: this is a Helm or Go template, not YAML; render it first; for a chart, use \`helm template RELEASE CHART | namespace-jail … -\`"`,
    );
    expect(problemsIn(`${config('"{{ .Release.Name }}"')}`)).toMatchInlineSnapshot(
      `"app.yaml:4:3: metadata.name contains a Helm or Go template, "{{ .Release.Name }}", but judging the object needs the actual value; render it first: \`helm template RELEASE CHART | namespace-jail … -\`"`,
    );
  });

  test('Jinja', () => {
    expect(problemsIn(`{% for x in y %}\n${config('a')}`)).toMatchInlineSnapshot(
      `"app.yaml:1:1: this is a Jinja template, not YAML; render it first; for a chart, use \`helm template RELEASE CHART | namespace-jail … -\`"`,
    );
  });

  test('Flux and envsubst: in names, ports, selectors, identities and anything else of a policy', () => {
    const text = `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata:
  name: grpc
  namespace: \${NS}
spec:
  podSelector:
    matchLabels:
      \${LABEL}: x
  port: \${PORT:=8080}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: {name: net}
spec:
  networks:
  - cidr: \${POD_CIDR:=10.0.0.0/8}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: $NAME
spec:
  template:
    metadata:
      annotations:
        config.linkerd.io/default-inbound-policy: \${POLICY}
    spec:
      serviceAccountName: \${SA}
      containers:
      - name: main
        ports:
        - containerPort: \${PORT}
        livenessProbe:
          httpGet: {path: /, port: "\${PORT}"}
`;
    expect(problemsIn(text)).toMatchInlineSnapshot(`
      "app.yaml:5:3: metadata.namespace contains a Flux or envsubst placeholder, "\${NS}", but judging the object needs the actual value; substitute it first: \`flux build kustomization …\`, or \`envsubst < FILE | namespace-jail … -\`
      app.yaml:9:7: spec.podSelector.matchLabels["\${LABEL}"] contains a Flux or envsubst placeholder, "\${LABEL}", but judging the object needs the actual value; substitute it first: \`flux build kustomization …\`, or \`envsubst < FILE | namespace-jail … -\`
      app.yaml:10:3: spec.port contains a Flux or envsubst placeholder, "\${PORT:=8080}", but judging the object needs the actual value; substitute it first: \`flux build kustomization …\`, or \`envsubst < FILE | namespace-jail … -\`
      app.yaml:17:5: spec.networks[0].cidr contains a Flux or envsubst placeholder, "\${POD_CIDR:=10.0.0.0/8}", but judging the object needs the actual value; substitute it first: \`flux build kustomization …\`, or \`envsubst < FILE | namespace-jail … -\`
      app.yaml:22:3: metadata.name contains a Flux or envsubst placeholder, "$NAME", but judging the object needs the actual value; substitute it first: \`flux build kustomization …\`, or \`envsubst < FILE | namespace-jail … -\`
      app.yaml:27:9: spec.template.metadata.annotations["config.linkerd.io/default-inbound-policy"] contains a Flux or envsubst placeholder, "\${POLICY}", but judging the object needs the actual value; substitute it first: \`flux build kustomization …\`, or \`envsubst < FILE | namespace-jail … -\`
      app.yaml:29:7: spec.template.spec.serviceAccountName contains a Flux or envsubst placeholder, "\${SA}", but judging the object needs the actual value; substitute it first: \`flux build kustomization …\`, or \`envsubst < FILE | namespace-jail … -\`
      app.yaml:33:11: spec.template.spec.containers[0].ports[0].containerPort contains a Flux or envsubst placeholder, "\${PORT}", but judging the object needs the actual value; substitute it first: \`flux build kustomization …\`, or \`envsubst < FILE | namespace-jail … -\`
      app.yaml:35:30: spec.template.spec.containers[0].livenessProbe.httpGet.port contains a Flux or envsubst placeholder, "\${PORT}", but judging the object needs the actual value; substitute it first: \`flux build kustomization …\`, or \`envsubst < FILE | namespace-jail … -\`"
    `);
  });

  test('a variable without braces is one only where it is the whole value', () => {
    const identities = (list: string) =>
      `apiVersion: policy.linkerd.io/v1alpha1\nkind: MeshTLSAuthentication\nmetadata: {name: m}\nspec: {identities: ${list}}\n`;
    expect(problemsIn(identities('["*",$WHO]'))).toContain(
      'spec.identities[1] contains a Flux or envsubst placeholder',
    );
    expect(problemsIn(identities('["*", "a$WHO"]'))).toBe('(none)');
  });

  test('the same signs in data, arguments, images and foreign annotations are data', () => {
    const text = `${config('alerts')}data:
  rules: 'summary: {{ $labels.pod }} has \${VALUE}'
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {note: '{{ x }} \${Y}'}
spec:
  template:
    metadata:
      annotations: {vault: '{{ with secret "x" }}'}
    spec:
      containers:
      - name: main
        image: web:\${TAG}
        command: [sh, -c, 'echo \${HOME}']
        args: ['--format={{.Name}}', $HOME]
        env: [{name: A, value: '\${B}'}]
        livenessProbe:
          exec: {command: [sh, -c, 'test -n "\${A}"']}
---
apiVersion: example.org/v1
kind: Dashboard
metadata: {name: d}
spec: {json: '{{ x }}', port: '\${P}'}
`;
    expect(problemsIn(text)).toBe('(none)');
  });

  test('SOPS may hide secrets, but not what decides', () => {
    const secret =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: "ENC[AES256_GCM,data:x]"}\nsops: {mac: "ENC[x]"}\n';
    expect(problemsIn(secret)).toBe('(none)');
    expect(
      problemsIn('apiVersion: v1\nkind: Secret\nmetadata: {name: "ENC[AES256_GCM,data:x]"}\n'),
    ).toMatchInlineSnapshot(
      `"app.yaml:3:12: metadata.name contains a SOPS-encrypted value, "ENC[AES256_GCM,data:x]", but judging the object needs the actual value; decrypt it first: \`sops -d FILE | namespace-jail … -\`"`,
    );
  });
});

describe('files that are no manifests', () => {
  test.each([
    ['kustomization.yaml', 'resources: [a.yaml]\n'],
    [
      'base/kustomization.yml',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: x}\n',
    ],
    ['chart/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n'],
    ['chart/values.yaml', 'replicas: 1\n'],
    ['skaffold.yaml', 'apiVersion: skaffold/v4beta6\nkind: Config\nmetadata: {name: x}\n'],
    ['cdk8s.yaml', 'language: typescript\napp: npx ts-node main.ts\n'],
    ['docker-compose.yml', 'services: {web: {image: web}}\n'],
    ['package.json', '{"name": "x"}'],
    ['ci.yml', 'on: {push: {}}\njobs: {test: {}}\n'],
    ['kubeconfig.yaml', 'apiVersion: v1\nkind: Config\nclusters: []\n'],
    [
      'template.yaml',
      'apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: x}\nobjects: []\n',
    ],
    ['patch.yaml', '- {op: remove, path: /spec/replicas}\n'],
    ['merge.yaml', '$patch: delete\napiVersion: v1\nkind: Pod\nmetadata: {name: x}\n'],
    ['tsconfig.json', '{ // comment\n "a": 1 }'],
    ['suite.yaml', '- name: web reaches voting\n'],
    ['settings.yaml', 'color: red\nsize: 3\n'],
  ])('%s', (file, text) => {
    expect(problemsIn(text, file)).toMatchSnapshot();
  });

  test("Flux's own Kustomization is an object of the cluster", () => {
    expect(
      problemsIn(
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x}\n',
        'kustomization.yaml',
      ),
    ).toBe('(none)');
  });
});
