import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../helpers/command';
import { VERBS } from '../../lib/cli/verbs';

const pods = (namespace: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: app, image: app, ports: [{ name: http, containerPort: 8080 }] }] }
---
`;
const namespace = (name: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, annotations: { linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny } }
---
`;
const server = (name: string, port: string, accessPolicy: string): string => `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: {}, port: ${port}, proxyProtocol: HTTP/1, accessPolicy: ${accessPolicy} }
---
`;
const PARTNERS = `
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { name: partners, namespace: shop }
spec:
  targetRef: { group: policy.linkerd.io, kind: Server, name: http }
  requiredAuthenticationRefs: [{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: partners }]
---
`;
const JAIL = namespace('shop') + pods('shop');
const RIVALS = JAIL + server('http', 'http', 'deny') + server('zz', '8080', 'all-unauthenticated');
const REFUSED = JAIL + server('http', '0', 'deny');
const WITHOUT_WORKLOADS = namespace('shop') + server('http', 'http', 'deny');

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'said-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const ask = (stdin: string, ...words: string[]) => run(words, { cwd, stdin });

describe('authz', () => {
  it('shows what each of several Servers lets in, where the older one is not known', async () => {
    const { out } = await ask(RIVALS, 'authz', '-o', 'wide', 'deploy/api', '-');
    expect(out).toMatch(
      /^\* +http +- .* nobody +nobody is authorized, if server\/http is older than server\/zz$/m,
    );
    expect(out).toMatch(
      /^\* +zz +default\/all-unauthenticated \(possibly\) .* if server\/zz is older than server\/http$/m,
    );
  });

  it('does not say "nobody" of a Server whose policy refers to what the input lacks', async () => {
    const { out } = await ask(JAIL + server('http', 'http', 'deny') + PARTNERS, 'authz', 'deploy/api', '-');
    expect(out).toMatch(/^\* +http +partners \(possibly\)$/m);
    expect(out).not.toMatch(/^\* +http +-/m);
  });

  it('says "nobody" once the input is said to be complete', async () => {
    const input = JAIL + server('http', 'http', 'deny') + PARTNERS;
    const { out } = await ask(input, 'authz', '--complete', '-o', 'json', 'deploy/api', '-');
    const { workloads } = JSON.parse(out) as { workloads: { rows: { server: string; status: string }[] }[] };
    const statuses = workloads[0]?.rows.filter((row) => row.server === 'http').map(({ status }) => status);
    expect(statuses).toEqual(['nobody', 'ignored']);
  });
});

describe('diff', () => {
  it('tells of a Server that opens a port only if it is the older one, though another may let the same clients in', async () => {
    const old = JAIL + server('http', 'http', 'deny') + server('zz', '8080', 'deny') + PARTNERS;
    writeFileSync(join(cwd, 'old.yaml'), old);
    const { out, status } = await ask(RIVALS + PARTNERS, 'diff', 'old.yaml', '-');
    expect(out).toContain('default/all-unauthenticated if server/zz is older than server/http');
    expect(status).toBe(1);
  });
});

describe('can', () => {
  it('names the options that settle what the verdict turns on', async () => {
    const { out } = await ask(RIVALS, 'can', 'unmeshed', 'shop/deploy/api:8080', '-');
    expect(out).toContain('\n  to settle it: --ages index (');
  });

  it('reads "and" and "or" between conditions one way', async () => {
    const { out } = await ask(RIVALS + PARTNERS, 'can', 'unmeshed', 'shop/deploy/api:8080', '-');
    expect(out).toContain(
      'if server/http is older than server/zz: deny, unless meshtlsauthentication shop/partners',
    );
    expect(out).toContain('; if server/zz is older than server/http: allow\n');
  });
});

describe('a baseline', () => {
  it.each([
    ['an object that admission refuses', REFUSED, 'server/shop/http'],
    ['a jail without workloads', WITHOUT_WORKLOADS, 'namespace/shop'],
  ])('is written with %s', async (_, input, object) => {
    expect((await ask(input, 'break-in', '-')).status).toBe(1);
    const first = await ask(input, 'break-in', '-', '--write-baseline', 'b.yaml', '--reason', 'known');
    expect(readFileSync(join(cwd, 'b.yaml'), 'utf8')).toContain(`- not-judged: ${object}\n  reason: known\n`);
    const later = await ask(input, 'break-in', '-', '--baseline', 'b.yaml');
    expect([first.status, later.status]).toEqual([0, 0]);
    expect(later.out).toContain('not judged: 0; accepted: 1');
    expect(later.err).not.toContain('accepts nothing any more');
  });
});

describe('what was judged', () => {
  it('is said by -o annotate, as a comment', async () => {
    const { out, status } = await ask(REFUSED, 'break-in', '-', '-o', 'annotate');
    expect(out).toMatch(/^# judged 1 workload of 1 namespace; not judged: 1 /m);
    expect(status).toBe(1);
  });

  it.each([['map'], ['authz']])("has Linkerd's own namespaces where %s shows them", async (verb) => {
    const { out } = await ask(namespace('linkerd-viz') + pods('linkerd-viz'), verb, '-');
    expect(out).toContain('linkerd-viz');
    expect(out).toContain('judged 1 workload of 1 namespace; not judged: 0\n');
  });
});

describe('--help', () => {
  it.each(VERBS.map(({ name }) => [name]))('of %s fits into 100 columns', async (verb) => {
    const { out } = await ask('', verb, '--help');
    expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});
