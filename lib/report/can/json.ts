import type { Printable } from '../wording/printable';
import type { InboundPolicy } from '../../cluster/inbound-policy';
import type { Condition } from '../../cluster/unknown';
import { workloadKey } from '../../cluster/workload';
import type { Reach, ReachClass } from '../../questions/can/can';
import type { DecidingAuthorization, NearMiss, Outcome } from '../../verdict/decision';
import { coverageJson, type CoverageOptions } from '../wording/coverage';
import { json, objectJson } from '../wording/object-json';
import { settlingFlags, type CanAnswer } from './sentences';

/** Everything about the answers of `can`, in the shape docs/json.md describes. */
export function canJson(
  { from, reaches, client, letIn }: CanAnswer,
  { coverage }: CoverageOptions,
): Printable {
  return json({
    apiVersion: 'namespace-jail/v1',
    kind: 'CanReport',
    letIn,
    from,
    client: 'workload' in client ? { ...client, workload: workloadKey(client.workload) } : client,
    answers: reaches.map(plainReach),
    coverage: coverageJson(coverage),
  });
}

function plainReach(reach: Reach): object {
  const { target, workload, portNames, policy, policies, verdict, assumptions, classes } = reach;
  const { dialledPort } = target;
  const { meshed, reason } = workload.injection;
  return {
    target: {
      workload: workloadKey(workload),
      object: objectJson(workload.source),
      port: target.port,
      portNames,
      ...(dialledPort === undefined ? {} : { dialledPort }),
      meshed,
      meshedBecause: reason,
    },
    verdict,
    ...(policy === undefined ? {} : plainPolicy(policy)),
    ...(policies === undefined
      ? {}
      : {
          policies: policies.map(({ policy: one, when }) => ({ ...plainPolicy(one), when: plainWhen(when) })),
        }),
    assumptions,
    classes: classes.map(plainClass),
  };
}

function plainPolicy({ governedBy: { name, object }, protocol }: InboundPolicy): object {
  return {
    server: name,
    ...(object === undefined ? {} : { serverObject: objectJson(object.source) }),
    mode: protocol,
  };
}

function plainWhen(when: readonly Condition[]): readonly object[] {
  return when.map(({ unknown, text }) => ({ unknown: unknown.kind, text }));
}

function plainClass({ name, decisive, traffic, decision }: ReachClass): object {
  const { verdict, notFound, reason, because, route, routeSource } = decision;
  return {
    class: name,
    decisive,
    ...(traffic.kind === 'request' ? { request: traffic.request } : {}),
    verdict,
    ...(notFound === undefined ? {} : { notFound }),
    reason,
    because,
    ...(route === undefined ? {} : { route }),
    ...(routeSource === undefined ? {} : { routeObject: objectJson(routeSource) }),
    authorizations: decision.authorizations.map(plainAdmission),
    nearMisses: decision.nearMisses.map(plainMiss),
    ignored: decision.ignored.map(plainMiss),
    notes: decision.notes,
    ...(decision.outcomes === undefined
      ? {}
      : { outcomes: decision.outcomes.map(plainOutcome), settledBy: settlingFlags([decision]) }),
  };
}

function plainOutcome({ when, decision }: Outcome): object {
  return {
    verdict: decision.verdict,
    because: decision.because,
    authorizations: decision.authorizations.map(({ name }) => name),
    when: plainWhen(when),
  };
}

function plainAdmission({ name, level, source, via }: DecidingAuthorization): object {
  return {
    name,
    level,
    ...(source === undefined ? {} : { object: objectJson(source) }),
    via: via.map(objectJson),
  };
}

function plainMiss({ name, source, because }: NearMiss): object {
  return { name, ...(source === undefined ? {} : { object: objectJson(source) }), because };
}
