import { comment, literal, roomFor } from './typescript-code';
import { stringLiteral } from '../../basics/typescript';
import type { InitPlan, InitSettings } from './plan';
import { usedNetworks } from './plan';

/** RFC 5737: an address range for examples that nobody uses. An exception for it lets nobody in. */
const NOWHERE = '192.0.2.0/24';

/** The networks of clients without an identity, as constants to fill in once. */
export function settingStatements(plan: InitPlan, exported: boolean): string[] {
  const used = usedNetworks(plan);
  const start = exported ? 'export const ' : 'const ';
  return [
    ...(used.has('nodes') ? nodes(plan.settings, start) : []),
    ...(used.has('apiServer') ? api(plan.settings, start) : []),
  ];
}

/** How many of the networks are left to fill in. */
export function settingDoubts(plan: InitPlan): { readonly name: string; readonly text: string }[] {
  const used = usedNetworks(plan);
  const { nodeNetworks, apiServerNetworks } = plan.settings;
  return [
    ...(used.has('nodes') && nodeNetworks.length === 0 ? [{ name: 'NODES', text: NODES_DOUBT }] : []),
    ...(used.has('apiServer') && apiServerNetworks.length === 0
      ? [{ name: 'API_SERVER', text: API_DOUBT }]
      : []),
  ];
}

const NODES_DOUBT = `the manifests do not say which network the nodes are in: put it in place of ${NOWHERE}, which lets nobody in; leave out the pods' network, because clients in it need no identity`;
const API_DOUBT = `the manifests do not say where the API server calls from: put its addresses in place of ${NOWHERE}, which lets nobody in`;

function nodes({ nodeNetworks, nodesBecause }: InitSettings, start: string): string[] {
  return [
    '/** Where kubelets probe from: the nodes. They have no identity. */',
    ...(nodeNetworks.length > 0
      ? comment(`From ${nodesBecause}.`, '')
      : comment(`DOUBT: ${NODES_DOUBT}`, '')),
    networks(`${start}NODES = `, nodeNetworks),
    '',
  ];
}

function api({ apiServerNetworks }: InitSettings, start: string): string[] {
  return [
    '/** Where the API server calls webhooks from: the control plane. It has no identity. */',
    ...(apiServerNetworks.length > 0 ? [] : comment(`DOUBT: ${API_DOUBT}`, '')),
    networks(`${start}API_SERVER = `, apiServerNetworks),
    '',
  ];
}

function networks(start: string, cidrs: readonly string[]): string {
  const known = cidrs.length > 0 ? cidrs : [NOWHERE];
  return `${start}${literal(
    known.map((cidr) => `Client.network(${stringLiteral(cidr)})`),
    '',
    roomFor(start),
  )};`;
}
