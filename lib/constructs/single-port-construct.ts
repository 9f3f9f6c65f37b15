import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AppDeclarations } from './app-declarations';
import type { Declaration } from './declaration';
import { checkedProposal, NamespaceDeclarations } from './namespace-declarations';
import type { PolicyOptions } from './policy-options';
import { Problems } from './problems';
import { checkLabel, checkPolicyOptions } from './prop-checks';

interface SinglePortProps extends PolicyOptions {
  readonly namespace: string;
  readonly port: number | string;
}

/** One port or exception of a namespace, declared by a construct of its own. */
export abstract class SinglePortConstruct extends Construct {
  /** The namespace of the pods. */
  public readonly namespace: string;
  /** The port's number or name. */
  public readonly port: number | string;
  private readonly ledger: NamespaceDeclarations;
  private readonly declaration: Declaration;

  /**
   * Throws one error with everything that is wrong with the props, or contradicts what is declared elsewhere.
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
    const isNamed = checkLabel(problems, 'namespace', props.namespace, "give the namespace's name");
    checkPolicyOptions(problems, props);
    const declaration = read(problems, this);
    const app = AppDeclarations.of(this);
    this.namespace = props.namespace;
    this.port = props.port;
    this.ledger = isNamed
      ? app.namespace(props.namespace)
      : new NamespaceDeclarations(String(props.namespace));
    const declarations = declaration === undefined ? [] : [declaration];
    const proposal = checkedProposal(this.ledger, kind, problems, { by: this, options: props, declarations });
    // Without a declaration there is a problem, which was thrown
    this.declaration = declaration as Declaration;
    proposal.accept();
    app.watch(this);
  }

  /** Name of the port's Server. */
  public get serverName(): string {
    return this.ledger.entryOf(this.declaration).name;
  }

  /** The Server object, also where another construct declared the port first; for patches that this API lacks. */
  public get server(): ApiObject {
    return this.ledger.objectOf('Server', this.serverName) as ApiObject;
  }
}
