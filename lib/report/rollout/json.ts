import type { Printable } from '../wording/printable';
import { workloadKey } from '../../cluster/workload';
import type { PolicyEdit } from '../../questions/rollout/audit-edits';
import type { Flow, RestartedWorkload, Rollout } from '../../questions/rollout/rollout';
import { sidedCoverageJson, type SidedCoverageOptions } from '../wording/coverage';
import { json } from '../wording/object-json';
import { headline, type RolloutOptions } from './sentences';
import { observedJson } from './observed';
import { steps } from './steps';

/** The shape docs/json.md describes. */
export function rolloutJson(
  plan: Rollout,
  { sides, coverage }: RolloutOptions & SidedCoverageOptions,
): Printable {
  const report = {
    apiVersion: 'namespace-jail/v1',
    kind: 'RolloutReport',
    summary: { text: headline(plan), hasOld: plan.hasOld },
    jails: plan.jails.map(
      ({ jail, auditEdits, enforceEdits, auditRestarts, enforceRestarts, flows, unmeshed }) => ({
        namespace: jail.namespace,
        because: jail.because,
        edits: { audit: auditEdits.map(editJson), enforce: enforceEdits.map(editJson) },
        restarts: { audit: auditRestarts.map(restartJson), enforce: enforceRestarts.map(restartJson) },
        flows: flows.map(flowJson),
        unmeshed: unmeshed.map(workloadKey),
      }),
    ),
    ...(plan.observed === undefined ? {} : { observed: observedJson(plan.observed) }),
    steps: steps(plan, sides),
    coverage: sidedCoverageJson(coverage),
  };
  return json(report);
}

function restartJson({ workload, how, before, after }: RestartedWorkload): object {
  return {
    workload: workloadKey(workload),
    how,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

function flowJson({ call, target, port, today, audit, enforced, because }: Flow): object {
  return {
    from: workloadKey(call.caller),
    to: workloadKey(target),
    port,
    why: call.because,
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
