import type { IConstruct } from 'constructs';
import { PROXY_PORT_NAMES } from '../linkerd/ports';
import type { LabelSelector } from '../kubernetes/selector';
import { checkLabel, checkMode, checkPort, checkProtocol } from './prop-checks';
import type { Client } from './client';
import { checkClients } from './client-checks';
import { JAIL_EXCEPTION, type JailException } from './jail-exception';
import { canonicalSelector, checkSelector } from './pod-selector';
import type { JailMode } from '../linkerd/default-policy';
import { JAIL_PORT, type JailPort } from './jail-port';
import { checkMembers, type PropMembers } from './members';
import { checkRequests, requestsOf } from './exception-requests';
import type { RequestRule } from './route-cells';
import { POLICY_OPTIONS } from './policy-options';
import type { Problems } from './problems';
import { ProxyProtocol } from './proxy-protocol';

/** What one declaration says about who may use its port. */
export interface PortAccess {
  /** Open to the namespace; restricted to a list of clients; or open to clients beyond those the port has. */
  readonly kind: 'namespace' | 'clients' | 'exception';
  /** Empty if open to the namespace. */
  readonly clients: readonly Client[];
  /** Name of the authorization, if an exception gives one. */
  readonly name: string | undefined;
  /** The requests that an exception admits, if not all. */
  readonly requests: RequestRule | undefined;
  /** Paths of the port's probes, if an exception gives them. */
  readonly probePaths: readonly string[] | undefined;
}

const EVERY_REQUEST = { requests: undefined, probePaths: undefined };
const OPEN_TO_NAMESPACE: PortAccess = {
  kind: 'namespace',
  clients: [],
  name: undefined,
  ...EVERY_REQUEST,
};

/**
 * One checked declaration for one port of a namespace; several of them may make up one Server. Absent values are
 * present as `undefined`: objects of one shape are what keeps thousands of jails fast.
 */
export interface Declaration {
  /** The construct it was made on. */
  readonly by: IConstruct;
  /** Its place in that construct's props. */
  readonly field: string;
  readonly port: number | string;
  readonly selector: LabelSelector;
  readonly access: PortAccess;
  /** The Server's name, if given. */
  readonly name: string | undefined;
  readonly protocol: ProxyProtocol | undefined;
  readonly mode: JailMode | undefined;
}

/** What a construct of its own has besides what an entry of a jail's list has. */
const STANDALONE = { namespace: true, ...POLICY_OPTIONS } as const;
const STANDALONE_PORT: PropMembers<JailPort> = { ...STANDALONE, ...JAIL_PORT };
const STANDALONE_EXCEPTION: PropMembers<JailException> = { ...STANDALONE, ...JAIL_EXCEPTION };

/** Reads one entry of `ports`; `undefined` if something is wrong with it, which is then among the problems. */
export function portDeclaration(
  problems: Problems,
  by: IConstruct,
  field: string,
  port: JailPort,
): Declaration | undefined {
  const before = problems.all.length;
  if (!isProps(problems, field, port)) return undefined;
  checkMembers(problems, field, port, field === '' ? STANDALONE_PORT : JAIL_PORT);
  const at = field === '' ? '' : `${field}.`;
  checkPort(problems, `${at}port`, port.port);
  checkProtocol(problems, `${at}protocol`, port.protocol, port.port);
  checkSelector(problems, `${at}podSelector`, port.podSelector);
  checkMode(problems, `${at}mode`, port.mode);
  if (port.name !== undefined) checkLabel(problems, `${at}name`, port.name, "give the Server's name");
  if (port.clients !== undefined) checkClients(problems, `${at}clients`, port.clients);
  if (problems.all.length > before) return undefined;
  return {
    by,
    field,
    port: port.port,
    selector: canonicalSelector(port.podSelector),
    access:
      port.clients === undefined
        ? OPEN_TO_NAMESPACE
        : { kind: 'clients', clients: port.clients, name: undefined, ...EVERY_REQUEST },
    name: port.name,
    protocol: protocolOf(port),
    mode: port.mode,
  };
}

/** Reads one entry of `exceptions`; `undefined` if something is wrong with it. */
export function exceptionDeclaration(
  problems: Problems,
  by: IConstruct,
  field: string,
  exception: JailException,
): Declaration | undefined {
  const before = problems.all.length;
  if (!isProps(problems, field, exception)) return undefined;
  checkMembers(problems, field, exception, field === '' ? STANDALONE_EXCEPTION : JAIL_EXCEPTION);
  const at = field === '' ? '' : `${field}.`;
  checkPort(problems, `${at}port`, exception.port);
  checkProtocol(problems, `${at}protocol`, exception.protocol, exception.port);
  checkSelector(problems, `${at}podSelector`, exception.podSelector);
  if (exception.name !== undefined) {
    checkLabel(problems, `${at}name`, exception.name, 'give the name of the authorization');
  }
  checkClients(problems, `${at}clients`, exception.clients);
  checkRequests(problems, at, exception);
  if (problems.all.length > before) return undefined;
  return {
    by,
    field,
    port: exception.port,
    selector: canonicalSelector(exception.podSelector),
    access: {
      kind: 'exception',
      clients: exception.clients,
      name: exception.name,
      requests: requestsOf(exception),
      probePaths: exception.probePaths,
    },
    name: undefined,
    protocol: protocolOf(exception),
    mode: undefined,
  };
}

/** The proxy's own port speaks HTTP/1, stated or not. */
function protocolOf(props: JailPort | JailException): ProxyProtocol | undefined {
  return props.protocol ?? (props.port === PROXY_PORT_NAMES.admin ? ProxyProtocol.HTTP_1 : undefined);
}

function isProps(problems: Problems, field: string, value: unknown): boolean {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return true;
  problems.add(field, value, 'must be an object with at least `port`', "write e.g. { port: 'http' }");
  return false;
}
