import {
  identityProblem,
  matchesIdentity,
  namespaceSuffix,
  parseIdentity,
  workloadIdentity,
} from '../../lib/linkerd/identity';

const domain = { linkerdNamespace: 'linkerd', trustDomain: 'cluster.local' };

describe('the mesh identity of a workload (3.12)', () => {
  it('is made of ServiceAccount, namespace, control plane and trust domain', () => {
    expect(workloadIdentity('web', 'shop', domain)).toBe(
      'web.shop.serviceaccount.identity.linkerd.cluster.local',
    );
    expect(namespaceSuffix('shop', { linkerdNamespace: 'mesh', trustDomain: 'corp.example' })).toBe(
      'shop.serviceaccount.identity.mesh.corp.example',
    );
  });
});

describe('an identity in a policy admits', () => {
  it.each([
    ['a.b.c', 'a.b.c', true],
    ['a.b.c', 'x.b.c', false],
    ['a.b.c', 'A.b.c', false],
    ['*', 'anything', true],
    ['*', 'a.b.c', true],
    ['*', 'spiffe://corp/x', false],
    ['*.b.c', 'a.b.c', true],
    ['*.b.c', 'z.a.b.c', true],
    ['*.b.c', 'b.c', false],
    ['*.b.c', 'xb.c', false],
    ['*.corp', 'spiffe://x/y.corp', false],
    ['spiffe://corp/x', 'spiffe://corp/x', true],
    ['spiffe://corp/x', 'spiffe://corp/x/y', false],
  ])('%s admits %s: %s', (pattern, identity, expected) => {
    expect(matchesIdentity(parseIdentity(pattern), identity)).toBe(expected);
  });
});

describe('the webhook takes an identity (W12)', () => {
  it.each([
    '*',
    '*.ns',
    'a.b.c',
    'a-b.c1',
    'spiffe://corp',
    'spiffe://corp.example/a/B-c_d.e',
    'spiffe://a_b-c.d/x',
  ])('takes %s', (identity) => expect(identityProblem(identity)).toBeUndefined());

  it.each([
    'a.*',
    '.a',
    'a.',
    'a..b',
    'A.b',
    '-a.b',
    '**',
    '*a',
    '',
    'spiffe://',
    'spiffe:///x',
    'spiffe://corp/',
    'spiffe://corp//x',
    'spiffe://corp/../x',
    'spiffe://corp/.',
    'spiffe://Corp/x',
    'spiffe://corp:80/x',
    'spiffe://corp/x?y',
  ])('refuses %j, saying what is allowed', (identity) => {
    expect(identityProblem(identity)).toMatch(/^(be|have) /);
  });
});
