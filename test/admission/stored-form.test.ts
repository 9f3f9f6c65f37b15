import fc from 'fast-check';
import type { KubeObject } from '../../lib/kubernetes/object';
import { admit, admitRead, type Admission } from '../../lib/admission';
import { storedForm } from '../../lib/admission/stored-form';

const metadata = { name: 'http', namespace: 'shop' };

function object(apiVersion: string, kind: string, spec: unknown): KubeObject {
  return { apiVersion, kind, metadata, spec };
}

function storedSpec(apiVersion: string, kind: string, spec: unknown): unknown {
  return storedForm(object(apiVersion, kind, spec)).spec;
}

describe('an object as the API server would store it (3.0)', () => {
  it('gets the defaults of its schema', () => {
    expect(storedSpec('policy.linkerd.io/v1beta3', 'Server', { podSelector: {}, port: 80 })).toEqual({
      podSelector: {},
      port: 80,
      proxyProtocol: 'unknown',
      accessPolicy: 'deny',
    });
  });

  it('loses the fields that its version does not have: an accessPolicy of an old version becomes deny', () => {
    const server = object('policy.linkerd.io/v1beta1', 'Server', {
      podSelector: {},
      port: 80,
      accessPolicy: 'all-unauthenticated',
    });

    expect(storedForm(server)).toEqual({
      apiVersion: 'policy.linkerd.io/v1beta3',
      kind: 'Server',
      metadata,
      spec: { podSelector: {}, port: 80, proxyProtocol: 'unknown', accessPolicy: 'deny' },
    });
  });

  it('has no nulls where the schema knows the field', () => {
    const spec = {
      podSelector: { matchLabels: { app: null }, matchExpressions: null },
      port: 80,
      accessPolicy: null,
    };

    expect(storedSpec('policy.linkerd.io/v1beta3', 'Server', spec)).toMatchObject({
      podSelector: { matchLabels: { app: null } },
      accessPolicy: 'deny',
    });
    expect(storedForm(object('policy.linkerd.io/v1beta3', 'Server', null))).not.toHaveProperty('spec');
  });

  it('keeps every field where the schema says so', () => {
    const spec = { podSelector: { matchLabels: { app: 'web', constructor: 'x' } }, port: 80 };

    expect(storedSpec('policy.linkerd.io/v1beta3', 'Server', spec)).toMatchObject(spec);
  });

  it('matches every path when a route of the policy group has no rules, or a rule no matches', () => {
    const everyPath = [{ path: { type: 'PathPrefix', value: '/' } }];

    expect(storedSpec('policy.linkerd.io/v1beta3', 'HTTPRoute', {})).toEqual({
      rules: [{ matches: everyPath }],
    });
    expect(storedSpec('policy.linkerd.io/v1beta3', 'HTTPRoute', { rules: [{}] })).toEqual({
      rules: [{ matches: everyPath }],
    });
  });

  it('refers to a Gateway when a parent has no kind: the policy group, or that of the Gateway API', () => {
    const parents = { parentRefs: [{ name: 'http' }] };

    expect(storedSpec('policy.linkerd.io/v1beta3', 'HTTPRoute', parents)).toMatchObject({
      parentRefs: [{ group: 'policy.linkerd.io', kind: 'Gateway', name: 'http' }],
    });
    expect(storedSpec('gateway.networking.k8s.io/v1', 'GRPCRoute', parents)).toEqual({
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'http' }],
    });
  });

  it('is the object itself when there is nothing to do, and when its kind is not of policy', () => {
    const policy = object('policy.linkerd.io/v1alpha1', 'EgressNetwork', { trafficPolicy: 'Deny' });
    const pod = object('v1', 'Pod', { anything: null });
    const unserved = object('policy.linkerd.io/v9', 'Server', { anything: null });

    expect(storedForm(policy)).toBe(policy);
    expect(storedForm(pod)).toBe(pod);
    expect(storedForm(unserved)).toBe(unserved);
  });

  it('leaves metadata, status and the object that it was given as they are', () => {
    const server = {
      ...object('policy.linkerd.io/v1beta1', 'Server', { podSelector: {}, port: 80, extra: true }),
      metadata: { ...metadata, finalizers: ['x'] },
      status: { anything: null },
    };
    const before = structuredClone(server);

    expect(storedForm(server)).toMatchObject({ metadata: server.metadata, status: server.status });
    expect(server).toEqual(before);
  });
});

describe('what admission hands on', () => {
  const admission = (given: KubeObject): Admission =>
    admitRead({ object: given, origin: { file: 'x.yaml', line: 1 } });

  it('is the stored form of an object that it takes', () => {
    const server = object('policy.linkerd.io/v1beta1', 'Server', { podSelector: {}, port: 80 });
    expect(admission(server)).toEqual({ stored: storedForm(server) });
  });

  it('is the object itself where storing it changes nothing', () => {
    const policy = object('policy.linkerd.io/v1alpha1', 'EgressNetwork', { trafficPolicy: 'Deny' });
    const pod = object('v1', 'Pod', { containers: null });
    for (const given of [policy, pod]) {
      const admitted = admission(given);
      expect('stored' in admitted && admitted.stored).toBe(given);
    }
  });

  it('is nothing but the violations of one that it refuses', () => {
    const server = object('policy.linkerd.io/v1beta3', 'Server', { podSelector: {}, port: 0 });
    expect(admission(server)).toEqual({ violations: [expect.objectContaining({ rule: 'W3' })] });
  });
});

const kinds = fc.constantFrom(
  ['policy.linkerd.io/v1alpha1', 'Server'],
  ['policy.linkerd.io/v1beta3', 'Server'],
  ['policy.linkerd.io/v1alpha1', 'ServerAuthorization'],
  ['policy.linkerd.io/v1beta1', 'HTTPRoute'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
  ['workload.linkerd.io/v1alpha1', 'ExternalWorkload'],
  ['apps/v1', 'Deployment'],
);

it('storing what is stored changes nothing', () => {
  const names = fc.constantFrom(
    'rules',
    'matches',
    'path',
    'port',
    'parentRefs',
    'podSelector',
    'name',
    '__proto__',
    'x',
  );
  const { spec } = fc.letrec((tie) => ({
    spec: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, 1, 'a', true),
      fc.array(tie('spec'), { maxLength: 2 }),
      fc.dictionary(names, tie('spec'), { maxKeys: 4 }),
    ),
  }));

  fc.assert(
    fc.property(kinds, spec, ([apiVersion = '', kind = ''], value) => {
      const stored = storedForm(object(apiVersion, kind, value));
      expect(storedForm(stored)).toEqual(stored);
    }),
  );
});

describe('annotations have at most 256 KiB in bytes, keys and values together (K11)', () => {
  const LIMIT = 256 * 1024;
  const annotated = (annotations: Record<string, string>): KubeObject => ({
    ...object('policy.linkerd.io/v1beta3', 'Server', { podSelector: {}, port: 80 }),
    metadata: { ...metadata, annotations },
  });

  it.each<[string, Record<string, string>, boolean]>([
    ['one byte a character, to the last byte', { k: 'x'.repeat(LIMIT - 1) }, true],
    ['one byte more', { k: 'x'.repeat(LIMIT) }, false],
    ['two bytes a character, which are half as many characters', { k: 'é'.repeat(LIMIT / 2) }, false],
    ['four bytes for what counts as two characters here', { k: '😀'.repeat(LIMIT / 4) }, false],
    ['two annotations together', { a: 'x'.repeat(LIMIT / 2), b: 'x'.repeat(LIMIT / 2) }, false],
  ])('%s', (_, annotations, isTaken) => {
    expect(admit(annotated(annotations)).map(({ message }) => message)).toEqual(
      isTaken ? [] : [expect.stringMatching(/^have \d+ bytes in total; they must have at most 262144$/)],
    );
  });
});
