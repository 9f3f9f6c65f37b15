import type { Cluster } from '../../lib/cluster/cluster';
import { portClasses, type PortClass } from '../../lib/cluster/port-classes';
import { access } from '../../lib/verdict/access';
import { builtInOpening, isProxyInboundPort, withoutBuiltIn } from '../../lib/verdict/built-in-openings';
import { RAW_CONNECTION, type Traffic } from '../../lib/verdict/request';
import { pod, server, unchecked, workloadOf } from '../helpers/manifests';

const READY: Traffic = { kind: 'request', request: { path: '/ready' } };
const PROBED = '{ name: a, image: x, readinessProbe: { httpGet: { path: /ready, port: 8080 } } }';
const PLAIN = '{ name: a, image: x }';

function classOf(cluster: Cluster, port: number): PortClass {
  const found = portClasses(cluster, workloadOf(cluster)).find(({ ranges }) =>
    ranges.some(([first, last]) => first <= port && port <= last),
  );
  if (found === undefined) throw new Error(`no port ${port}`);
  return found;
}

/** The grants on a port, each with the name of what Linkerd opens by itself, if it is that. */
function openings(manifests: string, port: number, traffic: Traffic = RAW_CONNECTION): string[] {
  const cluster = unchecked(manifests);
  const web = workloadOf(cluster);
  return access(cluster, web, port, traffic).grants.map(
    (grant) => `${grant.name}: ${builtInOpening(web, classOf(cluster, port), grant) ?? 'written'}`,
  );
}

describe('Linkerd opens by itself', () => {
  it('the pod to itself (5.6), and what a probe asks for (5.1); a default policy is what somebody chose', () => {
    const manifests = pod('web', PROBED, ', config.linkerd.io/default-inbound-policy: all-authenticated');
    expect(openings(manifests, 8080, READY)).toEqual([
      'default/probe: probe',
      'default/all-authenticated: written',
      'default/localhost: loopback',
    ]);
  });

  it('its control port to tap (5.4)', () => {
    expect(openings(pod('web', PLAIN), 4190)).toEqual(['tap: tap']);
  });

  it('the two ports that its own list skips (5.5), unless a container listens there', () => {
    expect(openings(pod('web', PLAIN), 4567)).toEqual(['port-skipped: skipped-by-default']);
    expect(openings(pod('web', PLAIN), 4568)).toEqual(['port-skipped: skipped-by-default']);
    const listening = '{ name: a, image: x, ports: [{ containerPort: 4567 }] }';
    expect(openings(pod('web', listening), 4567)).toEqual(['port-skipped: written']);
    expect(openings(pod('web', listening), 4568)).toEqual(['port-skipped: skipped-by-default']);
  });

  it('no port that an annotation skips, not even beside those of its list', () => {
    const skipped = (ports: string): string =>
      pod('web', PLAIN, `, config.linkerd.io/skip-inbound-ports: "${ports}"`);
    expect(openings(skipped('9000'), 9000)).toEqual(['port-skipped: written']);
    expect(openings(skipped('4567-4569'), 4567)).toEqual(['port-skipped: written']);
    expect(openings(skipped('4566-4567'), 4567)).toEqual(['port-skipped: written']);
  });

  it('no unmeshed pod, and no subnet', () => {
    const unmeshed = pod('web', PLAIN).replace('inject: enabled', 'inject: disabled');
    expect(openings(unmeshed, 8080)).toEqual(['unmeshed-target: written']);
    const bySubnet = pod('web', PLAIN, ', config.linkerd.io/skip-subnets: 10.9.0.0/16');
    expect(openings(bySubnet, 8080)).toContain('subnet-skipped: written');
  });
});

describe('an access without what Linkerd opens by itself', () => {
  const stripped = (manifests: string, port: number, traffic: Traffic): ReturnType<typeof access> => {
    const cluster = unchecked(manifests);
    const web = workloadOf(cluster);
    return withoutBuiltIn(web, classOf(cluster, port), access(cluster, web, port, traffic));
  };

  it('is nobody, where nobody else was let in', () => {
    const denied = pod('web', PROBED, ', config.linkerd.io/default-inbound-policy: deny');
    const { allow, audit, grants } = stripped(denied, 8080, READY);
    expect([allow.isEmpty, audit.isEmpty, grants]).toEqual([true, true, []]);
    expect(stripped(pod('web', PLAIN), 4567, RAW_CONNECTION).allow.isEmpty).toBe(true);
  });

  it('keeps what people opened, as it was', () => {
    const skipped = pod('web', PLAIN, ', config.linkerd.io/skip-inbound-ports: "9000"');
    expect(stripped(skipped, 9000, RAW_CONNECTION).allow.isAll).toBe(true);
    const open = stripped(pod('web', PLAIN), 8080, RAW_CONNECTION);
    expect(open.allow.isAll).toBe(true);
    expect(open.grants.map(({ name }) => name)).toEqual(['default/all-unauthenticated']);
  });

  it('of an audit mode is only whom nothing lets in otherwise, be it by what Linkerd opens', () => {
    const audited = pod('web', PROBED, ', config.linkerd.io/default-inbound-policy: audit');
    expect(stripped(audited, 8080, READY).audit.isEmpty).toBe(true);
    const { allow, audit } = stripped(audited, 8080, { kind: 'request', request: { path: '/' } });
    expect(allow.isEmpty).toBe(true);
    expect(audit.has({ ip: '10.1.2.3', tls: 'none' })).toBe(true);
    expect(audit.has({ ip: '127.0.0.1', tls: 'none' })).toBe(false);
  });
});

describe("the proxy's own inbound port (5.3)", () => {
  const isOwn = (manifests: string, port: number): boolean => {
    const cluster = unchecked(manifests);
    return isProxyInboundPort(cluster, workloadOf(cluster), port);
  };

  it('is no port of a meshed workload, unless a Server is written for it', () => {
    expect(isOwn(pod('web', PLAIN), 4143)).toBe(true);
    expect(isOwn(pod('web', PLAIN) + server('s', '{ podSelector: {}, port: 4143 }'), 4143)).toBe(false);
    expect(isOwn(pod('web', PLAIN), 8080)).toBe(false);
  });

  it('is any port of an unmeshed one', () => {
    expect(isOwn(pod('web', PLAIN).replace('inject: enabled', 'inject: disabled'), 4143)).toBe(false);
  });
});
