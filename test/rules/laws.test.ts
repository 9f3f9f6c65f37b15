import fc from 'fast-check';
import { findings } from '../../lib/findings/run-rules';
import { ALL_RULES } from '../../lib/findings/run-rules';
import { checkResult } from '../../lib/findings/check-result';
import { LOCALHOST } from '../../lib/cluster/client-authorization';
import { access } from '../../lib/verdict/access';
import { ClientSet, ClientIdentities } from '../../lib/sets/client-set';
import { NetworkSet } from '../../lib/sets/network-set';
import { objects, clusterWith } from '../arbitrary/cluster';
import type { Finding } from '../../lib/findings/finding';

const RUNS = { numRuns: 60 };

function found(all: Parameters<typeof clusterWith>[0], assumeAdmitted = false): Finding[] {
  return findings(clusterWith(all, { assumeAdmitted }));
}

/** Without places, which are those of the order in which objects are given. */
function words(list: readonly Finding[]): string[] {
  return list.map(({ rule, severity, text, remedy }) => `${severity} ${rule} ${text} ${remedy}`).sort();
}

it('every cluster gets an answer, whether or not admission was asked', () => {
  const ids = new Set(ALL_RULES.map(({ id }) => id));
  fc.assert(
    fc.property(objects, fc.boolean(), (all, assumeAdmitted) => {
      for (const { rule, text, remedy } of found(all, assumeAdmitted)) {
        expect(ids).toContain(rule);
        expect(text).toMatch(/\.$/);
        expect(text).not.toMatch(/undefined|\[object/);
        expect(remedy).not.toMatch(/undefined|\[object|^$/);
      }
    }),
    RUNS,
  );
});

it('a finding depends on the objects, not on their order', () => {
  fc.assert(
    fc.property(objects, (all) => {
      expect(words(found([...all].reverse()))).toEqual(words(found(all)));
    }),
    RUNS,
  );
});

it('nothing is lost by asking rule by rule', () => {
  fc.assert(
    fc.property(objects, (all) => {
      const cluster = clusterWith(all);
      const whole = findings(cluster);
      const parts = ALL_RULES.flatMap(({ id }) => checkResult(whole, [], [id]).findings);
      expect(parts.length).toBe(whole.length);
    }),
    { numRuns: 30 },
  );
});

it('a port that is said to let nobody in lets nobody in but the pod itself, probes, and who bypasses the proxy', () => {
  const loopback = ClientSet.of(ClientIdentities.ALL, NetworkSet.fromItems(LOCALHOST.networks));
  fc.assert(
    fc.property(objects, (all) => {
      const cluster = clusterWith(all);
      const dark = new Set(
        findings(cluster)
          .filter(({ rule }) => rule === 'server-admits-nobody')
          .map(({ object }) => object),
      );
      for (const workload of cluster.workloads.filter(({ injection }) => injection.meshed)) {
        for (const [port, server] of cluster.portOwnership(workload).owners) {
          if (!dark.has(server.source) || workload.pod.skippedInbound.has(port)) continue;
          const { allow, audit, grants } = access(cluster, workload, port, {
            kind: 'request',
            request: { path: '/x-none' },
          });
          // Who bypasses the proxy never meets the Server.
          const past = grants
            .filter(({ level }) => level === 'outside-policy')
            .reduce((all, { clients }) => all.or(clients), ClientSet.NONE);
          if (port !== workload.pod.proxyPorts.control)
            expect(allow.or(audit).minus(loopback).minus(past).isEmpty).toBe(true);
        }
      }
    }),
    RUNS,
  );
});
