import type { Printable } from '../wording/printable';
import { workloadKey } from '../../cluster/workload';
import type { AccessChange, Diff } from '../../questions/diff/diff';
import type { ObjectChange } from '../../questions/diff/object-changes';
import { clientsJson } from '../wording/clients-json';
import { sidedCoverageJson, type SidedCoverageOptions } from '../wording/coverage';
import { json, objectJson } from '../wording/object-json';
import { trafficJson } from '../wording/port-words';
import { canCommand, witnessJson } from '../wording/witness';
import {
  changeSentence,
  deciderSentence,
  diffSummary,
  workloadSentence,
  type DiffOptions,
} from './sentences';

/** The shape docs/json.md describes. */
export function diffJson(diff: Diff, options: DiffOptions & SidedCoverageOptions): Printable {
  const { domain } = options;
  const access = (change: AccessChange): object => {
    const { before, after, breadth, presence, certain, clients, ports, causes, witness } = change;
    return {
      text: changeSentence(change, domain),
      before,
      after,
      breadth,
      presence,
      certain,
      ...(change.conditions.length === 0 ? {} : { conditions: change.conditions }),
      ...(change.bound === undefined ? {} : { bound: change.bound }),
      clients: clientsJson(clients, domain),
      ports: ports.map(trafficJson),
      causes: causes.map(causeJson),
      ...(witness === undefined
        ? {}
        : {
            witness: {
              ...witnessJson(witness, domain, options.after),
              verdicts: witness.verdicts,
              commands: {
                before: canCommand(witness, domain, options.before),
                after: canCommand(witness, domain, options.after),
              },
            },
          }),
    };
  };
  const report = {
    apiVersion: 'namespace-jail/v1',
    kind: 'DiffReport',
    summary: {
      text: diffSummary(diff),
      opened: diff.opened.length,
      audited: diff.audited.length,
      closed: diff.closed.length,
      deciders: diff.deciders.length,
      workloads: diff.workloads.length,
    },
    opened: diff.opened.map(access),
    audited: diff.audited.map(access),
    closed: diff.closed.map(access),
    deciders: diff.deciders.map((change) => ({
      text: deciderSentence(change),
      before: change.before,
      after: change.after,
      ports: change.ports.map(trafficJson),
      causes: change.causes.map(causeJson),
    })),
    workloads: diff.workloads.map((change) => ({
      text: workloadSentence(change),
      ...change,
      workload: workloadKey(change.workload),
    })),
    coverage: sidedCoverageJson(options.coverage),
  };
  return json(report);
}

function causeJson({ change, before, after, fields, refused }: ObjectChange): object {
  return {
    change,
    fields,
    ...(before === undefined ? {} : { before: objectJson(before) }),
    ...(after === undefined ? {} : { after: objectJson(after) }),
    ...(refused === undefined ? {} : { refused }),
  };
}
