import { createColors } from 'picocolors';
import { portLabel } from '../../cluster/port-classes';
import { workloadKey } from '../../cluster/workload';
import { shortName } from '../../kubernetes/object';
import type {
  AccessChange,
  ComparedPort,
  AuthorizationChange,
  Diff,
  Gate,
  WorkloadChange,
} from '../../questions/diff/diff';
import type { ObjectChange } from '../../questions/diff/object-changes';
import { trafficName } from '../../verdict/traffic-ref';
import { trafficWord } from '../break-in/break-in';
import { json, placeText, objectJson } from '../wording/object-json';
import {
  canCommand,
  clientsJson,
  clientWords,
  shortList,
  witnessJson,
  type Domain,
} from '../wording/client-wording';

export interface DiffOptions {
  readonly domain: Domain;
  /** Words of a command line that make `can` read either side. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly color: boolean;
}

/** `2 opened, 1 closed`, or that nothing differs. */
export function diffSummary(diff: Diff): string {
  const counts: readonly (readonly [number, string])[] = [
    [diff.opened.length, 'opened'],
    [diff.audited.length, 'changed to or from audit'],
    [diff.closed.length, 'closed'],
    [diff.deciders.length, 'decided by something else'],
    [diff.workloads.length, diff.workloads.length === 1 ? 'workload changed' : 'workloads changed'],
  ];
  const words = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return words.length === 0 ? 'nothing differs in who gets in' : words.join(', ');
}

const WAS: Readonly<Record<Gate, string>> = { allow: 'allowed', audit: 'let in by audit', deny: 'denied' };

/** A change of access as a sentence: who, where, from what to what. */
export function changeSentence(change: AccessChange, domain: Domain): string {
  const { before, after, presence } = change;
  const verb = before === 'deny' ? 'opened to' : after === 'deny' ? 'closed to' : 'audit changed for';
  const fate =
    presence === 'new'
      ? `${WAS[after]}: the workload is new`
      : presence === 'old'
        ? `was ${WAS[before]}: the workload is gone`
        : `was ${WAS[before]}, is ${WAS[after]}`;
  return `${verb} ${clientWords(change.clients, domain)}: ${comparedPortWords(change.ports)} (${fate})`;
}

/** Compared ports by namespace and workload. */
export function comparedPortWords(ports: readonly ComparedPort[]): string {
  const byWorkload = new Map<string, string[]>();
  for (const { workload, ports: own, traffic, isAll } of ports) {
    const name = `${workload.namespace}/${workload.kind}/${workload.name}`;
    const some = isAll || traffic.length === 0 ? '' : ` (only ${shortList(traffic.map(trafficWord), 3)})`;
    byWorkload.set(name, [...(byWorkload.get(name) ?? []), `${portLabel(own)}${some}`]);
  }
  const byPorts = new Map<string, string[]>();
  for (const [name, labels] of byWorkload) {
    const key = shortList(labels, 8);
    byPorts.set(key, [...(byPorts.get(key) ?? []), name]);
  }
  return [...byPorts].map(([labels, names]) => `${shortList(names, 6)} ${labels}`).join('; ');
}

/** `authorizationpolicy/x is added (new.yaml:3)` */
export function causeWords({ change, before, after, fields, refused }: ObjectChange): string {
  const source = after ?? before;
  if (source === undefined) return '';
  const name = shortName(source.object);
  const refusal =
    refused === undefined
      ? ''
      : `, because admission refuses it in the ${refused === 'after' ? 'new' : 'old'} manifests`;
  if (change !== 'changed') return `${name} is ${change}${refusal} (${placeText(source.origin)})`;
  return `${name} is changed in ${shortList(fields, 3)} (${placeText(source.origin)})`;
}

function because(causes: readonly ObjectChange[]): string {
  return causes.length === 0
    ? 'no object that governs it is changed: the settings of the cluster are'
    : shortList(causes.map(causeWords), 4);
}

function workloadSentence({ workload, change, before = '', after = '' }: WorkloadChange): string {
  const name = `${workload.namespace}/${workload.kind}/${workload.name}`;
  if (change === 'appears') return `${name} is new`;
  if (change === 'vanishes') return `${name} is gone`;
  if (change === 'mesh')
    return `${name} has changed its place in the mesh: it was so that ${before}; now ${after}`;
  return `${name} calls others under another identity: it was ${before}, is ${after}`;
}

function deciderSentence({ before, after, ports }: AuthorizationChange): string {
  return `${comparedPortWords(ports)}: the same clients, but decided by ${after}, before by ${before}`;
}

/** Which verdict a witness has on either side. */
function fates({ before, after, presence }: AccessChange): string {
  const old = presence === 'new' ? 'not there' : before;
  return `old: ${old}, new: ${presence === 'old' ? 'not there' : after}`;
}

function command(change: AccessChange, options: DiffOptions): string | undefined {
  if (change.witness === undefined) return undefined;
  const side = change.presence === 'old' ? options.before : options.after;
  return canCommand(change.witness, options.domain, side);
}

/** Sentences for people, the most dangerous first. */
export function diffText(diff: Diff, options: DiffOptions): string {
  const colors = createColors(options.color);
  const lines: string[] = [];
  const head = (title: string, entries: readonly unknown[]): void => {
    if (entries.length > 0) lines.push(colors.bold(title));
  };
  const sections = [
    ['Opened', diff.opened, colors.red],
    ['To or from audit', diff.audited, colors.yellow],
    ['Closed', diff.closed, colors.green],
  ] as const;
  for (const [title, changes, paint] of sections) {
    head(title, changes);
    changes.forEach((change, index) => {
      lines.push(`  ${paint(`${index + 1}.`)} ${changeSentence(change, options.domain)}`);
      lines.push(`     because  ${because(change.causes)}`);
      const call = command(change, options);
      lines.push(
        call === undefined
          ? '     note     no request that takes this route was found; it is compared as if one did'
          : `     try      ${colors.cyan(call)}  (${fates(change)})`,
      );
      lines.push('');
    });
  }
  head('The same clients, decided by something else', diff.deciders);
  for (const change of diff.deciders) {
    lines.push(`  - ${deciderSentence(change)}`, `    because  ${because(change.causes)}`, '');
  }
  head('Workloads', diff.workloads);
  for (const change of diff.workloads) lines.push(`  - ${workloadSentence(change)}`);
  if (diff.workloads.length > 0) lines.push('');
  return [...lines, diffSummary(diff), ''].join('\n');
}

/** A comment for a pull request: what opened in the open, what a reader may skip folded away. */
export function diffMarkdown(diff: Diff, options: DiffOptions): string {
  const lines = [`**namespace-jail diff:** ${diffSummary(diff)}`, ''];
  const sections = [
    ['🔓 Opened', diff.opened],
    ['👁️ To or from audit', diff.audited],
    ['🔒 Closed', diff.closed],
  ] as const;
  for (const [title, changes] of sections) {
    if (changes.length === 0) continue;
    lines.push(`### ${title}`, '');
    for (const change of changes) {
      lines.push(
        `- ${escape(changeSentence(change, options.domain))}`,
        `  - because ${escape(because(change.causes))}`,
      );
      const call = command(change, options);
      if (call !== undefined) lines.push(`  - try \`${call.replaceAll('`', "'")}\` (${fates(change)})`);
    }
    lines.push('');
  }
  const rest = [
    ...diff.deciders.map(
      (change) => `- ${escape(deciderSentence(change))}; because ${escape(because(change.causes))}`,
    ),
    ...diff.workloads.map((change) => `- ${escape(workloadSentence(change))}`),
  ];
  if (rest.length > 0) {
    lines.push(
      '<details><summary>What changes nothing by itself</summary>',
      '',
      ...rest,
      '',
      '</details>',
      '',
    );
  }
  return lines.join('\n');
}

/** Texts hold values of manifests, which must not become markup. */
function escape(text: string): string {
  return text.replace(/[\\`*_<>[\]|#]/g, '\\$&').replace(/\r?\n/g, ' ');
}

/** The shape that docs/json.md describes. */
export function diffJson(diff: Diff, options: DiffOptions): string {
  const { domain } = options;
  const access = (change: AccessChange): object => {
    const { before, after, breadth, presence, clients, ports, causes, witness } = change;
    return {
      text: changeSentence(change, domain),
      before,
      after,
      breadth,
      presence,
      clients: clientsJson(clients, domain),
      ports: ports.map(portJson),
      causes: causes.map(causeJson),
      ...(witness === undefined
        ? {}
        : {
            witness: {
              ...witnessJson(witness, domain, options.after),
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
      ports: change.ports.map(portJson),
      causes: change.causes.map(causeJson),
    })),
    workloads: diff.workloads.map((change) => ({
      text: workloadSentence(change),
      ...change,
      workload: workloadKey(change.workload),
    })),
  };
  return json(report);
}

function portJson({ workload, ports, traffic, isAll }: ComparedPort): object {
  const { port, ranges, names } = ports;
  return {
    workload: workloadKey(workload),
    port,
    ranges,
    names,
    label: portLabel(ports),
    traffic: traffic.map(trafficName),
    allTraffic: isAll,
  };
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
