import type { Construct } from 'constructs';
import { portDeclaration } from './declaration';
import { SinglePortConstruct } from './single-port-construct';
import type { JailPort } from './jail-port';
import type { PolicyOptions } from './policy-options';

/** Props of a standalone port. */
export interface PortServerProps extends JailPort, PolicyOptions {
  /**
   * The namespace of the pods. It need not have a jail.
   *
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

/**
 * One port of a namespace's pods, closed to all but its clients. Works on its own, or next to a jail of the same
 * namespace: declarations of one port share one Server, wherever they are made.
 */
export class PortServer extends SinglePortConstruct {
  /** @throws Error listing everything that is wrong with the props or conflicts with other declarations. */
  public constructor(scope: Construct, id: string, props: PortServerProps) {
    super(scope, id, 'PortServer', props, (problems, by) => portDeclaration(problems, by, '', props));
  }
}
