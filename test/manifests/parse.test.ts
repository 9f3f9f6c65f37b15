import { fromObjects, parseManifests } from '../../lib/manifests/parse';
import { config, problemsIn, problemsOf } from './problems';

/** `kind/name@line` of everything that was read. */
function read(text: string): string[] {
  return parseManifests(text, 'app.yaml').objects.map(
    ({ object, origin }) => `${object.kind}/${object.metadata.name}@${origin.line}`,
  );
}

describe('a stream of documents', () => {
  test('every document is read, and knows the line on which it starts', () => {
    expect(read(`${config('a')}---\n# about b\n\n${config('b')}--- # c\n${config('c')}`)).toEqual([
      'ConfigMap/a@1',
      'ConfigMap/b@8',
      'ConfigMap/c@13',
    ]);
  });

  test('empty documents and comments are nothing', () => {
    expect(read(`---\n---\n# only a comment\n---\n\n${config('a')}---\n---\n`)).toEqual(['ConfigMap/a@6']);
    expect(parseManifests('', 'app.yaml')).toEqual({ objects: [], notes: [], passedOver: [], documents: 0 });
  });

  test('Windows line ends and byte order marks make no difference', () => {
    const windows = `\uFEFF---\n${config('a')}\uFEFF---\n${config('b')}`.replaceAll('\n', '\r\n');
    expect(read(windows)).toEqual(['ConfigMap/a@2', 'ConfigMap/b@7']);
  });

  test('an indented --- belongs to a block of text; at the start of a line it ends the document', () => {
    const indented = `${config('a')}data:\n  script: |\n    one\n    ---\n    two\n`;
    expect(parseManifests(indented, 'app.yaml').objects[0]?.object.data).toEqual({
      script: 'one\n---\ntwo\n',
    });
    expect(problemsIn(`${config('a')}data:\n  script: |\n    one\n---\n    two\n`)).toMatchInlineSnapshot(
      `"app.yaml:9: a document that is only text is not a Kubernetes object; give it apiVersion, kind and metadata.name if it is a manifest; if not, name the files or folders with manifests instead"`,
    );
  });

  test('what stands beside --- would be lost on kubectl, so it is refused', () => {
    expect(problemsIn(`${config('a')}--- kind: Pod\n-----\n`)).toMatchInlineSnapshot(`
      "app.yaml:5:1: a line that starts with --- separates documents, but this one continues with "kind: Pod"; put --- on a line of its own (a # comment may follow) and the document below it
      app.yaml:6:1: a line that starts with --- separates documents, but this one continues with "--"; put --- on a line of its own (a # comment may follow) and the document below it"
    `);
  });

  test('after ... the rest of the document would be lost on kubectl', () => {
    expect(read(`${config('a')}...\n---\n${config('b')}`)).toEqual(['ConfigMap/a@1', 'ConfigMap/b@7']);
    expect(problemsIn(`${config('a')}...\n${config('b')}`)).toMatchInlineSnapshot(
      `"app.yaml:10:1: this is not YAML that kubectl would accept: a second document follows without a --- line; separate documents with a line that is just ---"`,
    );
  });

  test('directives are refused, as by kubectl', () => {
    expect(problemsIn(`%YAML 1.1\n---\n${config('a')}`)).toMatchInlineSnapshot(
      `"app.yaml:2:1: this is not YAML that kubectl would accept: directives end mark is expected; delete the line; kubectl does not accept % directives"`,
    );
  });
});

describe('JSON', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } };

  test('one object, also indented with tabs', () => {
    expect(read(JSON.stringify(pod, undefined, '\t'))).toEqual(['Pod/a@1']);
  });

  test('objects one after the other, as kubectl prints them', () => {
    const text = `${JSON.stringify(pod, undefined, 2)}\n${JSON.stringify({ ...pod, metadata: { name: '}{"' } })}\n`;
    expect(problemsIn(text)).toBe('(none)');
    expect(read(text)).toEqual(['Pod/a@1', 'Pod/}{"@8']);
  });

  test('a list of objects without a kind is no manifest', () => {
    expect(problemsIn(JSON.stringify([pod]))).toMatchInlineSnapshot(
      `"app.yaml:1: a list is not a Kubernetes object, but policy suites are lists; run a suite with \`namespace-jail test FILE\`; name the files or folders with manifests instead"`,
    );
  });

  test('JSON that ends too early', () => {
    expect(problemsIn('{"apiVersion": "v1",\n "kind": "Pod"')).toMatchInlineSnapshot(
      `"app.yaml:2:15: this JSON is cut off, or has a bracket or quotation mark that is never closed; see whether the command that wrote it failed, and run it again; or close what is open"`,
    );
  });
});

describe('lists', () => {
  test('a List is its items, each with its own line, in YAML and in JSON', () => {
    const yaml = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n-\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: b}\nmetadata: {}\n`;
    expect(read(yaml)).toEqual(['Pod/a@4', 'Pod/b@8']);
    const items = ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } }));
    expect(read(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2))).toEqual([
      'Pod/a@5',
      'Pod/b@12',
    ]);
  });

  test('items of PodList are Pods, though the API server does not say so', () => {
    const { objects } = parseManifests(
      'apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: a}}]\n',
      'app.yaml',
    );
    expect(objects[0]?.object).toEqual({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } });
  });

  test('lists in lists and empty lists', () => {
    const inner =
      '- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: Pod, metadata: {name: a}}\n';
    expect(read(`apiVersion: v1\nkind: List\nitems:\n${inner}`)).toEqual(['Pod/a@7']);
    expect(read('apiVersion: v1\nkind: List\nitems: []\n---\napiVersion: v1\nkind: List\nitems:\n')).toEqual(
      [],
    );
  });

  test('a kind of its own that ends in List is an object', () => {
    expect(read('apiVersion: example.org/v1\nkind: AllowList\nmetadata: {name: a}\nitems: [x]\n')).toEqual([
      'AllowList/a@1',
    ]);
  });

  test('items that are no objects', () => {
    const text = 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n- nginx\n-\n';
    expect(problemsIn(text)).toMatchInlineSnapshot(`
      "app.yaml:4:3: metadata is missing, but it must be a mapping with a name; add metadata with a name
      app.yaml:6:3: item 2 of List is "nginx", but it must be an object; remove it, or write an object
      app.yaml:7:2: item 3 of List is empty (null), but it must be an object; remove it, or write an object"
    `);
    expect(problemsIn('apiVersion: v1\nkind: List\nitems: {}\n')).toMatchInlineSnapshot(
      `"app.yaml:3:1: items of List is a mapping, but it must be a list; write each object as an item: - apiVersion: …"`,
    );
  });
});

describe('what every object has', () => {
  test('without apiVersion, kind, metadata or name it is none', () => {
    const text = [
      'kind: Pod\nmetadata: {name: a}',
      'apiVersion: v1\nkind: Pod',
      'apiVersion: v1\nkind: Pod\nmetadata: {}',
      'a: 1',
      'hello',
      '- a',
      '1',
    ].join('\n---\n');
    expect(problemsIn(text)).toMatchInlineSnapshot(`
      "app.yaml:1:1: apiVersion is missing, but it must be GROUP/VERSION, or v1; write it like 'apiVersion: policy.linkerd.io/v1beta3'
      app.yaml:4:1: metadata is missing, but it must be a mapping with a name; add metadata with a name
      app.yaml:9:1: metadata.name is missing, but it must be a non-empty string; give the object a name
      app.yaml:11: a document without apiVersion and kind is not a Kubernetes object; give it apiVersion, kind and metadata.name if it is a manifest; if not, name the files or folders with manifests instead
      app.yaml:13: a document that is only text is not a Kubernetes object; give it apiVersion, kind and metadata.name if it is a manifest; if not, name the files or folders with manifests instead
      app.yaml:15: a list is not a Kubernetes object, but policy suites are lists; run a suite with \`namespace-jail test FILE\`; name the files or folders with manifests instead
      app.yaml:17: a document that is only the number 1 is not a Kubernetes object; give it apiVersion, kind and metadata.name if it is a manifest; if not, name the files or folders with manifests instead"
    `);
  });

  test('wrong types in metadata are what the API server refuses; each is named with a remedy', () => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: 007\n  namespace: yes\n  labels:\n    tier: 1\n    live: y\n  annotations:\n    linkerd.io/inject: true\n    config.linkerd.io/skip-inbound-ports: 25\n    list: [a]\n`;
    expect(problemsIn(text)).toMatchInlineSnapshot(`
      "app.yaml:4:3: metadata.name is the number 7, but it must be a non-empty string; quote it, as in name: "7"
      app.yaml:5:3: metadata.namespace is the boolean true, but it must be a string; quote it, as in namespace: "true"
      app.yaml:7:5: metadata.labels.tier is the number 1, but the API server accepts only strings there; quote it, as in tier: "1"
      app.yaml:8:5: metadata.labels.live is the boolean true, but the API server accepts only strings there; quote it, as in live: "true"
      app.yaml:10:5: metadata.annotations["linkerd.io/inject"] is the boolean true, but the API server accepts only strings there; quote it, as in linkerd.io/inject: "true"
      app.yaml:11:5: metadata.annotations["config.linkerd.io/skip-inbound-ports"] is the number 25, but the API server accepts only strings there; quote it, as in config.linkerd.io/skip-inbound-ports: "25"
      app.yaml:12:5: metadata.annotations.list is a list, but the API server accepts only strings there; write it as one string"
    `);
  });

  test('a pod template is held to the same', () => {
    const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    metadata:\n      annotations:\n        config.linkerd.io/default-inbound-policy: deny\n        config.linkerd.io/opaque-ports: 3306\n`;
    expect(problemsIn(text)).toMatchInlineSnapshot(
      `"app.yaml:9:9: spec.template.metadata.annotations["config.linkerd.io/opaque-ports"] is the number 3306, but the API server accepts only strings there; quote it, as in config.linkerd.io/opaque-ports: "3306""`,
    );
  });

  test("the fields that Linkerd reads in Kubernetes' own kinds have the API server's types", () => {
    const text = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: 1}}
  template:
    spec:
      hostNetwork: "true"
      containers:
        - name: web
          ports: [{containerPort: "8080"}, {containerPort: 70000}, {name: 80, containerPort: 80}]
          livenessProbe: {httpGet: {path: /, port: http}}
          readinessProbe: {grpc: {port: 90.5}}
        - sidecar
        -
      initContainers: {name: init}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}, {port: 81, targetPort: 0}, {port: 82, targetPort: 70000}]}
---
apiVersion: example.org/v1
kind: Deployment
metadata: {name: of-another-group}
spec: {template: {spec: {containers: web}}}
`;
    expect(problemsIn(text)).toMatchInlineSnapshot(`
      "app.yaml:5:28: spec.selector.matchLabels.app is the number 1, but the API server accepts only a string there; quote it, as in "1"
      app.yaml:8:7: spec.template.spec.hostNetwork is "true", but the API server accepts only true or false there; write true or false
      app.yaml:11:20: spec.template.spec.containers[0].ports[0].containerPort is "8080", but the API server accepts only a port number (1 to 65535) there; remove the quotes
      app.yaml:11:45: spec.template.spec.containers[0].ports[1].containerPort is the number 70000, but the API server accepts only a port number (1 to 65535) there; write a port number (1 to 65535)
      app.yaml:11:69: spec.template.spec.containers[0].ports[2].name is the number 80, but the API server accepts only a string there; quote it, as in "80"
      app.yaml:13:35: spec.template.spec.containers[0].readinessProbe.grpc.port is the number 90.5, but the API server accepts only a port number (1 to 65535) there; write a port number (1 to 65535)
      app.yaml:14:11: spec.template.spec.containers[1] is "sidecar", but the API server accepts only a mapping there; write a mapping
      app.yaml:15:10: spec.template.spec.containers[2] is empty (null), but the API server accepts only a mapping there; write a mapping
      app.yaml:16:7: spec.template.spec.initContainers is a mapping, but the API server accepts only a list there; write a list
      app.yaml:21:106: spec.ports[2].targetPort is the number 70000, but the API server accepts only a port number (1 to 65535) or a port name there; write a port number (1 to 65535) or a port name"
    `);
  });

  test('what the API server takes as absent is absent', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: ""\n  labels:\n  annotations: null\n  creationTimestamp: null\nspec: {containers: null}\n';
    expect(parseManifests(text, 'app.yaml').objects[0]?.object.metadata).toEqual({ name: 'a' });
  });

  test('a generated name is understood; a cluster would choose its end', () => {
    const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: load-}\n';
    const { objects, notes } = parseManifests(`${job}---\n${job}`, 'app.yaml');
    expect(objects.map(({ object }) => object.metadata.name)).toEqual(['load-…', 'load-…']);
    expect(problemsIn(job.replace('load-', 'a/b-'))).toContain('metadata.generateName is "a/b-"');
    expect(notes[0]?.message).toMatchInlineSnapshot(`"Job has only generateName; here it is called load-…"`);
  });

  test('keys that JavaScript knows are keys like any other', () => {
    const text = `${config('a')}  labels: {__proto__: x, constructor: z}\n__proto__: {polluted: "yes"}\ntoString: 1\n`;
    const { object } = parseManifests(text, 'app.yaml').objects[0]!;
    expect(Object.hasOwn(object, '__proto__')).toBe(true);
    expect(Object.hasOwn(object.metadata.labels ?? {}, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(object.metadata.labels?.constructor).toBe('z');
  });
});

describe('an object given twice', () => {
  test('is kept twice, because admission may refuse the last, and a note says which one counts', () => {
    const { objects, notes } = parseManifests(
      `${config('a')}data: {x: old}\n---\n${config('a')}data: {x: new}\n`,
      'app.yaml',
    );
    expect(objects.map(({ object }) => object.data)).toEqual([{ x: 'old' }, { x: 'new' }]);
    expect(notes).toMatchInlineSnapshot(`
      [
        {
          "file": "app.yaml",
          "line": 7,
          "message": "ConfigMap a is also in app.yaml:1 with different content; the last one that is accepted counts, as with kubectl apply",
          "remedy": "keep only one of them",
        },
      ]
    `);
  });

  test('with the same content is only mentioned', () => {
    expect(parseManifests(`${config('a')}---\n${config('a')}`, 'app.yaml').notes).toMatchInlineSnapshot(`
      [
        {
          "file": "app.yaml",
          "line": 6,
          "message": "ConfigMap a appears here again, identical to app.yaml:1",
        },
      ]
    `);
  });

  test('is the same in another version of its group, another in another namespace or group', () => {
    const server = (version: string, namespace: string) =>
      `apiVersion: ${version}\nkind: Server\nmetadata: {name: a, namespace: ${namespace}}\n`;
    const text = [
      server('policy.linkerd.io/v1beta1', 'x'),
      server('policy.linkerd.io/v1beta3', 'x'),
      server('policy.linkerd.io/v1beta3', 'z'),
      server('example.org/v1', 'x'),
    ].join('---\n');
    expect(read(text)).toEqual(['Server/a@1', 'Server/a@5', 'Server/a@9', 'Server/a@13']);
    expect(parseManifests(text, 'app.yaml').notes).toHaveLength(1);
  });
});

describe('objects handed over in code', () => {
  test('are checked like those of a file', () => {
    expect(
      fromObjects([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }]).objects[0]?.origin,
    ).toEqual({ file: '<object>', line: 1 });
    expect(
      problemsOf(() =>
        fromObjects([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 1 } }, null, () => 1]),
      ),
    ).toMatchInlineSnapshot(`
      "<object>:1: metadata.name is the number 1, but it must be a non-empty string; quote it, as in name: "1"
      <object>:2: a document that is only empty (null) is not a Kubernetes object; give it apiVersion, kind and metadata.name if it is a manifest; if not, name the files or folders with manifests instead
      <object>:3: object number 3 contains functions or other values that a manifest cannot contain; pass what Chart.toJson() or JSON.parse returns"
    `);
  });

  test('are left as they are', () => {
    const pod = Object.freeze({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: Object.freeze({ name: 'a', labels: null }),
    });
    expect(fromObjects([pod]).objects[0]?.object.metadata).toEqual({ name: 'a' });
    expect(pod.metadata.labels).toBeNull();
  });
});
