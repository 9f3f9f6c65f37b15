import type { Construct } from 'constructs';
import { portDeclaration } from './declaration';
import { SinglePortConstruct } from './single-port-construct';
import type { JailPort } from './jail-port';
import type { PolicyOptions } from './policy-options';

/** Props of a port that stands alone. */
export interface PortServerProps extends JailPort, PolicyOptions {
  /** The namespace of the pods. It need not have a jail. */
  readonly namespace: string;
}

/**
 * One port of the pods of a namespace, closed to all but its clients. Stands alone, or beside a jail of the same
 * namespace: declarations for one port share one Server, wherever they are made.
 */
export class PortServer extends SinglePortConstruct {
  /** @throws Error with everything that is wrong with the props, or contradicts what is declared elsewhere. */
  public constructor(scope: Construct, id: string, props: PortServerProps) {
    super(scope, id, 'PortServer', props, (problems, by) => portDeclaration(problems, by, '', props));
  }
}
