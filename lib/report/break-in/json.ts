import type { JailSurface } from '../../questions/break-in/break-in';
import { clientPhrases } from '../../sets/client-words';
import { inPlainWords } from '../../sets/plain-words';
import { clientsJson } from '../wording/clients-json';
import { coverageJson, type CoverageOptions } from '../wording/coverage';
import { json, objectJson } from '../wording/object-json';
import { trafficJson } from '../wording/port-words';
import { witnessJson } from '../wording/witness';
import { breakInSummary, waysIn, type BreakInOptions } from './sentences';

/** The shape docs/json.md describes. */
export function breakInJson(
  surfaces: readonly JailSurface[],
  { domain, input, coverage }: BreakInOptions & CoverageOptions,
): string {
  const report = {
    apiVersion: 'namespace-jail/v1',
    kind: 'BreakInReport',
    summary: { text: breakInSummary(surfaces), waysIn: waysIn(surfaces).length },
    jails: surfaces.map(({ jail, ways, exceptions, own, byPolicyAlone }) => ({
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
        verified: way.verified,
        ports: way.ports.map(trafficJson),
        blame: {
          kind: way.blame.kind,
          ...(way.blame.source === undefined ? {} : { object: objectJson(way.blame.source) }),
          via: way.blame.via.map(objectJson),
          because: way.blame.because,
        },
        remedy: way.blame.remedy,
        // There is no pod to try it with.
        witnesses: (byPolicyAlone ? [] : way.witnesses).map(({ witness }) =>
          witnessJson(witness, domain, input),
        ),
      })),
      exceptions: exceptions.map(({ source, value, clients, ports }) => ({
        object: objectJson(source),
        ...(value === undefined ? {} : { declared: value }),
        clients: clientsJson(clients, domain),
        ports: ports.map(trafficJson),
      })),
      linkerd: own.map(({ kind, ports, paths }) => ({ kind, paths, ports: ports.map(trafficJson) })),
    })),
    coverage: coverageJson(coverage),
  };
  return json(report);
}
