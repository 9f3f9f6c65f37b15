import type { Printable } from '../wording/printable';
import { isForAdminPort, tally } from '../../questions/break-in/outcome';
import type { JailSurface } from '../../questions/break-in/jail-surface';
import { clientPhrases } from '../../sets/client-words';
import { inPlainWords } from '../../sets/plain-words';
import { clientsJson } from '../wording/clients-json';
import { coverageJson, type CoverageOptions } from '../wording/coverage';
import { json, objectJson } from '../wording/object-json';
import { trafficJson } from '../wording/port-words';
import { witnessJson } from '../wording/witness';
import { breakInSummary, type BreakInOptions } from './sentences';

/** The shape docs/json.md describes. */
export function breakInJson(
  surfaces: readonly JailSurface[],
  { domain, input, coverage, leftOut = [] }: BreakInOptions & CoverageOptions,
): Printable {
  const { undeclared, ...counts } = tally(surfaces);
  const report = {
    apiVersion: 'namespace-jail/v1',
    kind: 'BreakInReport',
    summary: { text: breakInSummary(surfaces), waysIn: undeclared, ...counts },
    leftToLinkerd: leftOut,
    jails: surfaces.map(({ jail, ways, exceptions, accepted, own, byPolicyAlone }) => ({
      namespace: jail.namespace,
      criterion: jail.criterion,
      because: jail.because,
      ...(jail.source === undefined ? {} : { object: objectJson(jail.source) }),
      workloads: jail.workloads.length,
      byPolicyAlone,
      waysIn: ways.map((way) => ({
        clients: clientsJson(way.clients, domain),
        phrases: clientPhrases(way.clients, inPlainWords(domain)),
        verdict: way.verdict,
        ...(way.conditions.length === 0 ? {} : { conditions: way.conditions }),
        verified: way.verified,
        ports: way.ports.map(trafficJson),
        blame: {
          kind: way.blame.kind,
          ...(way.blame.source === undefined ? {} : { object: objectJson(way.blame.source) }),
          via: way.blame.via.map(objectJson),
          because: way.blame.because,
        },
        remedy: way.blame.remedy,
        // Without a pod, or a request that takes the route, there is nothing to try.
        witnesses:
          way.verified && !byPolicyAlone
            ? way.witnesses.map(({ witness, verdict }) => ({
                ...witnessJson(witness, domain, input),
                verdict,
              }))
            : [],
      })),
      exceptions: exceptions.map(({ source, value, clients, ports }) => ({
        object: objectJson(source),
        ...(value === undefined ? {} : { declared: value }),
        adminPortAlone: isForAdminPort({ source, clients, ports }),
        clients: clientsJson(clients, domain),
        ports: ports.map(trafficJson),
      })),
      accepted: accepted.map(({ entry, clients, ports }) => ({
        object: entry.object,
        reason: entry.reason,
        ...(entry.until === undefined ? {} : { until: entry.until }),
        file: entry.place.file,
        line: entry.place.line,
        clients: clientsJson(clients, domain),
        ports: ports.map(trafficJson),
      })),
      linkerd: own.map(({ kind, ports, paths }) => ({ kind, paths, ports: ports.map(trafficJson) })),
    })),
    coverage: coverageJson(coverage),
  };
  return json(report);
}
