import { closing } from '../../questions/denied/closing';
import { workloadKey } from '../../cluster/workload';
import type { DeniedCase, DeniedReport } from '../../questions/denied/denied';
import type { Opening, ExceptionProposal } from '../../questions/denied/proposals';
import type { SeenParty } from '../../questions/denied/seen-client';
import { clientsJson } from '../wording/clients-json';
import { coverageJson, type CoverageOptions } from '../wording/coverage';
import { json, objectJson } from '../wording/object-json';
import { trafficJson } from '../wording/port-words';
import type { Printable } from '../wording/printable';
import { caseTitle, callOf, fate, openingWords, deniedSummary, type DeniedOptions } from './sentences';

/** The shape docs/json.md describes. */
export function deniedJson(
  report: DeniedReport,
  { coverage, domain }: DeniedOptions & CoverageOptions,
): Printable {
  const { cases, proposals, allowed, reading } = report;
  const { groups: _, ...read } = reading;
  const opening = (change: Opening): object => ({
    text: openingWords(change, domain),
    before: change.before,
    after: change.after,
    clients: clientsJson(change.clients, domain),
    ports: change.ports.map(trafficJson),
  });
  return json({
    apiVersion: 'namespace-jail/v1',
    kind: 'DeniedReport',
    summary: { text: deniedSummary(report), cases: cases.length, exceptions: proposals.length, allowed },
    cases: cases.map((one) => caseJson(one, proposals)),
    exceptions: proposals.map((proposal) => exceptionJson(proposal, opening)),
    closing: closing(cases),
    read,
    coverage: coverageJson(coverage),
  });
}

function caseJson(one: DeniedCase, proposals: readonly ExceptionProposal[]): object {
  const { kind, party, targets, targetBecause, server, route, port, namespace, count, rate, first, last } =
    one;
  const { replay, advice, proposal } = one;
  return {
    text: `${fate(one)}: ${caseTitle(one)}`,
    kind,
    client: partyJson(party),
    targets: targets.map((target) => ({ workload: workloadKey(target), port: target.port })),
    targetBecause,
    ...(namespace === undefined ? {} : { namespace }),
    ...(port === undefined ? {} : { port }),
    ...(server === undefined ? {} : { server }),
    ...(route === undefined ? {} : { route }),
    count,
    ...(rate === undefined ? {} : { rate }),
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    requests: one.requests,
    furtherRequests: one.furtherRequests,
    sources: [...new Set(one.evidence.map(({ seen }) => seen.source))],
    outcome: replay.outcome,
    because: replay.because,
    sameDecider: replay.isSameDecider,
    decisions: replay.decisions.map(({ target, traffic, decision }) => ({
      workload: workloadKey(target),
      port: target.port,
      ...(traffic.kind === 'request' ? { request: traffic.request } : {}),
      verdict: decision.verdict,
      because: decision.because,
      ...(decision.server === undefined ? {} : { server: decision.server }),
      ...(decision.serverSource === undefined ? {} : { serverObject: objectJson(decision.serverSource) }),
      ...(decision.route === undefined ? {} : { route: decision.route }),
      ...(decision.routeSource === undefined ? {} : { routeObject: objectJson(decision.routeSource) }),
    })),
    advice: adviceJson(advice),
    ...(proposal === undefined ? {} : { exception: proposals.indexOf(proposal) }),
  };
}

function adviceJson(advice: DeniedCase['advice']): object {
  if (advice.kind === 'exception') return { kind: advice.kind, cautions: advice.cautions };
  if (advice.kind !== 'against') return { kind: advice.kind, because: advice.because };
  const { kind, because, instead } = advice;
  return { kind, because, ...(instead === undefined ? {} : { instead }) };
}

function partyJson({ party, signal }: SeenParty): object {
  const { tls, identity, ip, noTls, sni } = signal;
  const seen = {
    who: party.who,
    tls,
    ...(identity === undefined ? {} : { identity }),
    ...(ip === undefined ? {} : { ip }),
    ...(noTls === undefined ? {} : { noTls }),
    ...(sni === undefined ? {} : { sni }),
  };
  switch (party.who) {
    case 'account':
      return {
        ...seen,
        namespace: party.namespace,
        serviceAccount: party.account,
        workloads: party.workloads.map(workloadKey),
      };
    case 'foreign':
      return { ...seen, namespace: party.namespace, serviceAccount: party.account, mesh: party.mesh };
    case 'identity':
      return { ...seen, workloads: party.workloads.map(workloadKey) };
    case 'pod':
    case 'machine':
      return { ...seen, workloads: [workloadKey(party.workload)] };
    case 'node':
      return { ...seen, node: party.node };
    default:
      return seen;
  }
}

function exceptionJson(proposal: ExceptionProposal, opening: (change: Opening) => object): object {
  const { namespace, objects, opens } = proposal;
  const call = callOf(proposal);
  return {
    namespace,
    ...(call === undefined ? {} : { construct: call }),
    objects,
    opens: opens.map(opening),
  };
}
