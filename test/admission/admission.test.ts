import fc from 'fast-check';
import { admit, ADMISSION_RULES } from '../../lib/admission';
import type { KubeObject } from '../../lib/kubernetes/object';
import { storedForm } from '../../lib/admission/stored-form';

// What is accepted and what is refused stands in test/suites/admission-*.yaml, rule by rule; here stands how it is said.

const metadata = { name: 'http', namespace: 'shop' };

function object(apiVersion: string, kind: string, spec: unknown): KubeObject {
  return { apiVersion, kind, metadata, spec };
}

function server(spec: Readonly<Record<string, unknown>>): KubeObject {
  return object('policy.linkerd.io/v1beta3', 'Server', { podSelector: {}, port: 80, ...spec });
}

/** Each violation as `rule field message; remedy`. */
function said(refused: KubeObject): string {
  return admit(refused)
    .map(({ rule, field, message, remedy }) => `${rule} ${field} ${message}; ${remedy}`)
    .join('\n');
}

describe('a refusal says the field, the value received, what is allowed and what to do', () => {
  it('for a value that Linkerd does not know', () => {
    expect(said(server({ proxyProtocol: 'http/1', accessPolicy: 'allow' }))).toMatchInlineSnapshot(`
      "W1 spec.proxyProtocol is "http/1"; it must be one of unknown, HTTP/1, HTTP/2, gRPC, opaque, TLS; write it exactly like that; case matters
      W2 spec.accessPolicy is "allow"; it must be one of all-authenticated, all-unauthenticated, cluster-authenticated, cluster-unauthenticated, deny, audit; write one of them, or leave it out for deny"
    `);
  });

  it('for a type that the schema does not have, and for what it requires', () => {
    expect(said(server({ port: [80] }))).toMatchInlineSnapshot(
      `"schema spec.port is [80]; it must be a number or a string; write a number or a string"`,
    );
    expect(said(object('policy.linkerd.io/v1beta3', 'Server', {}))).toMatchInlineSnapshot(`
      "schema spec has none of podSelector, externalWorkloadSelector; it must have exactly one of podSelector, externalWorkloadSelector; add podSelector or externalWorkloadSelector
      schema spec.port is required but missing; add port"
    `);
  });

  it('for each of several faults of a list', () => {
    const networks = [{ cidr: '10.0.0.0/33' }, { cidr: '10.0.0.0/8', except: ['10.0.0.0/7', '11.0.0.1'] }];

    expect(said(object('policy.linkerd.io/v1alpha1', 'NetworkAuthentication', { networks })))
      .toMatchInlineSnapshot(`
      "W17 spec.networks[0] "10.0.0.0/33" is neither a CIDR nor an IP address; write an address, or a range such as 10.0.0.0/8 with smaller exceptions inside it
      W18 spec.networks[1] except "10.0.0.0/7" excludes all of "10.0.0.0/8"; write an address, or a range such as 10.0.0.0/8 with smaller exceptions inside it
      W19 spec.networks[1] except "11.0.0.1" is not inside "10.0.0.0/8"; write an address, or a range such as 10.0.0.0/8 with smaller exceptions inside it"
    `);
  });

  it('for the form of a name and of an identity', () => {
    const long = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'n'.repeat(53) }, spec: {} };
    expect(said(long)).toMatch(/it must be a DNS subdomain: at most 52 of a-z/);
    const identities = object('policy.linkerd.io/v1alpha1', 'MeshTLSAuthentication', { identities: ['A'] });
    expect(said(identities)).toMatch(/^W12 spec\.identities\[0\] is "A"; it must be lower-case DNS labels/m);
  });

  it('for alternatives of which exactly one must be set', () => {
    const spec = { identities: ['*'], identityRefs: [{ kind: 'ServiceAccount', name: 'web' }] };

    expect(said(object('policy.linkerd.io/v1alpha1', 'MeshTLSAuthentication', spec))).toMatchInlineSnapshot(
      `"schema spec has identities and identityRefs; it must have exactly one of identities, identityRefs; keep one of them"`,
    );
  });

  it('for a version that is not served, and a kind that does not exist', () => {
    expect(said(object('policy.linkerd.io/v1', 'Server', {}))).toMatchInlineSnapshot(
      `"kind apiVersion is "policy.linkerd.io/v1", which has no Server; it must be one of policy.linkerd.io/v1alpha1, policy.linkerd.io/v1beta1, policy.linkerd.io/v1beta2, policy.linkerd.io/v1beta3; write policy.linkerd.io/v1beta3"`,
    );
    expect(said(object('policy.linkerd.io/v1alpha1', 'AuthorisationPolicy', {}))).toMatchInlineSnapshot(
      `"kind kind is "AuthorisationPolicy", which policy.linkerd.io does not have; it must be one of Server, ServerAuthorization, AuthorizationPolicy, MeshTLSAuthentication, NetworkAuthentication, HTTPRoute, HTTPLocalRateLimitPolicy, EgressNetwork; did you mean AuthorizationPolicy?"`,
    );
  });

  it('for names and labels that Kubernetes does not take', () => {
    const named = {
      ...server({}),
      metadata: { name: 'My_Server', namespace: 'a.b', labels: { app: 'two words' } },
    };

    expect(said(named)).toMatchInlineSnapshot(`
      "metadata metadata.name is "My_Server"; it must be a DNS subdomain: at most 253 of a-z, 0-9, "-" and ".", with a letter or digit first and last; rename the object
      metadata metadata.namespace is "a.b"; it must be a DNS label: at most 63 of a-z, 0-9 and "-", with a letter or digit first and last; name an existing namespace
      metadata metadata.labels["app"] is "two words"; it must have at most 63 letters, digits, "-", "_" and ".", with a letter or digit first and last; correct the value"
    `);
  });

  it('for a type that a kind of Kubernetes does not have', () => {
    const containers = [{ name: 'web', ports: [{ containerPort: '8080' }] }];

    expect(said(object('v1', 'Pod', { containers }))).toMatchInlineSnapshot(
      `"schema spec.containers[0].ports[0].containerPort is "8080", but the API server accepts only a port number (1 to 65535) there; remove the quotes"`,
    );
  });

  it('in few words where the value is long', () => {
    expect(said(server({ proxyProtocol: 'x'.repeat(5000) })).length).toBeLessThan(300);
  });
});

describe('names follow the rules of their kind', () => {
  it.each([
    ['v1', 'Service', 'web', true],
    ['v1', 'Service', '1web', true],
    ['v1', 'Service', 'a.b', false],
    ['v1', 'Namespace', 'a.b', false],
    ['v1', 'Pod', 'a.b', true],
    ['apps/v1', 'Deployment', 'Web', false],
    ['batch/v1', 'CronJob', 'a'.repeat(52), true],
    ['batch/v1', 'CronJob', 'a'.repeat(53), false],
    // Kinds of others may be named as they like.
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'system:admin', true],
    ['policy.linkerd.io/v1beta3', 'Server', 'from-generate-name-…', true],
  ])('%s %s %s: %s', (apiVersion, kind, name, expected) => {
    const spec = kind === 'Server' ? { podSelector: {}, port: 80 } : {};
    const named = { ...object(apiVersion, kind, spec), metadata: { name } };

    expect(admit(named).every(({ rule }) => rule !== 'metadata')).toBe(expected);
  });
});

it('has each of the rules W1 to W35', () => {
  const ids = new Set(ADMISSION_RULES.map(({ id }) => id));
  const all = Array.from({ length: 35 }, (_, i) => `W${i + 1}`);

  expect(all.filter((id) => !ids.has(id))).toEqual([]);
});

describe('for any object', () => {
  const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true });
  const groups = fc.constantFrom(
    'policy.linkerd.io/',
    'gateway.networking.k8s.io/',
    'workload.linkerd.io/',
    'apps/',
    '',
  );
  const versions = fc.constantFrom('v1', 'v1alpha1', 'v1alpha2', 'v1beta1', 'v1beta3');
  const kinds = fc.constantFrom(
    ...new Set(ADMISSION_RULES.flatMap((rule) => rule.kinds.map((kind) => kind.split('/')[1] ?? ''))),
    'Pod',
    'Deployment',
  );

  it('admission gives an answer, however garbled it is', () => {
    const garbage = fc.record({
      apiVersion: fc.oneof(
        fc.tuple(groups, versions).map((parts) => parts.join('')),
        anything,
      ),
      kind: fc.oneof(kinds, anything),
      metadata: fc.oneof(fc.record({ name: fc.string(), labels: anything, annotations: anything }), anything),
      spec: anything,
    });

    fc.assert(
      fc.property(garbage, (value) => {
        for (const { message, remedy } of admit(value as unknown as KubeObject)) {
          expect([message, remedy]).not.toContain('');
        }
      }),
    );
  });

  it('what is admitted is admitted again in its stored form', () => {
    const port = fc.oneof(fc.integer({ min: -1, max: 70000 }), fc.constantFrom('http', null, 1.5));
    const spec = fc.record(
      {
        podSelector: fc.constantFrom({}, null, { matchLabels: { app: 'web' } }, { matchLabels: { app: 1 } }),
        externalWorkloadSelector: fc.constantFrom({}, null),
        port,
        proxyProtocol: fc.constantFrom('HTTP/1', 'http', null),
        accessPolicy: fc.constantFrom('deny', 'no', null),
      },
      { requiredKeys: ['port'] },
    );

    fc.assert(
      fc.property(versions, spec, (version, value) => {
        const written = object(`policy.linkerd.io/${version}`, 'Server', value);
        fc.pre(admit(written).length === 0);
        expect(admit(storedForm(written))).toEqual([]);
      }),
    );
  });
});
