import { enumerate } from '../../basics/words';
import { shortName } from '../../kubernetes/object';
import {
  closes,
  opens,
  type AccessChange,
  type AuthorizationChange,
  type ClientFate,
  type Diff,
  type WorkloadChange,
} from '../../questions/diff/diff';
import type { ObjectChange } from '../../questions/diff/object-changes';
import type { Verdict } from '../../verdict/decision';
import { clientWords } from '../../sets/client-words';
import { inPlainWords, type Domain } from '../../sets/plain-words';
import { placeText } from '../wording/object-json';
import { qualifiedPortWords } from '../wording/port-words';
import { describeTraffic } from '../wording/traffic-words';
import { canCommand } from '../wording/witness';

export interface DiffOptions {
  readonly domain: Domain;
  /** Arguments that make `can` read either side. */
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

const WAS: Readonly<Record<ClientFate, string>> = {
  allow: 'allowed',
  audit: 'let in by audit',
  deny: 'denied',
  'not-found': 'answered with 404',
  depends: 'possibly let in',
};

/** Whoever is surely kept out may be so in either way. */
function fateWords(fate: ClientFate, tried: Verdict | undefined): string {
  return fate === 'deny' && tried === 'depends' ? `${WAS.deny} or ${WAS['not-found']}` : WAS[fate];
}

/** A change of access as a sentence: who, where, from what to what. */
export function changeSentence(change: AccessChange, domain: Domain): string {
  const { before, after, presence, certain, witness } = change;
  const was = fateWords(before, witness?.verdicts.before);
  const is = fateWords(after, witness?.verdicts.after);
  const verb = opens(change) ? 'opened to' : closes(change) ? 'closed to' : 'audit changed for';
  const condition = change.conditions.length === 0 ? '' : `, if ${enumerate(change.conditions, 3, 'or')}`;
  const bound = change.bound === undefined ? '' : `; only a bound: ${change.bound}`;
  const fate =
    presence === 'new'
      ? `${is}: the workload is new`
      : presence === 'old'
        ? `was ${was}: the workload is gone`
        : `was ${was}, now ${is}`;
  const who = clientWords(change.clients, inPlainWords(domain));
  const where = qualifiedPortWords(change.ports, exampleOf(change));
  const isSure = certain && before !== 'depends' && after !== 'depends';
  return `${isSure ? '' : 'possibly '}${verb} ${who}: ${where} (${fate}${condition}${bound})`;
}

/** One of the requests, where the sentence is about those of a single port. */
function exampleOf({ ports, witness }: AccessChange): string | undefined {
  if (ports.length !== 1 || witness?.traffic.kind !== 'request') return undefined;
  return describeTraffic(witness.traffic);
}

/** `authorizationpolicy/x was added (new.yaml:3)` */
export function causeWords({ change, before, after, fields, refused }: ObjectChange): string {
  const source = after ?? before;
  if (source === undefined) return '';
  const name = shortName(source.object);
  const refusal =
    refused === undefined
      ? ''
      : `, because admission refuses it in the ${refused === 'after' ? 'new' : 'old'} manifests`;
  if (change !== 'changed') return `${name} was ${change}${refusal} (${placeText(source.origin)})`;
  return `${name} changed in ${enumerate(fields, 3)} (${placeText(source.origin)})`;
}

/** Which objects changed it. */
export function because(causes: readonly ObjectChange[]): string {
  return causes.length === 0
    ? 'the cluster settings changed; no object that governs it did'
    : enumerate(causes.map(causeWords), 4);
}

export function workloadSentence({ workload, change, before = '', after = '' }: WorkloadChange): string {
  const name = `${workload.namespace}/${workload.kind}/${workload.name}`;
  if (change === 'appears') return `${name} is new`;
  if (change === 'vanishes') return `${name} is gone`;
  if (change === 'mesh') return `${name} changed its mesh status: before, ${before}; now, ${after}`;
  return `${name} calls others under a different identity: was ${before}, now ${after}`;
}

export function deciderSentence({ before, after, ports }: AuthorizationChange): string {
  return `${qualifiedPortWords(ports)}: same clients, now decided by ${after}, before by ${before}`;
}

/** The verdict for a witness on each side, as `can` gives it. */
export function fates({ witness, before, after, presence }: AccessChange): string {
  const { before: was, after: is } = witness?.verdicts ?? { before, after };
  const old = presence === 'new' ? 'not there' : was;
  return `old: ${old}, new: ${presence === 'old' ? 'not there' : is}`;
}

/** A command to try, on the side that has the workload. */
export function tryCommand(change: AccessChange, options: DiffOptions): string | undefined {
  if (change.witness === undefined) return undefined;
  const side = change.presence === 'old' ? options.before : options.after;
  return canCommand(change.witness, options.domain, side);
}
