import { diff } from '../../../lib/questions/diff/diff';
import { changeSentence } from '../../../lib/report/diff/sentences';
import { manifest, pod, server, unchecked } from '../../helpers/manifests';

const WEB = pod('web', '{ name: a, image: x, ports: [{ containerPort: 8080 }] }');
const HTTP = server('http', '{ podSelector: {}, port: 8080 }');

function sentences(before: string, after: string): readonly string[] {
  const [old, now] = [unchecked(before), unchecked(after)];
  const { opened, closed } = diff(old, now);
  return [...opened, ...closed].map((change) => changeSentence(change, now.config));
}

/** Authorizations that each refer to an authentication outside the input. */
function authorizations(kind: string, count: number): string {
  return Array.from({ length: count }, (_, i) =>
    manifest(
      'policy.linkerd.io/v1alpha1',
      'AuthorizationPolicy',
      `p${i}`,
      `{ targetRef: { group: policy.linkerd.io, kind: Server, name: http }, requiredAuthenticationRefs: [{ group: policy.linkerd.io, kind: ${kind}, name: a${i} }] }`,
    ),
  ).join('');
}

describe('beyond four unknowns, diff says that its conditions are only a bound', () => {
  it.each(['MeshTLSAuthentication', 'NetworkAuthentication'])('of each %s that the input lacks', (kind) => {
    const [four = '', ...others] = sentences(WEB + HTTP, WEB + HTTP + authorizations(kind, 4));
    expect(others).toEqual([]);
    expect(four).not.toContain('bound');
    const [five = ''] = sentences(WEB + HTTP, WEB + HTTP + authorizations(kind, 5));
    expect(five).toContain('; only a bound: it turns on 5 unknowns (whether there is ');
    const [closed = ''] = sentences(WEB + HTTP + authorizations(kind, 5), WEB + HTTP);
    expect(closed).toContain('; only a bound: it turns on 5 unknowns (');
  });

  it('of more Servers and routes of unknown age than can be combined', () => {
    const routed = (i: number, path: string): string =>
      server(`s${i}`, '{ podSelector: {}, port: 8080 }') +
      Array.from(
        { length: 6 },
        (_, j) =>
          manifest(
            'policy.linkerd.io/v1beta3',
            'HTTPRoute',
            `r${i}-${j}`,
            `{ parentRefs: [{ group: policy.linkerd.io, kind: Server, name: s${i} }], rules: [{ matches: [{ path: { type: PathPrefix, value: ${path} }, headers: [{ name: x${j}, value: "${i}" }] }] }] }`,
          ) +
          manifest(
            'policy.linkerd.io/v1alpha1',
            'AuthorizationPolicy',
            `p${i}-${j}`,
            `{ targetRef: { group: policy.linkerd.io, kind: HTTPRoute, name: r${i}-${j} }, requiredAuthenticationRefs: [] }`,
          ),
      ).join('');
    const all = (path: string): string => WEB + [0, 1, 2, 3, 4, 5].map((i) => routed(i, path)).join('');
    const found = sentences(all('/a'), all('/b'));
    expect(found.length).toBeGreaterThan(0);
    for (const one of found)
      expect(one).toContain(
        '; only a bound: too many policies may decide, so each was compared as if it did',
      );
  });
});
