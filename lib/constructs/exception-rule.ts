import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { exceptionDeclaration } from './declaration';
import type { JailException } from './jail-exception';
import type { PolicyOptions } from './policy-options';
import type { Declared } from './declare-single';
import { declareSingle } from './declare-single';

/** Props of an exception that stands alone. */
export interface ExceptionRuleProps extends JailException, PolicyOptions {
  /** The namespace of the pods that are called. */
  readonly namespace: string;
}

/**
 * Lets clients into one port of a namespace, and nobody else: on a port that is declared nowhere, not even the
 * namespace itself. Stands alone, or beside a jail of the same namespace.
 */
export class ExceptionRule extends Construct {
  /** The namespace of the pods that are called. */
  public readonly namespace: string;
  /** The port's number or name. */
  public readonly port: number | string;
  private readonly declared: Declared;

  /** @throws Error with everything that is wrong with the props, or contradicts what is declared elsewhere. */
  public constructor(scope: Construct, id: string, props: ExceptionRuleProps) {
    super(scope, id);
    this.declared = declareSingle(this, 'ExceptionRule', props, (problems) =>
      exceptionDeclaration(problems, this, '', props),
    );
    this.namespace = props.namespace;
    this.port = props.port;
  }

  /** Name of the Server that the clients are let into. */
  public get serverName(): string {
    return this.declared.ledger.entryOf(this.declared.declaration).name;
  }

  /** The Server object, also where another construct declared the port first; for patches that this API lacks. */
  public get server(): ApiObject {
    return this.declared.ledger.objectOf('Server', this.serverName) as ApiObject;
  }
}
