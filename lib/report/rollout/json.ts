import type { Printable } from '../wording/printable';
import { workloadKey } from '../../cluster/workload';
import type { PolicyEdit } from '../../questions/rollout/audit-edits';
import type { Flow, JailRollout, RestartedWorkload, Rollout } from '../../questions/rollout/rollout';
import { sidedCoverageJson, type SidedCoverageOptions } from '../wording/coverage';
import { json } from '../wording/object-json';
import { headline, namesOf, planSummary, type RolloutOptions } from './sentences';
import { observedJson } from './observed';
import { steps } from './steps';

/** The shape docs/json.md describes. */
export function rolloutJson(rollout: Rollout, options: RolloutOptions & SidedCoverageOptions): Printable {
  const { plans, hasOld, jails } = rollout;
  const report = {
    apiVersion: 'namespace-jail/v1',
    kind: 'RolloutReport',
    summary: { text: headline(rollout), hasOld, plans: plans.map(planSummary) },
    jails: jails.map(jailJson),
    ...(rollout.observed === undefined ? {} : { observed: observedJson(rollout.observed) }),
    steps: plans.flatMap((plan) =>
      steps(plan, rollout, options).map(({ backAs: _backAs, ...step }) => ({
        namespaces: namesOf(plan),
        ...step,
      })),
    ),
    coverage: sidedCoverageJson(options.coverage),
  };
  return json(report);
}

function jailJson(one: JailRollout): object {
  const { jail, auditEdits, enforceEdits, auditRestarts, enforceRestarts, protocols, flows, unmeshed } = one;
  return {
    namespace: jail.namespace,
    because: jail.because,
    edits: { audit: auditEdits.map(editJson), enforce: enforceEdits.map(editJson) },
    restarts: { audit: auditRestarts.map(restartJson), enforce: enforceRestarts.map(restartJson) },
    protocols: protocols.map(({ server: { name, protocol, port }, conflicts }) => ({
      server: name,
      port,
      protocol,
      conflicts,
    })),
    flows: flows.map(flowJson),
    unmeshed: unmeshed.map(workloadKey),
    waitsFor: one.waitsFor,
  };
}

function restartJson({ workload, how, before, after }: RestartedWorkload): object {
  return {
    workload: workloadKey(workload),
    how,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

function flowJson({ kind, from, target, port, why, today, audit, enforced, because }: Flow): object {
  return {
    kind,
    from,
    to: workloadKey(target),
    port,
    why,
    ...(today === undefined ? {} : { today }),
    audit,
    enforced,
    because,
  };
}

/** Where an edit is, for machines. */
function editJson({ source, field, from, to, place: where }: PolicyEdit): object {
  const { kind, metadata } = source.object;
  return { kind, name: metadata.name, ...where, field, ...(from === undefined ? {} : { from }), to };
}
