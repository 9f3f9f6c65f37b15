import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { DEFAULT_INBOUND_POLICY, INJECT } from '../linkerd/annotations';
import { PROXY_PORT_NAMES } from '../linkerd/ports';
import { AppDeclarations } from './app-declarations';
import { checkFlag, checkMode, checkNamespace, checkPolicyOptions } from './prop-checks';
import { Client } from './client';
import type { Declaration } from './declaration';
import { exceptionDeclaration, portDeclaration } from './declaration';
import type { JailException } from './jail-exception';
import { checkedProposal, NamespaceDeclarations } from './namespace-declarations';
import { GeneratedObject } from './generated-object';
import { DEFAULT_SETTINGS } from './planned-object';
import { checkMembers, type PropMembers } from './members';
import { resolvedNamespace } from './resolved-namespace';
import { POLICY_OPTIONS, type PolicyApi, type PolicyOptions } from './policy-options';
import type { JailMode } from '../linkerd/default-policy';
import type { JailPort } from './jail-port';
import { Problems } from './problems';
import { withoutNamespace } from './synth-checks';

/** Props of a jail. */
export interface NamespaceJailProps extends PolicyOptions {
  /**
   * The namespace to lock: a DNS label. An app can have one jail per namespace.
   *
   * @default - the chart's namespace
   */
  readonly namespace?: string;

  /**
   * The ports its pods serve. By default each is open to the namespace and to nobody else. An empty list is a jail for
   * workers, which serve nothing.
   */
  readonly ports: JailPort[];

  /**
   * Ports that others may use as well. A list replaces the default; `addException()` adds to it.
   *
   * @default - the proxy's admin port `linkerd-admin` for everyone, so that metrics scrapes (and on Linkerd 2.11
   * health checks) work
   */
  readonly exceptions?: JailException[];

  /**
   * What happens to a client that no authorization admits. `audit` lets it in and logs it; it needs
   * `policyApi: AuthorizationPolicy`.
   *
   * @default "deny"
   */
  readonly mode?: JailMode;

  /**
   * Whether to emit the Namespace object, with the annotation that denies by default. If the app already has a
   * Namespace object, that one is annotated instead, in either case. If there is none, whoever owns the Namespace
   * must annotate it with `config.linkerd.io/default-inbound-policy: deny` (or `audit`); otherwise undeclared ports
   * stay as open as the cluster's default.
   *
   * @default true
   */
  readonly createNamespace?: boolean;

  /**
   * Whether to annotate the Namespace with `linkerd.io/inject: enabled`, so that its pods get a proxy. Linkerd
   * enforces policy only on pods that have one.
   *
   * @default false
   */
  readonly inject?: boolean;

  /**
   * Whether to write the default policy on the pod templates of the app's Deployments, StatefulSets, DaemonSets and
   * Rollouts in the namespace too. Linkerd's injector reads the policy when a pod starts; with it on the template,
   * applying the jail, or a change of its mode, restarts the pods.
   *
   * @default false
   */
  readonly restartOnChange?: boolean;
}

const NAMESPACE_JAIL: PropMembers<NamespaceJailProps> = {
  ...POLICY_OPTIONS,
  namespace: true,
  ports: true,
  exceptions: true,
  mode: true,
  createNamespace: true,
  inject: true,
  restartOnChange: true,
};

const ADMIN_FOR_EVERYONE: JailException = { port: PROXY_PORT_NAMES.admin, clients: [Client.everyone()] };

/**
 * A namespace whose inbound traffic is denied by default and opened port by port.
 *
 * Linkerd reads the Namespace's annotation when a pod starts, so restart workloads that are already running.
 */
export class NamespaceJail extends Construct {
  /** The locked namespace. */
  public readonly namespace: string;
  /** What happens to a client that no authorization admits. */
  public readonly mode: JailMode;
  /** The policy API that the jail is written in. */
  public readonly policyApi: PolicyApi;
  private readonly options: PolicyOptions;

  /** @throws Error listing everything that is wrong with the props or conflicts with other declarations. */
  public constructor(scope: Construct, id: string, props: NamespaceJailProps) {
    super(scope, id);
    this.namespace = resolvedNamespace(this, props.namespace);
    this.mode = props.mode ?? DEFAULT_SETTINGS.mode;
    this.policyApi = props.policyApi ?? DEFAULT_SETTINGS.policyApi;
    const { policyApi, linkerdNamespace, trustDomain, routeApi, probeNetworks } = props;
    this.options = {
      ...(policyApi === undefined ? {} : { policyApi }),
      ...(linkerdNamespace === undefined ? {} : { linkerdNamespace }),
      ...(trustDomain === undefined ? {} : { trustDomain }),
      ...(routeApi === undefined ? {} : { routeApi }),
      ...(probeNetworks === undefined ? {} : { probeNetworks }),
    };
    const problems = new Problems();
    const app = AppDeclarations.of(this);
    checkMembers(problems, '', props, NAMESPACE_JAIL);
    const ledger = this.ledgerOf(app, problems);
    const declarations = this.read(problems, props);
    const statement = { by: this, options: this.options, declarations, jailMode: this.mode };
    const proposal = checkedProposal(ledger, 'NamespaceJail', problems, statement);
    const own = props.createNamespace === false ? undefined : this.createNamespaceObject(props);
    proposal.accept();
    app.watch(this);
    app.request({
      jail: this,
      name: this.namespace,
      mode: this.mode,
      annotations: this.annotations(props),
      isInjecting: props.inject === true,
      isRestarting: props.restartOnChange === true,
      own,
    });
  }

  /**
   * Opens a port to the namespace, or to the clients it names.
   *
   * @throws Error if the port is invalid or conflicts with other declarations.
   */
  public addPort(port: JailPort): void {
    this.add((problems) => portDeclaration(problems, this, 'addPort()', port));
  }

  /**
   * Lets more clients into a port.
   *
   * @throws Error if the exception is invalid or conflicts with other declarations.
   */
  public addException(exception: JailException): void {
    this.add((problems) => exceptionDeclaration(problems, this, 'addException()', exception));
  }

  /** Names of the namespace's Servers, whether from this jail or from other constructs. */
  public get serverNames(): string[] {
    return AppDeclarations.of(this)
      .namespace(this.namespace)
      .servers.map(({ name }) => name);
  }

  private add(read: (problems: Problems) => Declaration | undefined): void {
    const problems = new Problems();
    const declaration = read(problems);
    const declarations = declaration === undefined ? [] : [declaration];
    const ledger = AppDeclarations.of(this).namespace(this.namespace);
    const statement = { by: this, options: this.options, declarations };
    checkedProposal(ledger, 'NamespaceJail', problems, statement).accept();
  }

  /** The namespace's declarations; a fresh set if the jail cannot join them, so that everything else is checked too. */
  private ledgerOf(app: AppDeclarations, problems: Problems): NamespaceDeclarations {
    const { namespace } = this;
    if (!checkNamespace(problems, namespace)) return new NamespaceDeclarations(String(namespace));
    const ledger = app.namespace(namespace);
    if (ledger.jail === undefined) return ledger;
    const remedy = 'declare its ports in one jail, or add them with PortServer and ExceptionRule';
    problems.add(
      'namespace',
      namespace,
      `already has a jail in this app, '${ledger.jail.node.path}'`,
      remedy,
    );
    return new NamespaceDeclarations(namespace);
  }

  private read(problems: Problems, props: NamespaceJailProps): Declaration[] {
    checkPolicyOptions(problems, props);
    checkMode(problems, 'mode', props.mode);
    checkFlag(problems, 'createNamespace', props.createNamespace);
    checkFlag(problems, 'inject', props.inject);
    checkFlag(problems, 'restartOnChange', props.restartOnChange);
    const ports = checkList<JailPort>(problems, 'ports', props.ports);
    const exceptions = checkList<JailException>(
      problems,
      'exceptions',
      props.exceptions ?? [ADMIN_FOR_EVERYONE],
    );
    return [
      ...ports.map((port, index) => portDeclaration(problems, this, `ports[${index}]`, port)),
      ...exceptions.map((exception, index) =>
        exceptionDeclaration(problems, this, `exceptions[${index}]`, exception),
      ),
    ].filter((declaration) => declaration !== undefined);
  }

  private createNamespaceObject(props: NamespaceJailProps): ApiObject {
    const metadata = { name: this.namespace, annotations: Object.fromEntries(this.annotations(props)) };
    const object = new GeneratedObject(this, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata });
    withoutNamespace(object);
    return object;
  }

  private annotations(props: NamespaceJailProps): [string, string][] {
    const policy: [string, string] = [DEFAULT_INBOUND_POLICY, this.mode];
    return props.inject === true ? [policy, [INJECT, 'enabled']] : [policy];
  }
}

function checkList<Item>(problems: Problems, field: string, value: Item[]): Item[] {
  if (Array.isArray(value)) return value;
  problems.add(field, value, 'must be a list', 'write a list, even for a single item');
  return [];
}
