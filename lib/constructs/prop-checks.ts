import { enumerate } from '../basics/words';
import { DNS_LABEL } from '../linkerd/identity';
import { isPortNumber, portNameProblem, PROXY_PORTS, PROXY_PORT_NAMES } from '../linkerd/ports';
import { isProxyProtocol, PROXY_PROTOCOLS } from '../linkerd/protocol';
import { networkProblems } from '../linkerd/network';
import type { PolicyOptions } from './policy-options';
import { POLICY_APIS, ROUTE_APIS } from './policy-options';
import { JAIL_MODES } from '../linkerd/default-policy';
import type { Problems } from './problems';

const LABEL_RULE = 'must be a DNS label: 1 to 63 of a-z, 0-9 and inner "-"';

export function isDnsLabel(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 63 && DNS_LABEL.test(value);
}

/** A DNS label such as a namespace or an object name. */
export function checkLabel(
  problems: Problems,
  field: string,
  value: unknown,
  remedy: string,
): value is string {
  if (isDnsLabel(value)) return true;
  problems.add(field, value, LABEL_RULE, remedy);
  return false;
}

/** The namespace that a construct is about. */
export function checkNamespace(problems: Problems, value: unknown): value is string {
  return checkLabel(
    problems,
    'namespace',
    value,
    value === undefined ? "give the namespace's name, or give one to the chart" : "give the namespace's name",
  );
}

/** `true`, `false` or nothing: a text such as "false" would count as true. */
export function checkFlag(problems: Problems, field: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  problems.add(field, value, 'must be true or false', 'choose one of them');
}

/** Dot-separated DNS labels, such as a trust domain or a ServiceAccount's name. */
export function checkSubdomain(problems: Problems, field: string, value: unknown, remedy: string): boolean {
  if (
    typeof value === 'string' &&
    value.length <= 253 &&
    value.split('.').every((label) => DNS_LABEL.test(label))
  ) {
    return true;
  }
  problems.add(field, value, 'must be lower-case DNS labels joined by dots, at most 253 characters', remedy);
  return false;
}

/** A port number, or the name by which containers declare a port. */
export function checkPort(problems: Problems, field: string, value: unknown): boolean {
  if (value === PROXY_PORTS.admin) {
    problems.add(
      field,
      value,
      "is the admin port of Linkerd's proxy, which goes by name",
      `write "${PROXY_PORT_NAMES.admin}"`,
    );
    return false;
  }
  if (isPortNumber(value)) return true;
  if (typeof value === 'string') {
    const problem = portNameProblem(value);
    if (problem === undefined) return true;
    problems.add(
      field,
      value,
      problem.kind === 'quoted-number' ? problem.text : `${problem.text} to be a port name`,
      'give the name that the container declares in `ports`, or the number from 1 to 65535',
    );
    return false;
  }
  problems.add(
    field,
    value,
    'must be a whole number from 1 to 65535 or the name of a container port',
    'give the port that the container listens on',
  );
  return false;
}

/** The proxy's admin server speaks HTTP/1; any other mode makes it answer 404 to everything (linkerd-policy 5.2). */
export function checkProtocol(problems: Problems, field: string, value: unknown, port: unknown): boolean {
  if (value === undefined) return true;
  if (!isProxyProtocol(value)) {
    problems.add(
      field,
      value,
      `must be one of ${PROXY_PROTOCOLS.map((name) => `"${name}"`).join(', ')}`,
      'use a value of ProxyProtocol',
    );
    return false;
  }
  if (port === PROXY_PORT_NAMES.admin && value !== 'HTTP/1' && value !== 'unknown') {
    problems.add(
      field,
      value,
      `"${PROXY_PORT_NAMES.admin}" speaks HTTP/1; under any other protocol the proxy answers 404 there`,
      'leave it out',
    );
    return false;
  }
  return true;
}

export function checkMode(problems: Problems, field: string, value: unknown): boolean {
  return checkChoice(problems, field, value, JAIL_MODES);
}

/** Checks the options that jails, ports and exceptions share. */
export function checkPolicyOptions(problems: Problems, props: PolicyOptions): void {
  checkChoice(problems, 'policyApi', props.policyApi, POLICY_APIS);
  checkChoice(problems, 'routeApi', props.routeApi, ROUTE_APIS);
  checkProbeNetworks(problems, props.probeNetworks);
  if (props.linkerdNamespace !== undefined) {
    checkLabel(
      problems,
      'linkerdNamespace',
      props.linkerdNamespace,
      "give the namespace of Linkerd's control plane",
    );
  }
  if (props.trustDomain !== undefined) {
    checkSubdomain(problems, 'trustDomain', props.trustDomain, "give the mesh's identityTrustDomain");
  }
}

function checkProbeNetworks(problems: Problems, networks: unknown): void {
  if (networks === undefined) return;
  if (!Array.isArray(networks)) {
    problems.add(
      'probeNetworks',
      networks,
      'must be a list of networks',
      'write a list, even for a single one',
    );
    return;
  }
  networks.forEach((cidr: unknown, index) => {
    const field = `probeNetworks[${index}]`;
    const remedy = 'write an address range, e.g. "10.0.0.0/8"';
    if (typeof cidr !== 'string') problems.add(field, cidr, 'must be a network', remedy);
    else for (const { text } of networkProblems({ cidr })) problems.add(field, cidr, text, remedy);
  });
}

function checkChoice(problems: Problems, field: string, value: unknown, choices: readonly string[]): boolean {
  if (value === undefined || (typeof value === 'string' && choices.includes(value))) return true;
  problems.add(
    field,
    value,
    `must be ${enumerate(
      choices.map((choice) => `"${choice}"`),
      choices.length,
      'or',
    )}`,
    'choose one of them',
  );
  return false;
}
