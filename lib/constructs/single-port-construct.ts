import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AppDeclarations } from './app-declarations';
import type { Declaration } from './declaration';
import { checkedProposal, NamespaceDeclarations } from './namespace-declarations';
import { resolvedNamespace } from './resolved-namespace';
import type { PolicyOptions } from './policy-options';
import { Problems } from './problems';
import { checkNamespace, checkPolicyOptions } from './prop-checks';

interface SinglePortProps extends PolicyOptions {
  readonly namespace?: string;
  readonly port: number | string;
}

/** One port or exception of a namespace, declared by its own construct. */
export abstract class SinglePortConstruct extends Construct {
  /** The namespace of the pods. */
  public readonly namespace: string;
  /** The port's number or name. */
  public readonly port: number | string;
  private readonly ledger: NamespaceDeclarations;
  private readonly declaration: Declaration;

  /**
   * Throws one error listing everything that is wrong with the props or conflicts with other declarations.
   *
   * @internal
   */
  protected constructor(
    scope: Construct,
    id: string,
    kind: string,
    props: SinglePortProps,
    read: (problems: Problems, by: Construct) => Declaration | undefined,
  ) {
    super(scope, id);
    const problems = new Problems();
    this.namespace = resolvedNamespace(this, props.namespace);
    const isNamed = checkNamespace(problems, this.namespace);
    checkPolicyOptions(problems, props);
    const declaration = read(problems, this);
    const app = AppDeclarations.of(this);
    this.port = props.port;
    this.ledger = isNamed ? app.namespace(this.namespace) : new NamespaceDeclarations(String(this.namespace));
    const declarations = declaration === undefined ? [] : [declaration];
    const proposal = checkedProposal(this.ledger, kind, problems, { by: this, options: props, declarations });
    // Without a declaration there was a problem, which has been thrown
    this.declaration = declaration as Declaration;
    proposal.accept();
    app.watch(this);
  }

  /** Name of the port's Server. */
  public get serverName(): string {
    return this.ledger.entryOf(this.declaration).name;
  }

  /** The Server object, even if another construct declared the port first; for patches this API does not cover. */
  public get server(): ApiObject {
    return this.ledger.objectOf('Server', this.serverName) as ApiObject;
  }
}
