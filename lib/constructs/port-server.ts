import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { portDeclaration } from './declaration';
import type { JailPort } from './jail-port';
import type { PolicyOptions } from './policy-options';
import type { Declared } from './declare-single';
import { declareSingle } from './declare-single';

/** Props of a port that stands alone. */
export interface PortServerProps extends JailPort, PolicyOptions {
  /** The namespace of the pods. It need not have a jail. */
  readonly namespace: string;
}

/**
 * One port of the pods of a namespace, closed to all but its clients. Stands alone, or beside a jail of the same
 * namespace: declarations for one port share one Server, wherever they are made.
 */
export class PortServer extends Construct {
  /** The namespace of the pods. */
  public readonly namespace: string;
  /** The port's number or name. */
  public readonly port: number | string;
  private readonly declared: Declared;

  /** @throws Error with everything that is wrong with the props, or contradicts what is declared elsewhere. */
  public constructor(scope: Construct, id: string, props: PortServerProps) {
    super(scope, id);
    this.declared = declareSingle(this, 'PortServer', props, (problems) =>
      portDeclaration(problems, this, '', props),
    );
    this.namespace = props.namespace;
    this.port = props.port;
  }

  /** Name of the Server that stands for this port. */
  public get serverName(): string {
    return this.declared.ledger.entryOf(this.declared.declaration).name;
  }

  /** The Server object, also where another construct declared the port first; for patches that this API lacks. */
  public get server(): ApiObject {
    return this.declared.ledger.objectOf('Server', this.serverName) as ApiObject;
  }
}
